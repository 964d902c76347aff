/**
 * What a trainer measures, as it is sent.
 *
 * @module
 */
import {
  encodeIndoorBikeData,
  type IndoorBikeData,
} from "#lib/gatt/indoor_bike_data.ts";
import type { RideState } from "./ride_model.ts";

/** Share of the food's energy that reaches the pedals. Our choice, as most trainers'. */
const EFFICIENCY = 0.24;
const JOULES_PER_KILOCALORIE = 4184;

/** The largest values that the frame can carry. */
const MOST_METERS = 0xffffff;
const MOST_KILOCALORIES = 0xfffe;
const MOST_KILOCALORIES_PER_MINUTE = 0xfe;
const MOST_SECONDS = 0xffff;

/** What the ride does not know. */
interface IndoorBikeFrameOptions {
  /** The level that the brake is set to. */
  readonly resistanceLevel: number;
  /** The longest frame, in bytes. */
  readonly frameBytes: number;
}

/**
 * Encodes a moment as notifications of characteristic 0x2AD2: one, or if that
 * is too long two, the last of which has the speed (Fitness Machine Service
 * 1.0, section 4.9.1).
 *
 * @param options What the ride does not know.
 * @returns The frames, in order.
 */
export function indoorBikeFrames(
  state: RideState,
  options: IndoorBikeFrameOptions,
): readonly Uint8Array[] {
  const { distanceMeters, timeSeconds } = state;
  const first = {
    averageSpeedKph: distanceMeters / Math.max(1, timeSeconds) * 3.6,
    distanceMeters: atMost(MOST_METERS, distanceMeters),
    ...energyOf(state),
    elapsedTimeSeconds: atMost(MOST_SECONDS, timeSeconds),
  };
  const last: IndoorBikeData = {
    moreData: false,
    speedKph: state.speedMetersPerSecond * 3.6,
    cadenceRpm: state.cadenceRpm,
    resistanceLevel: Math.round(options.resistanceLevel),
    powerWatts: Math.round(state.powerWatts),
  };
  const whole = encodeIndoorBikeData({ ...first, ...last });
  return whole.length <= options.frameBytes ? [whole] : [
    encodeIndoorBikeData({ moreData: true, ...first }),
    encodeIndoorBikeData(last),
  ];
}

function energyOf({ workJoules, powerWatts }: RideState) {
  const kilocalories = (joules: number) =>
    joules / EFFICIENCY / JOULES_PER_KILOCALORIE;
  return {
    totalEnergyKilocalories: atMost(
      MOST_KILOCALORIES,
      kilocalories(workJoules),
    ),
    energyPerHourKilocalories: atMost(
      MOST_KILOCALORIES,
      kilocalories(powerWatts * 3600),
    ),
    energyPerMinuteKilocalories: atMost(
      MOST_KILOCALORIES_PER_MINUTE,
      kilocalories(powerWatts * 60),
    ),
  };
}

function atMost(most: number, value: number): number {
  return Math.min(most, Math.floor(value));
}
