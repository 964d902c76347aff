/**
 * A rider: what the legs give, what tires, and what the heart does.
 *
 * @module
 */

/** What a rider is. */
export interface Rider {
  /** Body, in kg. */
  readonly massKilograms: number;
  /** Power that can be kept up for about an hour, in W. */
  readonly criticalPowerWatts: number;
  /** Work that can be done above that power, in J. */
  readonly reserveJoules: number;
  /** What the legs can give for some seconds, rested, in W. */
  readonly sprintWatts: number;
  /** Cadence that is chosen where there is a choice, in turns a minute. */
  readonly cadenceRpm: number;
  /** Heart rate at rest, in beats a minute. */
  readonly restingBpm: number;
  /** Highest heart rate, in beats a minute. */
  readonly maximumBpm: number;
}

/** A trained amateur. Our choice. */
export const AMATEUR: Rider = {
  massKilograms: 75,
  criticalPowerWatts: 220,
  reserveJoules: 18_000,
  sprintWatts: 700,
  cadenceRpm: 88,
  restingBpm: 58,
  maximumBpm: 186,
};

/** What the rider wants to do. */
export interface RiderWish {
  /** Share of the critical power, from 0; what a brake that holds a power does not ask for. */
  readonly effort: number;
  /** Whether the rider pedals, or coasts. */
  readonly isPedalling: boolean;
}

/** What of a rider changes during a ride. */
export interface RiderState {
  /** Heart rate, in beats a minute. */
  readonly heartRateBpm: number;
  /** What is left of the work above the critical power, in J. */
  readonly reserveJoules: number;
  /** How warm the rider is, 0 to 2: 1 after long riding at the critical power in still air. */
  readonly heat: number;
}

/** How fast the heart follows more and less work, and the body the heat, in s. Our choice. */
const HEART_RISE_SECONDS = 25;
const HEART_FALL_SECONDS = 45;
const HEAT_SECONDS = 600;
/** Share of the heart's range at the critical power, fresh, and what full heat adds. Our choice. */
const HEART_SHARE_AT_CRITICAL_POWER = 0.88;
const HEART_SHARE_OF_HEAT = 0.1;
/** Share of the heat that a fan at full speed takes away. Our choice. */
const FAN_COOLING = 0.7;
/** Riders push harder uphill and less downhill: share for each percent. Our choice. */
const EFFORT_PER_GRADE_PERCENT = 0.03;

/**
 * A rested rider.
 *
 * @returns The state before a ride.
 */
export function restedRider(rider: Rider): RiderState {
  const { restingBpm, reserveJoules } = rider;
  return { heartRateBpm: restingBpm, reserveJoules, heat: 0 };
}

/**
 * The most that the legs can give: it falls from the sprint to the critical
 * power as the reserve is used up.
 *
 * @returns The power, in W.
 */
export function maximumWatts(rider: Rider, state: RiderState): number {
  const { criticalPowerWatts, sprintWatts, reserveJoules } = rider;
  const left = state.reserveJoules / reserveJoules;
  return criticalPowerWatts + (sprintWatts - criticalPowerWatts) * left;
}

/**
 * The power that the rider wants where nothing else says it.
 *
 * @returns The power, in W.
 */
export function wantedWatts(
  rider: Rider,
  wish: RiderWish,
  gradePercent: number,
): number {
  const slope = 1 + EFFORT_PER_GRADE_PERCENT * gradePercent;
  const factor = Math.min(1.4, Math.max(0.5, slope));
  return Math.max(0, wish.effort) * rider.criticalPowerWatts * factor;
}

/**
 * Lets a rider work for a moment.
 *
 * - Reserve (Skiba and others, Medicine & Science in Sports & Exercise 44,
 *   2012, in its differential form): work above the critical power is taken
 *   from it; below, it comes back at `(CP - P) (1 - left)`.
 * - Heart: a first-order lag behind the share of its range that the power
 *   asks for, and that heat adds to.
 * - Heat: a first-order lag behind the power; wind takes a share away.
 *
 * @param work What the rider does, and what cools.
 * @returns The state after it.
 */
export function stepRider(
  rider: Rider,
  state: RiderState,
  work: {
    readonly powerWatts: number;
    readonly fanPercent: number;
    readonly seconds: number;
  },
): RiderState {
  const { powerWatts, fanPercent, seconds } = work;
  const share = powerWatts / rider.criticalPowerWatts;
  const heartShare = HEART_SHARE_AT_CRITICAL_POWER * share +
    HEART_SHARE_OF_HEAT * state.heat;
  const range = rider.maximumBpm - rider.restingBpm;
  const targetBpm = rider.restingBpm +
    range * Math.min(1, Math.max(0, heartShare));
  const isRising = targetBpm > state.heartRateBpm;
  const surplus = rider.criticalPowerWatts - powerWatts;
  const gained = surplus > 0
    ? surplus * (1 - state.reserveJoules / rider.reserveJoules)
    : surplus;
  const targetHeat = share * (1 - FAN_COOLING * fanPercent / 100);
  return {
    heartRateBpm: approach(
      state.heartRateBpm,
      targetBpm,
      seconds / (isRising ? HEART_RISE_SECONDS : HEART_FALL_SECONDS),
    ),
    reserveJoules: Math.min(
      rider.reserveJoules,
      Math.max(0, state.reserveJoules + gained * seconds),
    ),
    heat: Math.min(2, approach(state.heat, targetHeat, seconds / HEAT_SECONDS)),
  };
}

/**
 * A first-order lag: moves a value towards its target.
 *
 * @param share How much time passes, in time constants.
 * @returns Where it is then, never beyond the target.
 */
export function approach(value: number, target: number, share: number): number {
  return target + (value - target) * Math.exp(-share);
}
