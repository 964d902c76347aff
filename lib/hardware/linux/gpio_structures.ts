/**
 * Structures of the kernel's GPIO interface, version 2 (`linux/gpio.h`, since
 * Linux 5.10; alike on x86_64 and aarch64).
 *
 * @module
 */
import type { GpioEdge, GpioLineOptions } from "#lib/hardware/gpio.ts";
import { fromCString } from "./libc.ts";

/** Requests to a chip, and to lines taken from it. */
export const GPIO = {
  getChipInfo: 0x8044b401,
  getLineInfo: 0xc100b405,
  getLines: 0xc250b407,
  getValues: 0xc010b40e,
} as const;

/** Bytes of the structures. */
export const GPIO_BYTES = {
  chipInfo: 68,
  lineInfo: 256,
  lineRequest: 592,
  values: 16,
  event: 48,
} as const;

/** `GPIO_V2_LINES_MAX`. */
export const MAX_LINES = 64;

/** Longest debounce that the structure can hold, in microseconds. */
export const MAX_DEBOUNCE_MICROSECONDS = 0xffff_ffff;

/** Bytes of a name, with the zero behind it. */
const NAME_BYTES = 32;

/** Edges of each line that the kernel keeps for a program that is busy. */
const KEPT_EDGES = 64;

/** Where the fields of a `gpio_v2_line_request` stand, in bytes. */
const REQUEST = {
  offsets: 0,
  consumer: 256,
  flags: 288,
  attributeCount: 296,
  attribute: 320,
  lineCount: 560,
  eventBufferSize: 564,
  fd: 588,
} as const;

/** Where the fields of an attribute stand in it, in bytes. */
const ATTRIBUTE = { id: 0, value: 8, mask: 16 } as const;

/** `GPIO_V2_LINE_ATTR_ID_DEBOUNCE`. */
const DEBOUNCE = 3;

/** `GPIO_V2_LINE_FLAG_…`. */
const FLAG = {
  activeLow: 1 << 1,
  input: 1 << 2,
  edgeRising: 1 << 4,
  edgeFalling: 1 << 5,
  pull: { up: 1 << 8, down: 1 << 9, none: 1 << 10 },
} as const;

/** `GPIO_V2_LINE_EVENT_RISING_EDGE`: the line has become active. */
const RISING_EDGE = 1;

/** What a chip says about itself. */
export interface ChipInfo {
  /** Its name, for example `gpiochip0`. */
  readonly name: string;
  /** What it is, for example `pinctrl-bcm2711`. */
  readonly label: string;
  /** How many lines it has. */
  readonly lineCount: number;
}

/**
 * Reads a `gpiochip_info`.
 *
 * @returns What the chip says about itself.
 */
export function decodeChipInfo(bytes: Uint8Array): ChipInfo {
  return {
    name: fromCString(bytes.subarray(0, NAME_BYTES)),
    label: fromCString(bytes.subarray(NAME_BYTES, 2 * NAME_BYTES)),
    lineCount: viewOf(bytes).getUint32(2 * NAME_BYTES, true),
  };
}

/** Writes a `gpio_v2_line_info` that asks for a line. */
export function encodeLineInfo(line: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(GPIO_BYTES.lineInfo);
  viewOf(bytes).setUint32(2 * NAME_BYTES, line, true);
  return bytes;
}

/**
 * Reads who uses a line.
 *
 * @param bytes A `gpio_v2_line_info`.
 * @returns The name that its user gave; empty if there is none.
 */
export function decodeConsumer(bytes: Uint8Array): string {
  return fromCString(bytes.subarray(NAME_BYTES, 2 * NAME_BYTES));
}

/**
 * Writes a `gpio_v2_line_request` for inputs whose edges are watched.
 *
 * @param options Which lines, and how they are read.
 */
export function encodeLineRequest(
  options: GpioLineOptions,
): Uint8Array<ArrayBuffer> {
  const {
    lines,
    pull = "none",
    activeLow = false,
    debounceMicroseconds = 0,
    consumer = "smartbike",
  } = options;
  const bytes = new Uint8Array(GPIO_BYTES.lineRequest);
  const view = viewOf(bytes);
  lines.forEach((line, index) =>
    view.setUint32(REQUEST.offsets + 4 * index, line, true)
  );
  new TextEncoder().encodeInto(
    consumer,
    bytes.subarray(REQUEST.consumer, REQUEST.consumer + NAME_BYTES - 1),
  );
  const flags = FLAG.input | FLAG.edgeRising | FLAG.edgeFalling |
    FLAG.pull[pull] | (activeLow ? FLAG.activeLow : 0);
  view.setBigUint64(REQUEST.flags, BigInt(flags), true);
  if (debounceMicroseconds > 0) {
    const at = REQUEST.attribute;
    view.setUint32(REQUEST.attributeCount, 1, true);
    view.setUint32(at + ATTRIBUTE.id, DEBOUNCE, true);
    view.setUint32(at + ATTRIBUTE.value, debounceMicroseconds, true);
    view.setBigUint64(at + ATTRIBUTE.mask, maskOf(lines.length), true);
  }
  view.setUint32(REQUEST.lineCount, lines.length, true);
  view.setUint32(REQUEST.eventBufferSize, KEPT_EDGES * lines.length, true);
  return bytes;
}

/**
 * Reads the descriptor of the lines that the kernel has given.
 *
 * @param bytes A `gpio_v2_line_request`.
 */
export function decodeLinesFd(bytes: Uint8Array): number {
  return viewOf(bytes).getInt32(REQUEST.fd, true);
}

/**
 * Writes a `gpio_v2_line_values` that asks for all lines.
 *
 * @param count How many lines there are.
 */
export function encodeValues(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(GPIO_BYTES.values);
  viewOf(bytes).setBigUint64(8, maskOf(count), true);
  return bytes;
}

/**
 * Reads a `gpio_v2_line_values`.
 *
 * @param count How many lines there are.
 * @returns Whether each line is active.
 */
export function decodeValues(
  bytes: Uint8Array,
  count: number,
): readonly boolean[] {
  const bits = viewOf(bytes).getBigUint64(0, true);
  return Array.from(
    { length: count },
    (_, index) => (bits >> BigInt(index) & 1n) === 1n,
  );
}

/**
 * Reads structures `gpio_v2_line_event`, one behind the other.
 *
 * @returns The edges, in their order.
 */
export function* decodeEvents(bytes: Uint8Array): Iterable<GpioEdge> {
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length; at += GPIO_BYTES.event) {
    yield {
      timestampNs: view.getBigUint64(at, true),
      isActive: view.getUint32(at + 8, true) === RISING_EDGE,
      line: view.getUint32(at + 12, true),
    };
  }
}

function maskOf(count: number): bigint {
  return (1n << BigInt(count)) - 1n;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
