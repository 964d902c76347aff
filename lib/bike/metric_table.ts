/**
 * All values of the bike.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { Metric, type Origin } from "./metric.ts";
import type { Reading } from "./reading.ts";
import {
  ACTUATOR_NAMES,
  type ActuatorName,
  type BikeReport,
  type BikeValues,
  CHANNEL_OF,
  METRIC_NAMES,
  type MetricName,
  type MotionName,
} from "./values.ts";

/** What is known of each value. */
type Metrics = { readonly [K in MetricName]: Metric<BikeValues[K]> };

/** Distinguishes values that a device may report from those that no bike can have. */
const IS_SOUND: {
  readonly [K in MetricName]: (value: BikeValues[K]) => boolean;
} = {
  speedMetersPerSecond: isFromZero,
  cadenceRpm: isFromZero,
  powerWatts: Number.isFinite,
  heartRate: ({ rateBpm }) => Number.isFinite(rateBpm) && rateBpm > 0,
  inclinePercent: Number.isFinite,
  resistancePercent: Number.isFinite,
  fanPercent: Number.isFinite,
  targetPowerWatts: Number.isFinite,
  simulation: (value) => Object.values(value).every(Number.isFinite),
};

/** All values of the bike, as all its devices report them. */
export class MetricTable {
  /** Fires with the name of a value whose state, value or device changed. */
  readonly onChanged: EventHook<[name: MetricName]> = new EventHook(
    "bike changed",
  );
  readonly #clock: Clock;
  readonly #metrics: Metrics;

  /**
   * Makes a board that nobody has reported to.
   *
   * @param clock Says how old a report is.
   * @param staleAfterMs How old a value may become at present.
   */
  constructor(clock: Clock, staleAfterMs: (name: MetricName) => number) {
    this.#clock = clock;
    const named = <Name extends MetricName>(name: Name) => ({
      name,
      staleAfterMs: () => staleAfterMs(name),
    });
    const make = (name: ActuatorName) => new Metric<number>(clock, named(name));
    const motion = (name: MotionName) =>
      new Metric(clock, { ...named(name), zero: 0 });
    this.#metrics = {
      speedMetersPerSecond: motion("speedMetersPerSecond"),
      cadenceRpm: motion("cadenceRpm"),
      powerWatts: motion("powerWatts"),
      heartRate: new Metric(clock, {
        ...named("heartRate"),
        isDoubtful: ({ contact }) => contact === false,
      }),
      inclinePercent: make("inclinePercent"),
      resistancePercent: make("resistancePercent"),
      fanPercent: make("fanPercent"),
      targetPowerWatts: make("targetPowerWatts"),
      simulation: new Metric(clock, named("simulation")),
    };
    for (const name of METRIC_NAMES) {
      this.metric(name).onChanged.add(() => this.onChanged.fire(name));
    }
  }

  /**
   * One value.
   *
   * @returns What is known of it.
   */
  metric<K extends MetricName>(name: K): Metrics[K] {
    return this.#metrics[name];
  }

  /** Takes what a notification said; values that no bike can have are left out. */
  report(origin: Origin, report: BikeReport): void {
    for (const name of METRIC_NAMES) this.#put(origin, name, report);
  }

  /**
   * Takes what an actuator was set to; others on its channel then mean nothing.
   *
   * @param value What it was set to.
   * @returns The device's reading; another device's may count more.
   */
  applied<K extends ActuatorName>(
    origin: Origin,
    name: K,
    value: BikeValues[K],
  ): Reading<BikeValues[K]> {
    for (const other of ACTUATOR_NAMES) {
      const isReplaced = other !== name &&
        CHANNEL_OF[other] === CHANNEL_OF[name];
      if (isReplaced) this.#metrics[other].put(origin, null);
    }
    if (IS_SOUND[name](value)) return this.#metrics[name].put(origin, value);
    const { device } = origin;
    return { state: "live", value, timeMs: this.#clock.now(), device };
  }

  /**
   * Marks all values of a device.
   *
   * @param state `disconnected` when it went, `stale` when it is back.
   */
  mark(origin: Origin, state: "disconnected" | "stale"): void {
    for (const name of METRIC_NAMES) this.#metrics[name].mark(origin, state);
  }

  /** Forgets a device. */
  remove(origin: Origin): void {
    for (const name of METRIC_NAMES) this.#metrics[name].remove(origin);
  }

  /** Follows ages that have changed. */
  followAges(): void {
    for (const name of METRIC_NAMES) this.#metrics[name].followAge();
  }

  /** Stops watching the time. */
  close(): void {
    for (const name of METRIC_NAMES) this.#metrics[name].close();
  }

  #put<K extends MetricName>(
    origin: Origin,
    name: K,
    report: BikeReport,
  ): void {
    const value = report[name];
    if (value === undefined) return;
    if (value !== null && !IS_SOUND[name](value)) return;
    this.#metrics[name].put(origin, value);
  }
}

function isFromZero(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
