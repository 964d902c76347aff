/**
 * Indoor Bike Data, 0x2AD2.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOf, hasBit } from "#lib/gatt/bits.ts";
import { uint16, uint8 } from "#lib/gatt/fields.ts";
import { fields } from "#lib/gatt/groups.ts";
import { numberOrNull } from "#lib/gatt/scales.ts";
import { type Trailing, trailing } from "#lib/gatt/trailing.ts";

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
export interface IndoorBikeData extends Trailing, Partial<ExpendedEnergy> {
  /** Whether more notifications of the same record follow; the last carries the speed. */
  readonly moreData: boolean;
  /** 0 to 655.35 km/h, in steps of 0.01. */
  readonly speedKph?: number;
  /** 0 to 655.35 km/h, in steps of 0.01. */
  readonly averageSpeedKph?: number;
  /** 0 to 32767.5 turns a minute, in steps of 0.5. */
  readonly cadenceRpm?: number;
  /** 0 to 32767.5 turns a minute, in steps of 0.5. */
  readonly averageCadenceRpm?: number;
  /** Since the start, 0 to 16777215 m. */
  readonly distanceMeters?: number;
  /** Raw level, -32768 to 32767; some machines mean tenths. */
  readonly resistanceLevel?: number;
  /** -32768 to 32767 W. */
  readonly powerWatts?: number;
  /** -32768 to 32767 W. */
  readonly averagePowerWatts?: number;
  /** 0 to 255 beats a minute; 0 means "no reading". */
  readonly heartRateBpm?: number;
  /** Metabolic equivalent, 0 to 25.5, in steps of 0.1. */
  readonly metabolicEquivalent?: number;
  /** 0 to 65535 s. */
  readonly elapsedTimeSeconds?: number;
  /** 0 to 65535 s. */
  readonly remainingTimeSeconds?: number;
}

const MORE_DATA = 0;
const AVERAGE_SPEED = 1;
const CADENCE = 2;
const AVERAGE_CADENCE = 3;
const DISTANCE = 4;
const RESISTANCE_LEVEL = 5;
const POWER = 6;
const AVERAGE_POWER = 7;
const ENERGY = 8;
const HEART_RATE = 9;
const METABOLIC_EQUIVALENT = 10;
const ELAPSED_TIME = 11;
const REMAINING_TIME = 12;

const ENERGY_GROUP = fields<ExpendedEnergy>({
  totalEnergyKilocalories: uint16(numberOrNull(0xffff)),
  energyPerHourKilocalories: uint16(numberOrNull(0xffff)),
  energyPerMinuteKilocalories: uint8(numberOrNull(0xff)),
});

/**
 * Decodes a notification of characteristic 0x2AD2. Reserved flags are ignored.
 *
 * @param bytes The characteristic's value.
 * @returns The fields this notification carries.
 * @throws {FrameError} If the value is shorter than its flags say.
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
  const reader = new ByteReader(bytes, "indoor bike data");
  const flags = reader.uint16();
  const has = (bit: number) => hasBit(flags, bit);
  const moreData = has(MORE_DATA);
  return {
    moreData,
    ...(!moreData && { speedKph: reader.uint16() / 100 }),
    ...(has(AVERAGE_SPEED) && { averageSpeedKph: reader.uint16() / 100 }),
    ...(has(CADENCE) && { cadenceRpm: reader.uint16() / 2 }),
    ...(has(AVERAGE_CADENCE) && { averageCadenceRpm: reader.uint16() / 2 }),
    ...(has(DISTANCE) && { distanceMeters: reader.uint24() }),
    ...(has(RESISTANCE_LEVEL) && { resistanceLevel: reader.sint16() }),
    ...(has(POWER) && { powerWatts: reader.sint16() }),
    ...(has(AVERAGE_POWER) && { averagePowerWatts: reader.sint16() }),
    ...(has(ENERGY) && ENERGY_GROUP.read(reader)),
    ...(has(HEART_RATE) && { heartRateBpm: reader.uint8() }),
    ...(has(METABOLIC_EQUIVALENT) &&
      { metabolicEquivalent: reader.uint8() / 10 }),
    ...(has(ELAPSED_TIME) && { elapsedTimeSeconds: reader.uint16() }),
    ...(has(REMAINING_TIME) && { remainingTimeSeconds: reader.uint16() }),
    ...trailing(reader),
  };
}

/**
 * Encodes a notification of characteristic 0x2AD2.
 *
 * @param value The fields to send; the speed makes this the record's last
 * notification, whatever `moreData` says.
 * @returns The characteristic's value.
 * @throws {RangeError} If a number does not fit its field.
 * @throws {PayloadError} If one of the three energies is missing or impossible.
 */
export function encodeIndoorBikeData(value: IndoorBikeData): Uint8Array {
  const writer = new ByteWriter().uint16(flagsOf(value));
  const uint16 = (number: number | undefined, divisor = 1) => {
    if (number !== undefined) writer.uint16(Math.round(number * divisor));
  };
  const sint16 = (number: number | undefined) => {
    if (number !== undefined) writer.sint16(number);
  };
  uint16(value.speedKph, 100);
  uint16(value.averageSpeedKph, 100);
  uint16(value.cadenceRpm, 2);
  uint16(value.averageCadenceRpm, 2);
  if (value.distanceMeters !== undefined) writer.uint24(value.distanceMeters);
  sint16(value.resistanceLevel);
  sint16(value.powerWatts);
  sint16(value.averagePowerWatts);
  if (value.totalEnergyKilocalories !== undefined) {
    ENERGY_GROUP.write(writer, { ...value });
  }
  if (value.heartRateBpm !== undefined) writer.uint8(value.heartRateBpm);
  if (value.metabolicEquivalent !== undefined) {
    writer.uint8(Math.round(value.metabolicEquivalent * 10));
  }
  uint16(value.elapsedTimeSeconds);
  uint16(value.remainingTimeSeconds);
  return writer.toBytes();
}

function flagsOf(value: IndoorBikeData): number {
  return bitsOf({
    [MORE_DATA]: value.speedKph === undefined,
    [AVERAGE_SPEED]: value.averageSpeedKph !== undefined,
    [CADENCE]: value.cadenceRpm !== undefined,
    [AVERAGE_CADENCE]: value.averageCadenceRpm !== undefined,
    [DISTANCE]: value.distanceMeters !== undefined,
    [RESISTANCE_LEVEL]: value.resistanceLevel !== undefined,
    [POWER]: value.powerWatts !== undefined,
    [AVERAGE_POWER]: value.averagePowerWatts !== undefined,
    [ENERGY]: value.totalEnergyKilocalories !== undefined,
    [HEART_RATE]: value.heartRateBpm !== undefined,
    [METABOLIC_EQUIVALENT]: value.metabolicEquivalent !== undefined,
    [ELAPSED_TIME]: value.elapsedTimeSeconds !== undefined,
    [REMAINING_TIME]: value.remainingTimeSeconds !== undefined,
  });
}
