/**
 * A whole ride without any hardware: a rider, a bike and its devices.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { SpeedUpClock } from "#lib/base/speed_up_clock.ts";
import { CadencePod } from "./cadence_pod.ts";
import { type FaultName, FaultSchedule } from "./faults.ts";
import { Headwind } from "./headwind.ts";
import { HeartRateStrap } from "./heart_rate_strap.ts";
import { Random } from "./random.ts";
import { Ride } from "./ride.ts";
import { RiderPlan } from "./rider_plan.ts";
import { SimulatedCentral } from "./simulated_central.ts";
import { Trainer } from "./trainer.ts";

/** What a simulated ride is made of. */
export interface SimulatedRideOptions {
  /**
   * Decides everything that is left to chance: the same seed gives the same
   * frames, as long as the same is written to the devices at the same times.
   *
   * @default {1}
   */
  readonly seed?: number;
  /**
   * How many times faster than real it goes, more than 0.
   *
   * @default {1}
   */
  readonly speedUp?: number;
  /**
   * What goes wrong.
   *
   * @default {nothing}
   */
  readonly faults?: readonly FaultName[];
  /**
   * What real time comes from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** A ride that goes on until it is disposed. */
export interface SimulatedRide extends AsyncDisposable {
  /** The radio that has the devices within reach. */
  readonly central: SimulatedCentral;
  /** The time of the ride: drivers must live in it too. */
  readonly clock: Clock;
  /** What the devices measure and control. */
  readonly ride: Ride;
  /** The heart rate strap. */
  readonly strap: HeartRateStrap;
  /** The trainer, which is also the power meter and the tilt. */
  readonly trainer: Trainer;
  /** The fan. */
  readonly fan: Headwind;
  /** The cadence pod. */
  readonly pod: CadencePod;
  /** What goes wrong. */
  readonly faults: FaultSchedule;
}

/** How long it takes to connect, in ms. */
const CONNECT_MS = 300;
/** How often devices advertise, in ms. */
const ADVERTISING_INTERVAL_MS = 500;

/**
 * Starts a ride.
 *
 * @param options What it is made of.
 * @returns The ride; dispose it to end it.
 * @throws {RangeError} If the speed-up is no factor.
 *
 * @example The heart rate of the first second
 * ```ts
 * import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
 * import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
 * import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
 * import assert from "node:assert/strict";
 *
 * await using ride = simulatedRide({ speedUp: 100 });
 * const { signal } = new AbortController();
 * await using strap = await ride.central.connect({ namePrefix: "TICKR" }, { signal });
 * const value = await new Promise<Uint8Array>((resolve) =>
 *   strap.subscribe(CHARACTERISTICS.heartRateMeasurement, resolve)
 * );
 * const { heartRateBpm = 0 } = decodeHeartRateMeasurement(value);
 * assert(heartRateBpm >= 58);
 * ```
 */
export function simulatedRide(
  options: SimulatedRideOptions = {},
): SimulatedRide {
  const { seed = 1, speedUp = 1, faults = [] } = options;
  const clock = new SpeedUpClock(options.clock ?? systemClock, speedUp);
  const random = new Random(seed);
  const wishes = new RiderPlan(random.fork("rider"));
  const ride = new Ride({ clock, wishes });
  const surroundings = { ride, clock, random };
  const strap = new HeartRateStrap(surroundings);
  const trainer = new Trainer(surroundings);
  const fan = new Headwind(surroundings);
  const pod = new CadencePod(surroundings);
  const devices = [strap, trainer, fan, pod];
  const schedule = new FaultSchedule({
    faults,
    targets: { devices, strap },
    clock,
    random: random.fork("faults"),
  });
  const central = new SimulatedCentral(
    devices.map(({ peripheral }) => peripheral),
    {
      clock,
      connectMs: CONNECT_MS,
      advertisingIntervalMs: ADVERTISING_INTERVAL_MS,
    },
  );
  return {
    central,
    clock,
    ride,
    strap,
    trainer,
    fan,
    pod,
    faults: schedule,
    async [Symbol.asyncDispose]() {
      schedule[Symbol.dispose]();
      ride[Symbol.dispose]();
      for (const device of devices) device[Symbol.dispose]();
      await central[Symbol.asyncDispose]();
    },
  };
}
