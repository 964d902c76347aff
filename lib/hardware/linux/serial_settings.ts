/**
 * How bytes travel, as the kernel's `struct termios` says it, or `struct
 * termios2`, which is the same with two more fields (`asm-generic/termbits.h`,
 * alike on x86_64 and aarch64).
 *
 * @module
 */
import type { SerialOptions } from "#lib/hardware/serial.ts";

/** Locks of files (`fcntl.h`): at once or not at all. Closing lets go too, but not while a program that is being started still has a copy of the descriptor. */
export const FILE_LOCK = { take: 2 | 4, letGo: 8 } as const;

/** Requests to a terminal (`asm-generic/ioctls.h`). */
export const TERMINAL = {
  flush: 0x540b,
  exclusive: 0x540c,
  shared: 0x540d,
  getModemLines: 0x5415,
  setModemLines: 0x5416,
  clearModemLines: 0x5417,
} as const;

/** Forgets what came in and what waits to be sent (`TCIOFLUSH`). */
export const FLUSH_BOTH = 2;

/** Bits of the modem lines (`asm-generic/termios.h`). */
export const MODEM_LINES = {
  dtr: 0x002,
  rts: 0x004,
  cts: 0x020,
  dcd: 0x040,
  ri: 0x080,
  dsr: 0x100,
} as const;

/** How the kernel is asked for a structure, and given one (`asm-generic/ioctls.h`). */
interface TermiosRequests {
  /** Gives the settings in force. */
  readonly get: number;
  /** Sets them at once. */
  readonly set: number;
}

/** `TCGETS`, `TCSETS`. */
const TERMIOS: TermiosRequests = { get: 0x5401, set: 0x5402 };

/** `TCGETS2`, `TCSETS2`. */
const TERMIOS_2: TermiosRequests = { get: 0x802c542a, set: 0x402c542b };

/** Bytes of a `struct termios2`, the larger one. */
export const TERMIOS_BYTES = 44;

/** Speeds that have a number of their own, by which every driver and emulator knows them. */
const SPEEDS: ReadonlyMap<number, number> = new Map([
  ...[
    50,
    75,
    110,
    134,
    150,
    200,
    300,
    600,
    1200,
    1800,
    2400,
    4800,
    9600,
    19200,
    38400,
  ]
    .map((speed, index) => [speed, index + 1] as const),
  ...[
    57600,
    115200,
    230400,
    460800,
    500000,
    576000,
    921600,
    1000000,
    1152000,
    1500000,
    2000000,
    2500000,
    3000000,
    3500000,
    4000000,
  ]
    .map((speed, index) => [speed, 0o10001 + index] as const),
]);

/** Where the fields stand, in bytes. */
const AT = {
  input: 0,
  output: 4,
  control: 8,
  local: 12,
  characters: 17,
  inputSpeed: 36,
  outputSpeed: 40,
} as const;

/** Indices of control characters. */
const CHARACTER = { time: 5, min: 6, start: 8, stop: 9 } as const;

/** XON and XOFF. */
const XON = 0x11;
const XOFF = 0x13;

/** IGNBRK, BRKINT, IGNPAR, PARMRK, INPCK, ISTRIP, INLCR, IGNCR, ICRNL, IXON, IXANY, IXOFF: all that changes input. */
const INPUT_MASK = 0o1 | 0o2 | 0o4 | 0o10 | 0o20 | 0o40 | 0o100 | 0o200 |
  0o400 | 0o2000 | 0o4000 | 0o10000;
const INPCK = 0o20;
const IXON_IXOFF = 0o2000 | 0o10000;

/** OPOST. */
const OUTPUT_MASK = 0o1;

/** ISIG, ICANON, ECHO, ECHONL, IEXTEN. */
const LOCAL_MASK = 0o1 | 0o2 | 0o10 | 0o100 | 0o100000;

/** CBAUD: the speed, as one of {@linkcode SPEEDS}. */
const SPEED_MASK = 0o10017;
/** The speed stands in a field of its own. */
const BOTHER = 0o10000;
/** CIBAUD, CMSPAR: another speed for what comes in, and odder parities. */
const UNUSED_MASK = 0o2003600000 | 0o10000000000;
const CREAD_CLOCAL = 0o200 | 0o4000;
const DATA_BITS = { mask: 0o60, 7: 0o40, 8: 0o60 } as const;
const STOP_BITS = { mask: 0o100, 1: 0, 2: 0o100 } as const;
const PARITY = {
  mask: 0o400 | 0o1000,
  none: 0,
  even: 0o400,
  odd: 0o400 | 0o1000,
} as const;
const HARDWARE_FLOW = 0o20000000000;

/** How far a port's real speed may be off, as a share. */
const SPEED_TOLERANCE = 0.03;

/** All options of a port. */
export type SerialSettings = Required<SerialOptions>;

/** Fills in what was left out. */
export function settingsOf(options: SerialOptions): SerialSettings {
  return {
    baudRate: options.baudRate ?? 9600,
    dataBits: options.dataBits ?? 8,
    parity: options.parity ?? "none",
    stopBits: options.stopBits ?? 1,
    flowControl: options.flowControl ?? "none",
  };
}

/**
 * How settings are given to the kernel.
 *
 * @param settings How bytes shall travel.
 * @returns The requests of the structure that can say it.
 */
export function requestsOf({ baudRate }: SerialSettings): TermiosRequests {
  return SPEEDS.has(baudRate) ? TERMIOS : TERMIOS_2;
}

/**
 * Writes settings into a structure: raw bytes, no echo, no signals, any speed.
 *
 * @param structure The structure, as the port gave it; {@linkcode TERMIOS_BYTES} long.
 * @param settings How bytes shall travel.
 */
export function encodeSettings(
  structure: Uint8Array<ArrayBuffer>,
  settings: SerialSettings,
): void {
  const { baudRate, parity, flowControl } = settings;
  const view = new DataView(structure.buffer);
  const change = (at: number, mask: number, bits: number) =>
    view.setUint32(at, view.getUint32(at, true) & ~mask | bits, true);
  change(
    AT.input,
    INPUT_MASK,
    (parity === "none" ? 0 : INPCK) |
      (flowControl === "software" ? IXON_IXOFF : 0),
  );
  change(AT.output, OUTPUT_MASK, 0);
  change(
    AT.control,
    SPEED_MASK | UNUSED_MASK | FORMAT_MASK,
    speedOf(settings) | CREAD_CLOCAL | formatOf(settings),
  );
  change(AT.local, LOCAL_MASK, 0);
  structure[AT.characters + CHARACTER.time] = 0;
  structure[AT.characters + CHARACTER.min] = 1;
  structure[AT.characters + CHARACTER.start] = XON;
  structure[AT.characters + CHARACTER.stop] = XOFF;
  view.setUint32(AT.inputSpeed, baudRate, true);
  view.setUint32(AT.outputSpeed, baudRate, true);
}

/**
 * Finds out what a port did not take: the kernel lets it set something else
 * without an error.
 *
 * @param structure The structure, as the port gave it back.
 * @param settings How bytes should travel.
 * @returns Name of the first option that the port cannot do; undefined if it does all.
 */
export function refusedOption(
  structure: Uint8Array<ArrayBuffer>,
  settings: SerialSettings,
): keyof SerialSettings | undefined {
  const view = new DataView(structure.buffer);
  const control = view.getUint32(AT.control, true);
  const wanted = formatOf(settings);
  const differs = (mask: number) => ((control ^ wanted) & mask) !== 0;
  if (!hasSpeed(view, settings)) return "baudRate";
  if (differs(DATA_BITS.mask)) return "dataBits";
  if (differs(PARITY.mask)) return "parity";
  if (differs(STOP_BITS.mask)) return "stopBits";
  if (differs(HARDWARE_FLOW)) return "flowControl";
  return undefined;
}

function hasSpeed(view: DataView, settings: SerialSettings): boolean {
  const code = speedOf(settings);
  const given = view.getUint32(AT.control, true) & SPEED_MASK;
  if (code !== BOTHER) return given === code;
  const { baudRate } = settings;
  const speed = view.getUint32(AT.outputSpeed, true);
  return Math.abs(speed - baudRate) <= baudRate * SPEED_TOLERANCE;
}

function speedOf({ baudRate }: SerialSettings): number {
  return SPEEDS.get(baudRate) ?? BOTHER;
}

const FORMAT_MASK = DATA_BITS.mask | STOP_BITS.mask | PARITY.mask |
  HARDWARE_FLOW;

/** Bits of the control field that say how a byte is framed and held back. */
function formatOf(
  { dataBits, parity, stopBits, flowControl }: SerialSettings,
): number {
  return DATA_BITS[dataBits] | PARITY[parity] | STOP_BITS[stopBits] |
    (flowControl === "hardware" ? HARDWARE_FLOW : 0);
}
