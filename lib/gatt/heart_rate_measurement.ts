/**
 * Heart Rate Measurement, 0x2A37.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOf, hasBit } from "#lib/gatt/bits.ts";
import { type Trailing, trailing } from "#lib/gatt/trailing.ts";

/** One notification of a heart rate strap (Heart Rate Service 1.0, section 3.1). */
export interface HeartRateMeasurement extends Trailing {
  /** Beats a minute, 0 to 65535; many straps send 0 for "no reading". */
  readonly heartRateBpm: number;
  /** Whether the strap can tell if it touches the skin. */
  readonly contactSupported: boolean;
  /** Whether it touches the skin; left out if it cannot tell. */
  readonly contactDetected?: boolean;
  /** Energy since the last reset, 0 to 65535 kJ; 65535 means "at least". */
  readonly energyExpendedKilojoules?: number;
  /** Times between beats, oldest first, in 1/1024 s. */
  readonly rrIntervals1024ths?: readonly number[];
  /** The same times in ms, rounded to 0.001; encoders ignore it. */
  readonly rrIntervalsMs?: readonly number[];
}

const BIT_RATE_IS_UINT16 = 0;
const BIT_CONTACT_DETECTED = 1;
const BIT_CONTACT_SUPPORTED = 2;
const BIT_ENERGY = 3;
const BIT_RR_INTERVALS = 4;

/**
 * Decodes a notification of characteristic 0x2A37.
 *
 * @param bytes The characteristic's value.
 * @returns The measurement; a stray last byte of the RR list is ignored.
 * @throws {FrameError} If the value is shorter than its flags say.
 *
 * @example Usage
 * ```ts
 * import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
 * import assert from "node:assert/strict";
 *
 * const value = decodeHeartRateMeasurement(Uint8Array.of(0x06, 72));
 * assert.equal(value.heartRateBpm, 72);
 * assert.equal(value.contactDetected, true);
 * ```
 */
export function decodeHeartRateMeasurement(
  bytes: Uint8Array,
): HeartRateMeasurement {
  const reader = new ByteReader(bytes, "heart rate measurement");
  const flags = reader.uint8();
  const contactSupported = hasBit(flags, BIT_CONTACT_SUPPORTED);
  return {
    heartRateBpm: hasBit(flags, BIT_RATE_IS_UINT16)
      ? reader.uint16()
      : reader.uint8(),
    contactSupported,
    ...(contactSupported &&
      { contactDetected: hasBit(flags, BIT_CONTACT_DETECTED) }),
    ...(hasBit(flags, BIT_ENERGY) &&
      { energyExpendedKilojoules: reader.uint16() }),
    ...(hasBit(flags, BIT_RR_INTERVALS) && readRrIntervals(reader)),
    ...trailing(reader),
  };
}

function readRrIntervals(reader: ByteReader) {
  const rrIntervals1024ths: number[] = [];
  while (reader.remaining >= 2) rrIntervals1024ths.push(reader.uint16());
  return {
    rrIntervals1024ths,
    rrIntervalsMs: rrIntervals1024ths.map((ticks) =>
      Math.round(ticks * 1_000_000 / 1024) / 1000
    ),
  };
}

/**
 * Encodes a notification of characteristic 0x2A37, the heart rate in one byte
 * where it fits.
 *
 * @param value The measurement.
 * @returns The characteristic's value.
 * @throws {RangeError} If a number does not fit its field.
 */
export function encodeHeartRateMeasurement(
  value: HeartRateMeasurement,
): Uint8Array {
  const { heartRateBpm, energyExpendedKilojoules: energy } = value;
  const { rrIntervals1024ths: rrIntervals } = value;
  const isWide = heartRateBpm > 0xff;
  const writer = new ByteWriter().uint8(bitsOf({
    [BIT_RATE_IS_UINT16]: isWide,
    [BIT_CONTACT_DETECTED]: value.contactDetected ?? false,
    [BIT_CONTACT_SUPPORTED]: value.contactSupported,
    [BIT_ENERGY]: energy !== undefined,
    [BIT_RR_INTERVALS]: rrIntervals !== undefined,
  }));
  if (isWide) writer.uint16(heartRateBpm);
  else writer.uint8(heartRateBpm);
  if (energy !== undefined) writer.uint16(energy);
  for (const ticks of rrIntervals ?? []) writer.uint16(ticks);
  return writer.toBytes();
}
