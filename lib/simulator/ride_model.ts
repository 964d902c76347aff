/**
 * The physics of a ride on a trainer, as a pure function from one moment to
 * the next.
 *
 * @module
 */
import { brakeNewtons, type BrakeSetting } from "./brake.ts";
import {
  AMATEUR,
  approach,
  maximumWatts,
  restedRider,
  type Rider,
  type RiderState,
  type RiderWish,
  stepRider,
  wantedWatts,
} from "./rider.ts";

/** What the machines around the rider are set to. */
export interface RideControls {
  /** The brake. */
  readonly brake: BrakeSetting;
  /** Inclination of the bike, in %. */
  readonly inclinePercent: number;
  /** Speed of the fan, 0 to 100 %. */
  readonly fanPercent: number;
  /** Rider and bike, in kg. */
  readonly massKilograms: number;
}

/** How often something has turned, with its fraction, and when the last full turn was complete. */
export interface Turns {
  /** Turns since the start. */
  readonly count: number;
  /** When the last full turn was complete, in s since the start. */
  readonly lastAtSeconds: number;
}

/** A moment of a ride. */
export interface RideState {
  /** Since the start, in s. */
  readonly timeSeconds: number;
  /** Speed of the wheel, from 0, in m/s. */
  readonly speedMetersPerSecond: number;
  /** Since the start, in m. */
  readonly distanceMeters: number;
  /** Power at the hub, from 0, in W. */
  readonly powerWatts: number;
  /** Cadence, from 0, in turns a minute. */
  readonly cadenceRpm: number;
  /** Work since the start, in J. */
  readonly workJoules: number;
  /** Power that the brake holds at present, in W. */
  readonly heldWatts: number;
  /** The gear: how far one turn of the cranks carries, in m. */
  readonly developmentMeters: number;
  /** How long the rider has pedalled in this gear, in s. */
  readonly gearSeconds: number;
  /** The cranks. */
  readonly crank: Turns;
  /** The wheel. */
  readonly wheel: Turns;
  /** The rider. */
  readonly rider: RiderState;
}

/** What happens in a moment. */
interface RideInput {
  /** Who rides. */
  readonly rider: Rider;
  /** What the rider wants. */
  readonly wish: RiderWish;
  /** What the machines are set to. */
  readonly controls: RideControls;
}

/** Circumference of the wheel, in m: 700 x 25C. */
const WHEEL_METERS = 2.105;

/** Mass of the bike, in kg. Our choice. */
const BIKE_KILOGRAMS = 9;

/** What machines are set to before anybody commands them. */
export const IDLE_CONTROLS: RideControls = {
  brake: { mode: "resistance", percent: 0 },
  inclinePercent: 0,
  fanPercent: 0,
  massKilograms: AMATEUR.massKilograms + BIKE_KILOGRAMS,
};

/**
 * What the flywheel weighs, brought to the rim, in kg: with it the wheel runs
 * down on the flat from 23 to 8 km/h in 11 s, as that of the trainer in
 * `tests/fixtures/gatt/session.jsonl` does.
 */
const FLYWHEEL_KILOGRAMS = 20;

/** The longest moment that is calculated in one, in s. */
const LONGEST_STEP_SECONDS = 0.05;

/** How fast legs and brake follow, in s. Our choice. */
const LEGS_SECONDS = 1.2;
const BRAKE_SECONDS = 1;

/** Gears: the smallest, the step from one to the next, and the largest, in m a turn. Our choice. */
const LOWEST_METERS = 2.1;
const GEAR_STEP = 1.13;
const HIGHEST_METERS = 10;
const FIRST_METERS = 5;

/** How far the cadence may leave that of the rider before the gear is changed, in turns a minute, and how long a gear is kept, in s. Our choice. */
const CADENCE_TOLERANCE_RPM = 10;
const GEAR_SECONDS = 3;

/** From which cadence on the legs give less, and at which nothing, in turns a minute. Our choice. */
const FAST_RPM = 110;
const FASTEST_RPM = 130;

/** How much more a rider gives for each turn a minute that is missing against a brake that holds a power, in W. Our choice. */
const WATTS_PER_MISSING_RPM = 4;

/**
 * The moment before the first turn of the cranks.
 *
 * @returns The state at rest.
 */
export function standingStart(rider: Rider = AMATEUR): RideState {
  const turns = { count: 0, lastAtSeconds: 0 };
  return {
    timeSeconds: 0,
    speedMetersPerSecond: 0,
    distanceMeters: 0,
    powerWatts: 0,
    cadenceRpm: 0,
    workJoules: 0,
    heldWatts: 0,
    developmentMeters: FIRST_METERS,
    gearSeconds: 0,
    crank: turns,
    wheel: turns,
    rider: restedRider(rider),
  };
}

/**
 * Lets time pass. The wheel's energy changes by what the rider gives and the
 * brake takes,
 *
 *     d(m v^2 / 2) / dt = P - F(v) v,
 *
 * with the mass m of the flywheel and the force F of the brake.
 *
 * @param seconds How much time, from 0.
 * @returns The moment after it.
 *
 * @example Ten minutes against a brake that holds 150 W
 * ```ts
 * import { IDLE_CONTROLS, standingStart, stepRide } from "#lib/simulator/ride_model.ts";
 * import { AMATEUR } from "#lib/simulator/rider.ts";
 * import assert from "node:assert/strict";
 *
 * const state = stepRide(standingStart(), {
 *   rider: AMATEUR,
 *   wish: { effort: 0.8, isPedalling: true },
 *   controls: { ...IDLE_CONTROLS, brake: { mode: "power", watts: 150 } },
 * }, 600);
 * assert.equal(Math.round(state.powerWatts), 150);
 * ```
 */
export function stepRide(
  state: RideState,
  input: RideInput,
  seconds: number,
): RideState {
  const steps = Math.ceil(seconds / LONGEST_STEP_SECONDS);
  let next = state;
  for (let step = 0; step < steps; step++) {
    next = shortStep(next, input, seconds / steps);
  }
  return next;
}

function shortStep(
  state: RideState,
  input: RideInput,
  seconds: number,
): RideState {
  const { controls, rider, wish } = input;
  const { brake } = controls;
  const speed = state.speedMetersPerSecond;
  const timeSeconds = state.timeSeconds + seconds;
  const heldWatts = approach(
    state.heldWatts,
    brake.mode === "power" ? brake.watts : state.powerWatts,
    seconds / BRAKE_SECONDS,
  );
  const brakeWatts = speed * brakeNewtons({ ...controls, heldWatts }, speed);
  const powerWatts = wish.isPedalling
    ? approach(
      state.powerWatts,
      legsWatts(state, input, brakeWatts),
      seconds / LEGS_SECONDS,
    )
    : 0;
  const energy = FLYWHEEL_KILOGRAMS * speed ** 2 / 2 +
    (powerWatts - brakeWatts) * seconds;
  const nextSpeed = Math.sqrt(2 * Math.max(0, energy) / FLYWHEEL_KILOGRAMS);
  const meters = (speed + nextSpeed) / 2 * seconds;
  const gear = changeGear(state, input, seconds);
  const crankTurns = wish.isPedalling ? meters / gear.developmentMeters : 0;
  return {
    ...gear,
    timeSeconds,
    heldWatts,
    powerWatts,
    speedMetersPerSecond: nextSpeed,
    distanceMeters: state.distanceMeters + meters,
    workJoules: state.workJoules + powerWatts * seconds,
    cadenceRpm: crankTurns / seconds * 60,
    crank: turn(state.crank, crankTurns, timeSeconds, seconds),
    wheel: turn(state.wheel, meters / WHEEL_METERS, timeSeconds, seconds),
    rider: stepRider(rider, state.rider, {
      powerWatts,
      fanPercent: controls.fanPercent,
      seconds,
    }),
  };
}

/** What the rider gives: no more than legs can, and nothing at cadences that they cannot follow. */
function legsWatts(
  state: RideState,
  input: RideInput,
  brakeWatts: number,
): number {
  const most = maximumWatts(input.rider, state.rider);
  const share = (FASTEST_RPM - state.cadenceRpm) / (FASTEST_RPM - FAST_RPM);
  return Math.min(most, intendedWatts(state, input, brakeWatts)) *
    Math.min(1, Math.max(0, share));
}

/** What the rider wants to give: the power of the wish, or what keeps the cadence up against a brake that holds a power. */
function intendedWatts(
  state: RideState,
  { rider, wish, controls }: RideInput,
  brakeWatts: number,
): number {
  const { brake, inclinePercent } = controls;
  if (brake.mode === "power") {
    const missingRpm = rider.cadenceRpm - state.cadenceRpm;
    return Math.max(0, brakeWatts + WATTS_PER_MISSING_RPM * missingRpm);
  }
  const grade = brake.mode === "simulation"
    ? brake.road.gradePercent
    : inclinePercent;
  return wantedWatts(rider, wish, grade);
}

function changeGear(
  state: RideState,
  { rider, wish, controls }: RideInput,
  seconds: number,
): Pick<RideState, "developmentMeters" | "gearSeconds"> {
  const { developmentMeters } = state;
  if (!wish.isPedalling) return { developmentMeters, gearSeconds: 0 };
  const gearSeconds = state.gearSeconds + seconds;
  const surplus = state.cadenceRpm - rider.cadenceRpm;
  const isSettled = controls.brake.mode === "power" ||
    Math.abs(surplus) <= CADENCE_TOLERANCE_RPM;
  if (isSettled || gearSeconds < GEAR_SECONDS) {
    return { developmentMeters, gearSeconds };
  }
  const wanted = developmentMeters * (surplus > 0 ? GEAR_STEP : 1 / GEAR_STEP);
  return {
    developmentMeters: Math.min(
      HIGHEST_METERS,
      Math.max(LOWEST_METERS, wanted),
    ),
    gearSeconds: GEAR_SECONDS / 2,
  };
}

function turn(
  turns: Turns,
  more: number,
  nowSeconds: number,
  seconds: number,
): Turns {
  const count = turns.count + more;
  if (Math.floor(count) === Math.floor(turns.count)) {
    return { ...turns, count };
  }
  const since = (count - Math.floor(count)) / more * seconds;
  return { count, lastAtSeconds: nowSeconds - since };
}
