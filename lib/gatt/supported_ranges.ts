/**
 * Supported ranges of a fitness machine: speed 0x2AD4, inclination 0x2AD5,
 * resistance level 0x2AD6, heart rate 0x2AD7 and power 0x2AD8.
 *
 * Other lengths and upside-down limits are refused, because limits guard
 * actuators; some models are known to send another width, which callers say.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { type Field, sint16, uint16, uint8 } from "#lib/gatt/fields.ts";
import { number } from "#lib/gatt/scales.ts";

/** Limits of what a machine can be set to, in the unit of the characteristic. */
export interface SupportedRange {
  /** Smallest setting. */
  readonly minimum: number;
  /** Largest setting, not less than the smallest. */
  readonly maximum: number;
  /** Smallest change that has an effect. */
  readonly step: number;
}

/** How wide one model sends its numbers. */
export interface RangeWidthOptions {
  /** Bytes of each number; the specification's width if left out. */
  readonly widthBytes?: 1 | 2;
}

interface RangeLayout {
  readonly subject: string;
  readonly limit: Field<number>;
  readonly step: Field<number>;
}

function read({ subject, limit, step }: RangeLayout, bytes: Uint8Array) {
  const reader = new ByteReader(bytes, subject);
  const range: SupportedRange = {
    minimum: limit.read(reader),
    maximum: limit.read(reader),
    step: step.read(reader),
  };
  if (reader.remaining > 0) throw reader.error("the end of the frame");
  if (range.minimum > range.maximum) {
    throw reader.error(`a maximum from ${range.minimum} on`, bytes.length / 3);
  }
  return range;
}

function write({ limit, step }: RangeLayout, range: SupportedRange) {
  const writer = new ByteWriter();
  limit.write(writer, range.minimum, "minimum");
  limit.write(writer, range.maximum, "maximum");
  step.write(writer, range.step, "step");
  return writer.toBytes();
}

const HUNDREDTHS = number({ divisor: 100 });
const TENTHS = number({ divisor: 10 });
const TENS = number({ factor: 10 });

const SPEED: RangeLayout = {
  subject: "supported speed range",
  limit: uint16(HUNDREDTHS),
  step: uint16(HUNDREDTHS),
};
const INCLINATION: RangeLayout = {
  subject: "supported inclination range",
  limit: sint16(TENTHS),
  step: uint16(TENTHS),
};
const RESISTANCE = "supported resistance level range";
const RESISTANCE_LEVEL = {
  1: { subject: RESISTANCE, limit: uint8(TENS), step: uint8(TENS) },
  2: { subject: RESISTANCE, limit: sint16(TENTHS), step: uint16(TENTHS) },
} as const;
const HEART_RATE = {
  1: { subject: "supported heart rate range", limit: uint8(), step: uint8() },
  2: { subject: "supported heart rate range", limit: uint16(), step: uint16() },
} as const;
const POWER: RangeLayout = {
  subject: "supported power range",
  limit: sint16(),
  step: uint16(),
};

/**
 * Decodes characteristic 0x2AD4 (Fitness Machine Service 1.0, section 4.11).
 *
 * @param bytes The characteristic's value.
 * @returns Limits from 0 to 655.35 km/h, in steps of 0.01.
 * @throws {FrameError} If the value has another length or its limits are upside down.
 */
export function decodeSupportedSpeedRange(bytes: Uint8Array): SupportedRange {
  return read(SPEED, bytes);
}

/**
 * Encodes characteristic 0x2AD4.
 *
 * @param range Limits in km/h.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedSpeedRange(range: SupportedRange): Uint8Array {
  return write(SPEED, range);
}

/**
 * Decodes characteristic 0x2AD5 (Fitness Machine Service 1.0, section 4.12).
 *
 * @param bytes The characteristic's value.
 * @returns Limits from -3276.8 to 3276.7 %, in steps of 0.1.
 * @throws {FrameError} If the value has another length or its limits are upside down.
 */
export function decodeSupportedInclinationRange(
  bytes: Uint8Array,
): SupportedRange {
  return read(INCLINATION, bytes);
}

/**
 * Encodes characteristic 0x2AD5.
 *
 * @param range Limits in %.
 * @returns The characteristic's value.
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
 * @param bytes The characteristic's value.
 * @param options A later edition sends one byte in steps of 10 instead of two in steps of 0.1.
 * @returns Limits from -3276.8 to 3276.7, without a unit.
 * @throws {FrameError} If the value has another length or its limits are upside down.
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
  return read(RESISTANCE_LEVEL[options.widthBytes ?? 2], bytes);
}

/**
 * Encodes characteristic 0x2AD6.
 *
 * @param range Limits without a unit.
 * @param options The width of each number.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedResistanceLevelRange(
  range: SupportedRange,
  options: RangeWidthOptions = {},
): Uint8Array {
  return write(RESISTANCE_LEVEL[options.widthBytes ?? 2], range);
}

/**
 * Decodes characteristic 0x2AD7 (Fitness Machine Service 1.0, section 4.15).
 *
 * @param bytes The characteristic's value.
 * @param options Some bikes send two bytes for each number instead of one.
 * @returns Limits from 0 to 255 beats a minute.
 * @throws {FrameError} If the value has another length or its limits are upside down.
 */
export function decodeSupportedHeartRateRange(
  bytes: Uint8Array,
  options: RangeWidthOptions = {},
): SupportedRange {
  return read(HEART_RATE[options.widthBytes ?? 1], bytes);
}

/**
 * Encodes characteristic 0x2AD7.
 *
 * @param range Limits in beats a minute.
 * @param options The width of each number.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedHeartRateRange(
  range: SupportedRange,
  options: RangeWidthOptions = {},
): Uint8Array {
  return write(HEART_RATE[options.widthBytes ?? 1], range);
}

/**
 * Decodes characteristic 0x2AD8 (Fitness Machine Service 1.0, section 4.14).
 *
 * @param bytes The characteristic's value.
 * @returns Limits from -32768 to 32767 W.
 * @throws {FrameError} If the value has another length or its limits are upside down.
 */
export function decodeSupportedPowerRange(bytes: Uint8Array): SupportedRange {
  return read(POWER, bytes);
}

/**
 * Encodes characteristic 0x2AD8.
 *
 * @param range Limits in W.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a limit does not fit.
 */
export function encodeSupportedPowerRange(range: SupportedRange): Uint8Array {
  return write(POWER, range);
}
