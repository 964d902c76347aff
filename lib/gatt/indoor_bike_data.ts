/**
 * Indoor Bike Data, 0x2AD2.
 *
 * @module
 */
import { hasBit } from "./bits.ts";
import { sint16, UINT16, uint16, uint24, uint8 } from "./fields.ts";
import {
  FlagRecord,
  unlessSet,
  value,
  values,
  whenSet,
} from "./flag_record.ts";
import type { Flaws } from "./flaws.ts";
import {
  MAXIMUM_BYTE_HEART_RATE_BPM,
  RIDER_CADENCE,
  RIDER_POWER,
  RIDER_SPEED,
} from "./rider_limits.ts";
import { number, numberOrNull } from "./scales.ts";

/** Energy, where `null` means that the machine has no number. */
export interface ExpendedEnergy {
  /** Since the start, 0 to 65534 kcal. */
  readonly totalEnergyKilocalories: number | null;
  /** 0 to 65534 kcal an hour. */
  readonly energyPerHourKilocalories: number | null;
  /** 0 to 254 kcal a minute. */
  readonly energyPerMinuteKilocalories: number | null;
}

/**
 * One notification of an indoor bike (Fitness Machine Service 1.0, section
 * 4.9). A field that is left out is not in this notification; it says nothing
 * about the machine's state.
 */
export interface IndoorBikeData extends Flaws, Partial<ExpendedEnergy> {
  /** Whether more notifications of the same record follow; the last carries the speed. */
  readonly moreData: boolean;
  /** 0 to 200 km/h, in steps of 0.01. */
  readonly speedKph?: number;
  /** 0 to 200 km/h, in steps of 0.01. */
  readonly averageSpeedKph?: number;
  /** 0 to 250 turns a minute, in steps of 0.5. */
  readonly cadenceRpm?: number;
  /** 0 to 250 turns a minute, in steps of 0.5. */
  readonly averageCadenceRpm?: number;
  /** Since the start, 0 to 16777215 m. */
  readonly distanceMeters?: number;
  /** Raw level, -32768 to 32767; some machines mean tenths. */
  readonly resistanceLevel?: number;
  /** -500 to 4094 W. */
  readonly powerWatts?: number;
  /** -500 to 4094 W. */
  readonly averagePowerWatts?: number;
  /** 0 to 250 beats a minute; 0 means "no reading". */
  readonly heartRateBpm?: number;
  /** Metabolic equivalent, 0 to 25.5, in steps of 0.1. */
  readonly metabolicEquivalent?: number;
  /** 0 to 65535 s. */
  readonly elapsedTimeSeconds?: number;
  /** 0 to 65535 s. */
  readonly remainingTimeSeconds?: number;
}

const MORE_DATA = 0;

const speed = uint16(number(RIDER_SPEED));
const cadence = uint16(number(RIDER_CADENCE));
const power = sint16(number(RIDER_POWER));

const RECORD = new FlagRecord<IndoorBikeData>({
  subject: "indoor bike data",
  flags: UINT16,
  begin: (flags) => ({ moreData: hasBit(flags, MORE_DATA) }),
  parts: [
    value(unlessSet(MORE_DATA), "speedKph", speed),
    value(whenSet(1), "averageSpeedKph", speed),
    value(whenSet(2), "cadenceRpm", cadence),
    value(whenSet(3), "averageCadenceRpm", cadence),
    value(whenSet(4), "distanceMeters", uint24()),
    value(whenSet(5), "resistanceLevel", sint16()),
    value(whenSet(6), "powerWatts", power),
    value(whenSet(7), "averagePowerWatts", power),
    values<ExpendedEnergy>(8, {
      totalEnergyKilocalories: uint16(numberOrNull(0xffff)),
      energyPerHourKilocalories: uint16(numberOrNull(0xffff)),
      energyPerMinuteKilocalories: uint8(numberOrNull(0xff)),
    }),
    value(
      whenSet(9),
      "heartRateBpm",
      uint8(number({ maximum: MAXIMUM_BYTE_HEART_RATE_BPM })),
    ),
    value(
      whenSet(10),
      "metabolicEquivalent",
      uint8(number({ divisor: 10 })),
    ),
    value(whenSet(11), "elapsedTimeSeconds", uint16()),
    value(whenSet(12), "remainingTimeSeconds", uint16()),
  ],
});

/**
 * Decodes a notification of characteristic 0x2AD2. Reserved flags are ignored.
 *
 * @param bytes The characteristic's value.
 * @returns The fields this notification carries.
 * @throws {FrameError} If the value is shorter than its flags.
 *
 * @example Usage
 * ```ts
 * import { decodeIndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";
 * import { parseHex } from "#lib/gatt/hex.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(decodeIndoorBikeData(parseHex("4400ca0ca000f6ff")), {
 *   moreData: false,
 *   speedKph: 32.74,
 *   cadenceRpm: 80,
 *   powerWatts: -10,
 * });
 * ```
 */
export function decodeIndoorBikeData(bytes: Uint8Array): IndoorBikeData {
  return RECORD.decode(bytes);
}

/**
 * Encodes a notification of characteristic 0x2AD2.
 *
 * @param value The fields to send; the speed makes this the record's last
 * notification, whatever `moreData` says.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a number is impossible, or one of the three energies is missing.
 */
export function encodeIndoorBikeData(value: IndoorBikeData): Uint8Array {
  return RECORD.encode(value);
}
