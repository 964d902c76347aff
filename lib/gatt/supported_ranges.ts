/**
 * Supported ranges of a fitness machine: speed 0x2AD4, inclination 0x2AD5,
 * resistance level 0x2AD6, heart rate 0x2AD7 and power 0x2AD8.
 *
 * Minimum and maximum are enough. Three bytes are one byte each, bytes behind
 * the step are counted and ignored. Upside-down limits are refused, because
 * limits guard actuators.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { sint16, type SizedField, uint16, uint8 } from "./fields.ts";
import type { Flaws } from "./flaws.ts";
import { number } from "./scales.ts";
import { trailing } from "./trailing.ts";

/** Limits of what a machine can be set to, in the unit of the characteristic. */
export interface SupportedRange extends Flaws {
  /** Smallest setting. */
  readonly minimum: number;
  /** Largest setting, not less than the smallest. */
  readonly maximum: number;
  /** Smallest change that has an effect; 0, or left out, where the machine does not say. */
  readonly step?: number;
}

/** How wide one model sends its numbers. */
export interface RangeWidthOptions {
  /** Bytes of each number; what fits the frame's length if left out. */
  readonly widthBytes?: 1 | 2;
}

interface Columns {
  readonly limit: SizedField<number>;
  readonly step: SizedField<number>;
}

interface RangeLayout {
  readonly subject: string;
  /** How many bytes the specification gives each number. */
  readonly widthBytes: 1 | 2;
  readonly columns: Readonly<Record<1 | 2, Columns>>;
}

function read(
  { subject, columns, widthBytes }: RangeLayout,
  bytes: Uint8Array,
  options: RangeWidthOptions = {},
): SupportedRange {
  const reader = new ByteReader(bytes, subject);
  const width = options.widthBytes ?? widthOf(bytes, widthBytes);
  const { limit, step } = columns[width];
  const minimum = limit.read(reader);
  const maximum = limit.read(reader);
  if (minimum > maximum) {
    throw reader.error(`a maximum from ${minimum} on`, width);
  }
  const { remaining } = reader;
  if (remaining === 0) return { minimum, maximum };
  if (remaining < step.size) return { minimum, maximum, cutShort: true };
  const range = { minimum, maximum, step: step.read(reader) };
  return { ...range, ...trailing(reader) };
}

/** Two bytes where one each cannot be meant, as some bikes send heart rates. */
function widthOf(bytes: Uint8Array, specified: 1 | 2): 1 | 2 {
  if (bytes.length === 3) return 1;
  const [minimum = 0, maximum = 0] = bytes;
  return minimum > maximum ? 2 : specified;
}

function write(
  { columns, widthBytes }: RangeLayout,
  range: SupportedRange,
  options: RangeWidthOptions = {},
) {
  const { limit, step } = columns[options.widthBytes ?? widthBytes];
  const writer = new ByteWriter();
  limit.write(writer, range.minimum, "minimum");
  limit.write(writer, range.maximum, "maximum");
  if (range.step !== undefined) step.write(writer, range.step, "step");
  return writer.toBytes();
}

const HUNDREDTHS = number({ divisor: 100 });
const TENTHS = number({ divisor: 10 });
const ONES = number();

const SPEED: RangeLayout = {
  subject: "supported speed range",
  widthBytes: 2,
  columns: {
    1: { limit: uint8(HUNDREDTHS), step: uint8(HUNDREDTHS) },
    2: { limit: uint16(HUNDREDTHS), step: uint16(HUNDREDTHS) },
  },
};
const INCLINATION: RangeLayout = {
  subject: "supported inclination range",
  widthBytes: 2,
  columns: {
    1: { limit: uint8(TENTHS), step: uint8(TENTHS) },
    2: { limit: sint16(TENTHS), step: uint16(TENTHS) },
  },
};
const RESISTANCE_LEVEL: RangeLayout = {
  ...INCLINATION,
  subject: "supported resistance level range",
};
const HEART_RATE: RangeLayout = {
  subject: "supported heart rate range",
  widthBytes: 1,
  columns: {
    1: { limit: uint8(ONES), step: uint8(ONES) },
    2: { limit: uint16(ONES), step: uint16(ONES) },
  },
};
const POWER: RangeLayout = {
  subject: "supported power range",
  widthBytes: 2,
  columns: {
    1: { limit: uint8(ONES), step: uint8(ONES) },
    2: { limit: sint16(ONES), step: uint16(ONES) },
  },
};

/**
 * Decodes characteristic 0x2AD4 (Fitness Machine Service 1.0, section 4.11).
 *
 * @returns Limits from 0 to 655.35 km/h, in steps of 0.01.
 * @throws {FrameError} If a limit is missing, or the limits are upside down.
 */
export function decodeSupportedSpeedRange(bytes: Uint8Array): SupportedRange {
  return read(SPEED, bytes);
}

/**
 * Encodes characteristic 0x2AD4.
 *
 * @param range Limits in km/h.
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedSpeedRange(range: SupportedRange): Uint8Array {
  return write(SPEED, range);
}

/**
 * Decodes characteristic 0x2AD5 (Fitness Machine Service 1.0, section 4.12).
 *
 * @returns Limits from -3276.8 to 3276.7 %, in steps of 0.1.
 * @throws {FrameError} If a limit is missing, or the limits are upside down.
 */
export function decodeSupportedInclinationRange(
  bytes: Uint8Array,
): SupportedRange {
  return read(INCLINATION, bytes);
}

/**
 * Encodes characteristic 0x2AD5.
 *
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedInclinationRange(
  range: SupportedRange,
): Uint8Array {
  return write(INCLINATION, range);
}

/**
 * Decodes characteristic 0x2AD6 (Fitness Machine Service 1.0, section 4.13).
 *
 * @param options How wide the model sends its numbers.
 * @returns Limits from -3276.8 to 3276.7, without a unit.
 * @throws {FrameError} If a limit is missing, or the limits are upside down.
 *
 * @example Usage
 * ```ts
 * import { decodeSupportedResistanceLevelRange } from "#lib/gatt/supported_ranges.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   decodeSupportedResistanceLevelRange(Uint8Array.of(0, 0, 100, 0, 1, 0)),
 *   { minimum: 0, maximum: 10, step: 0.1 },
 * );
 * ```
 */
export function decodeSupportedResistanceLevelRange(
  bytes: Uint8Array,
  options: RangeWidthOptions = {},
): SupportedRange {
  return read(RESISTANCE_LEVEL, bytes, options);
}

/**
 * Encodes characteristic 0x2AD6.
 *
 * @param range Limits without a unit.
 * @param options The width of each number.
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedResistanceLevelRange(
  range: SupportedRange,
  options: RangeWidthOptions = {},
): Uint8Array {
  return write(RESISTANCE_LEVEL, range, options);
}

/**
 * Decodes characteristic 0x2AD7 (Fitness Machine Service 1.0, section 4.15).
 *
 * @param options Some bikes send two bytes for each number instead of one.
 * @returns Limits from 0 to 255 beats a minute.
 * @throws {FrameError} If a limit is missing, or the limits are upside down.
 */
export function decodeSupportedHeartRateRange(
  bytes: Uint8Array,
  options: RangeWidthOptions = {},
): SupportedRange {
  return read(HEART_RATE, bytes, options);
}

/**
 * Encodes characteristic 0x2AD7.
 *
 * @param range Limits in beats a minute.
 * @param options The width of each number.
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedHeartRateRange(
  range: SupportedRange,
  options: RangeWidthOptions = {},
): Uint8Array {
  return write(HEART_RATE, range, options);
}

/**
 * Decodes characteristic 0x2AD8 (Fitness Machine Service 1.0, section 4.14).
 *
 * @returns Limits from -32768 to 32767 W.
 * @throws {FrameError} If a limit is missing, or the limits are upside down.
 */
export function decodeSupportedPowerRange(bytes: Uint8Array): SupportedRange {
  return read(POWER, bytes);
}

/**
 * Encodes characteristic 0x2AD8.
 *
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedPowerRange(range: SupportedRange): Uint8Array {
  return write(POWER, range);
}
