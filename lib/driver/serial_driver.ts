/**
 * What all drivers of devices that send lines of text over a serial port have
 * in common: find the port, cut lines, drop bad ones, notice when it is gone.
 *
 * @module
 */
import type { SourceOptions } from "#lib/bike/device.ts";
import { splitLines } from "#lib/base/byte_lines.ts";
import { FrameError } from "#lib/base/errors.ts";
import type {
  FlowControl,
  Parity,
  SerialOptions,
  SerialPort,
  SerialSelector,
} from "#lib/hardware/serial.ts";
import type {
  DriverContext,
  DriverDefinition,
  DriverOption,
  DriverOptionValues,
} from "./driver.ts";
import { FrameFaults } from "./frame_faults.ts";
import { waitForDevice } from "./device_wait.ts";

/** The most that a line has, in bytes; a longer one is dropped as a whole. */
const MAX_LINE_BYTES = 1024;

/** What helps to find a port. */
const ADVICE =
  'plug it in, and see "smartbike ports" for the ports that are there';

/** A driver of a device that sends lines. */
export interface SerialDriverDefinition {
  /** The file's name in kebab case. */
  readonly name: string;
  /** What it drives, in one line. */
  readonly summary: string;
  /** Path of the port that it opens unless options say otherwise. */
  readonly port: string;
  /**
   * Whether what comes before the first line feed is dropped: the program may
   * have come in the middle of a line, and half a number is a wrong number.
   * Not needed where half a line cannot be taken for a whole one.
   *
   * @default {true}
   */
  readonly dropsFirstLine?: boolean;
  /** How its values are taken. */
  readonly source?: SourceOptions;
  /** Options of its own. */
  readonly options?: readonly DriverOption[];
  /**
   * Looks at the options before the port is there, which may be never.
   *
   * @param options The options.
   * @throws {ConfigError} If one cannot be used.
   */
  readonly check?: (options: DriverOptionValues) => void;
  /**
   * Begins to take lines.
   *
   * @param session The port, and all that a driver may touch.
   * @returns Called with each line; throws a `FrameError` for one that is to be dropped.
   */
  start(session: SerialSession): (line: string) => void;
}

/** A driver's connection to its device. */
export interface SerialSession extends DriverContext {
  /** The open port. */
  readonly port: SerialPort;
}

/** Options of every driver of a serial device. */
const OPTIONS: readonly DriverOption[] = [
  {
    name: "usb-id",
    group: "serial",
    summary:
      "USB vendor and product of the device, for example 2341:0043 (default: any)",
    type: "text",
    pattern: "[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}",
    expected: "vendor and product such as 2341:0043",
  },
  {
    name: "usb-serial",
    group: "serial",
    summary: "USB serial number of the device (default: any)",
    type: "text",
  },
  {
    name: "baud-rate",
    group: "serial",
    summary: "speed of the port, in bits a second (default: 9600)",
    type: "number",
    min: 1,
    max: 4_000_000,
    isInteger: true,
  },
  {
    name: "data-bits",
    group: "serial",
    summary: "bits of each byte, 7 or 8 (default: 8)",
    type: "number",
    min: 7,
    max: 8,
    isInteger: true,
  },
  {
    name: "parity",
    group: "serial",
    summary: "extra bit of each byte (default: none)",
    type: "text",
    choices: ["none", "even", "odd"] satisfies Parity[],
  },
  {
    name: "stop-bits",
    group: "serial",
    summary: "stop bits of each byte, 1 or 2 (default: 1)",
    type: "number",
    min: 1,
    max: 2,
    isInteger: true,
  },
  {
    name: "flow-control",
    group: "serial",
    summary: "how both sides hold each other back (default: none)",
    type: "text",
    choices: ["none", "hardware", "software"] satisfies FlowControl[],
  },
];

/**
 * Makes a driver of what is special about it.
 *
 * @param definition What is special about it.
 * @returns The driver.
 */
export function serialDriver(
  definition: SerialDriverDefinition,
): DriverDefinition {
  const { name, summary, port, source, options = [] } = definition;
  return {
    name,
    summary,
    transport: "serial",
    ...(source && { source }),
    options: [
      {
        name: "port",
        summary:
          `path of the port, or a lasting name of it (default: ${port}; with usb-id or usb-serial any)`,
        type: "text",
      },
      ...OPTIONS,
      ...options,
    ],
    run: (context) => run(definition, context),
  };
}

/**
 * Describes why a line is dropped; the caller throws it.
 *
 * @param expected What should stand there.
 * @param options The error this one translates, as `cause`.
 * @returns The error to throw.
 */
export function lineError(
  line: string,
  expected: string,
  options?: ErrorOptions,
): FrameError {
  const text = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  return new FrameError(
    `Cannot read line ${JSON.stringify(text)}: expected ${expected}`,
    0,
    expected,
    options,
  );
}

/**
 * Reads a line that holds nothing but a number.
 *
 * @example Usage
 * ```ts
 * import { parseNumberLine } from "#lib/driver/serial_driver.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(parseNumberLine("5.25"), 5.25);
 * assert.throws(() => parseNumberLine("5 cm"));
 * ```
 *
 * @param line The line.
 * @returns The number.
 * @throws {FrameError} If it holds anything else.
 */
export function parseNumberLine(line: string): number {
  if (/^[+-]?\d{1,15}(\.\d{0,15})?$/.test(line)) return Number(line);
  throw lineError(line, "a number");
}

/** A port that is plugged in opens at once. */
const QUIET_MS = 1000;

async function run(
  definition: SerialDriverDefinition,
  context: DriverContext,
): Promise<void> {
  const { device, logger, serial, signal } = context;
  const { device: id } = device.status;
  definition.check?.(context.options);
  await using port = await waitForDevice(
    context,
    { level: "warn", advice: ADVICE, quietMs: QUIET_MS },
    () =>
      serial.open(selectorOf(definition, context), {
        ...settingsOf(context),
        signal,
      }),
  );
  const onLine = definition.start({ ...context, port });
  device.setConnected(true);
  logger.info("{id} is connected: {path}", { id, path: port.path });
  const close = () => void port[Symbol.asyncDispose]();
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  try {
    const faults = new FrameFaults(context, "line");
    let isFirst = definition.dropsFirstLine ?? true;
    for await (const bytes of splitLines(port.bytes, MAX_LINE_BYTES + 1)) {
      if (signal.aborted) return;
      if (!isFirst) takeOrDrop(bytes, onLine, faults);
      isFirst = false;
    }
  } finally {
    signal.removeEventListener("abort", close);
  }
}

function selectorOf(
  { port }: SerialDriverDefinition,
  { options }: DriverContext,
): SerialSelector {
  const text = (name: string) => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  const usbId = text("usb-id");
  const usbSerial = text("usb-serial");
  const isByUsb = usbId !== undefined || usbSerial !== undefined;
  const path = text("port") ?? (isByUsb ? undefined : port);
  return {
    ...(path !== undefined && { path }),
    ...(usbId !== undefined && { usbId }),
    ...(usbSerial !== undefined && { usbSerial }),
  };
}

function settingsOf({ options }: DriverContext): SerialOptions {
  const {
    parity,
    "flow-control": flowControl,
    "baud-rate": baudRate,
    "data-bits": dataBits,
    "stop-bits": stopBits,
  } = options;
  return {
    ...(typeof baudRate === "number" && { baudRate }),
    ...((dataBits === 7 || dataBits === 8) && { dataBits }),
    ...(isParity(parity) && { parity }),
    ...((stopBits === 1 || stopBits === 2) && { stopBits }),
    ...(isFlowControl(flowControl) && { flowControl }),
  };
}

function isParity(value: unknown): value is Parity {
  return value === "none" || value === "even" || value === "odd";
}

function isFlowControl(value: unknown): value is FlowControl {
  return value === "none" || value === "hardware" || value === "software";
}

function takeOrDrop(
  bytes: Uint8Array,
  onLine: (line: string) => void,
  faults: FrameFaults,
): void {
  try {
    takeLine(bytes, onLine);
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    faults.dropped(error);
  }
}

/** Gives a line to the driver; blanks around it do not count, and neither do empty lines. */
function takeLine(bytes: Uint8Array, onLine: (line: string) => void): void {
  if (bytes.length > MAX_LINE_BYTES) {
    throw new FrameError(
      `Cannot read a line: it goes on, expected at most ${MAX_LINE_BYTES} bytes`,
      MAX_LINE_BYTES,
      "a line feed",
    );
  }
  const line = decodeText(bytes).trim();
  if (line !== "") onLine(line);
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const text = new TextDecoder().decode(bytes);
    throw lineError(text, "UTF-8", { cause: error });
  }
}
