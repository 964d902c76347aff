/**
 * Heart Rate Measurement, 0x2A37.
 *
 * @module
 */
import { bitsOf, hasBit } from "./bits.ts";
import { list, UINT16, uint16, UINT8, uint8 } from "./fields.ts";
import {
  ALWAYS,
  FlagRecord,
  type RecordPart,
  value,
  whenSet,
} from "./flag_record.ts";
import type { Flaws } from "./flaws.ts";
import { MAXIMUM_HEART_RATE_BPM } from "./rider_limits.ts";
import { number } from "./scales.ts";

/** One notification of a heart rate strap (Heart Rate Service 1.0, section 3.1). */
export interface HeartRateMeasurement extends Flaws {
  /** Beats a minute, 0 to 300; many straps send 0 for "no reading". Left out if impossible. */
  readonly heartRateBpm?: number;
  /** Whether the strap detects if it touches the skin. */
  readonly contactSupported: boolean;
  /** Whether it touches the skin; left out if it cannot detect that. */
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

const RATE_IN_UINT8 = value(ALWAYS, "heartRateBpm", uint8());
const RATE_IN_UINT16 = value(
  ALWAYS,
  "heartRateBpm",
  uint16(number({ maximum: MAXIMUM_HEART_RATE_BPM })),
);

/** In one byte where it fits. */
const RATE: typeof RATE_IN_UINT8 = {
  ...ALWAYS,
  read: (source, into) =>
    (hasBit(source.flags, BIT_RATE_IS_UINT16) ? RATE_IN_UINT16 : RATE_IN_UINT8)
      .read(source, into),
  flagsOf: (measurement) =>
    bitsOf({ [BIT_RATE_IS_UINT16]: isWide(measurement) }),
  write: (writer, measurement) =>
    (isWide(measurement) ? RATE_IN_UINT16 : RATE_IN_UINT8)
      .write(writer, measurement),
};

function isWide({ heartRateBpm = 0 }: { heartRateBpm?: number }): boolean {
  return heartRateBpm > UINT8.maximum;
}

/** Times between beats, while a frame is decoded. */
interface RrIntervals {
  rrIntervals1024ths?: readonly number[];
  rrIntervalsMs?: readonly number[];
}

/** Whole pairs of bytes up to the end; a stray last byte says nothing. */
const RR_INTERVALS: RecordPart<RrIntervals> = {
  ...whenSet(BIT_RR_INTERVALS),
  read({ reader }, into) {
    const ticks: number[] = [];
    while (reader.remaining >= UINT16.size) ticks.push(reader.uint16());
    into.rrIntervals1024ths = ticks;
    into.rrIntervalsMs = ticks.map((one) =>
      Math.round(one * 1_000_000 / 1024) / 1000
    );
    return true;
  },
  flagsOf: ({ rrIntervals1024ths: ticks }) =>
    bitsOf({ [BIT_RR_INTERVALS]: ticks !== undefined }),
  write: (writer, { rrIntervals1024ths: ticks }) =>
    list(uint16()).write(writer, ticks, "rrIntervals1024ths"),
};

const RECORD = new FlagRecord<HeartRateMeasurement>({
  subject: "heart rate measurement",
  flags: UINT8,
  begin(flags) {
    const contactSupported = hasBit(flags, BIT_CONTACT_SUPPORTED);
    return contactSupported
      ? {
        contactSupported,
        contactDetected: hasBit(flags, BIT_CONTACT_DETECTED),
      }
      : { contactSupported };
  },
  flagsOf: ({ contactSupported, contactDetected = false }) =>
    bitsOf({
      [BIT_CONTACT_SUPPORTED]: contactSupported,
      [BIT_CONTACT_DETECTED]: contactDetected,
    }),
  head: RATE,
  parts: [
    value(whenSet(BIT_ENERGY), "energyExpendedKilojoules", uint16()),
    RR_INTERVALS,
  ],
});

/**
 * Decodes a notification of characteristic 0x2A37.
 *
 * @param bytes The characteristic's value.
 * @returns The measurement; a stray last byte of the RR list is ignored.
 * @throws {FrameError} If the value ends before its heart rate does.
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
  return RECORD.decode(bytes);
}

/**
 * Encodes a notification of characteristic 0x2A37, the heart rate in one byte
 * where it fits.
 *
 * @param value The measurement.
 * @returns The characteristic's value.
 * @throws {PayloadError} If the heart rate is missing, or a number is impossible.
 */
export function encodeHeartRateMeasurement(
  value: HeartRateMeasurement,
): Uint8Array {
  return RECORD.encode(value);
}
