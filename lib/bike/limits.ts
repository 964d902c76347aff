/**
 * How far actuators may be driven.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import { CommandError } from "./command_error.ts";
import {
  ACTUATOR_NAMES,
  type ActuatorName,
  type BikeValues,
} from "./values.ts";

/** Names of the numbers that have a limit. */
export const LIMIT_NAMES = [
  "inclinePercent",
  "resistancePercent",
  "fanPercent",
  "targetPowerWatts",
  "gradePercent",
  "windSpeedMetersPerSecond",
  "rollingResistanceCoefficient",
  "windResistanceKgPerMeter",
] as const;

/** Name of a number that has a limit. */
export type LimitName = (typeof LIMIT_NAMES)[number];

/** Names of the limits of the imitated road. */
type RoadLimitName = keyof BikeValues["simulation"];

/**
 * The actuator that a limit holds for.
 *
 * @returns The actuator of the same name, or `simulation`.
 */
export function actuatorOf(name: LimitName): ActuatorName {
  return isRoadLimit(name) ? "simulation" : name;
}

function isRoadLimit(name: LimitName): name is RoadLimitName {
  return !ACTUATOR_NAMES.some((actuator) => actuator === name);
}

/** From where to where a number may go, in its own unit. */
export interface ValueRange {
  /** The smallest value allowed. */
  readonly min: number;
  /** The largest value allowed. */
  readonly max: number;
}

/** A range and the grid that values lie on, counted from zero. */
export interface SteppedRange extends ValueRange {
  /** Distance between two values; left out where any number will do. */
  readonly step?: number;
}

/**
 * What no configuration can exceed. Inclination is that of the KICKR CLIMB;
 * the road is what Set Indoor Bike Simulation Parameters can carry (Fitness
 * Machine Service 1.0, section 4.16.2.18), its gradient cut to ±40 percent.
 */
export const HARD_LIMITS: Readonly<Record<LimitName, SteppedRange>> = {
  inclinePercent: { min: -10, max: 19, step: 0.5 },
  resistancePercent: { min: 0, max: 100 },
  fanPercent: { min: 0, max: 100, step: 1 },
  targetPowerWatts: { min: 0, max: 2000, step: 1 },
  gradePercent: { min: -40, max: 40 },
  windSpeedMetersPerSecond: { min: -32.767, max: 32.767 },
  rollingResistanceCoefficient: { min: 0, max: 0.0254 },
  windResistanceKgPerMeter: { min: 0, max: 2.54 },
};

/** The most that a target power is ever, whatever a device says that it can hold, in watts. */
const MOST_WATTS = 4000;

/** Ranges that are narrower than {@linkcode HARD_LIMITS}. */
export type LimitSettings = Readonly<
  Partial<Record<LimitName, Partial<ValueRange>>>
>;

/** How far actuators may be driven: settable, and never beyond {@linkcode HARD_LIMITS}. */
export class Limits {
  readonly #hard: Record<LimitName, SteppedRange> = { ...HARD_LIMITS };
  readonly #ranges: Record<LimitName, SteppedRange> = { ...HARD_LIMITS };
  /** Whether the operator has chosen how far a target power goes. */
  #isPowerChosen = false;
  readonly #onChanged = new EventHook<[name: LimitName]>("limits changed");
  readonly #apply: {
    readonly [K in ActuatorName]: (
      value: BikeValues[K],
      one: (name: LimitName, value: number) => number,
    ) => BikeValues[K];
  } = {
    inclinePercent: (value, one) => one("inclinePercent", value),
    resistancePercent: (value, one) => one("resistancePercent", value),
    fanPercent: (value, one) => one("fanPercent", value),
    targetPowerWatts: (value, one) => one("targetPowerWatts", value),
    simulation: (road, one) => ({
      gradePercent: one("gradePercent", road.gradePercent),
      windSpeedMetersPerSecond: one(
        "windSpeedMetersPerSecond",
        road.windSpeedMetersPerSecond,
      ),
      rollingResistanceCoefficient: one(
        "rollingResistanceCoefficient",
        road.rollingResistanceCoefficient,
      ),
      windResistanceKgPerMeter: one(
        "windResistanceKgPerMeter",
        road.windResistanceKgPerMeter,
      ),
    }),
  };

  /**
   * Starts with the hard limits, narrowed.
   *
   * @param settings Narrower ranges.
   * @throws {ConfigError} If a range holds no value that the hard limit allows.
   */
  constructor(settings: LimitSettings = {}) {
    for (const name of LIMIT_NAMES) this.set(name, settings[name] ?? {});
  }

  /** Fires with the name of a limit that was set. */
  get onChanged(): Listenable<[name: LimitName]> {
    return this.#onChanged;
  }

  /**
   * The range in force.
   *
   * @param name What is limited.
   * @returns It, and the grid that values lie on.
   */
  get(name: LimitName): SteppedRange {
    return this.#ranges[name];
  }

  /**
   * Sets a limit; what reaches beyond the hard limit is cut off.
   *
   * @param name What is limited.
   * @param range The new range; an end that is left out is that of the hard limit.
   * @throws {ConfigError} If the range holds no value that the hard limit allows.
   */
  set(name: LimitName, range: Partial<ValueRange>): void {
    const hard = this.#hard[name];
    if (name === "targetPowerWatts") {
      this.#isPowerChosen = range.max !== undefined;
    }
    const { min = hard.min, max = hard.max } = range;
    const narrowed = {
      ...hard,
      min: Math.max(hard.min, min),
      max: Math.min(hard.max, max),
    };
    const lowest = nearest(narrowed, narrowed.min);
    if (!(lowest >= narrowed.min && lowest <= narrowed.max)) {
      throw new ConfigError(
        `Cannot limit "${name}" to ${min} to ${max}: nothing between ${hard.min} and ${hard.max} lies in it, choose a range that overlaps`,
        { option: name, value: `${min} to ${max}` },
      );
    }
    this.#ranges[name] = narrowed;
    this.#onChanged.fire(name);
  }

  /**
   * Lets a target power go as far as a device says that it can hold, to 4000
   * watts at most, unless the operator has chosen how far.
   *
   * @param maximumWatts What the device can hold.
   */
  allowPower(maximumWatts: number): void {
    const name = "targetPowerWatts";
    const max = Math.min(MOST_WATTS, maximumWatts);
    if (this.#isPowerChosen || !(max > this.#hard[name].max)) return;
    this.#hard[name] = { ...this.#hard[name], max };
    this.#ranges[name] = { ...this.#ranges[name], max };
    this.#onChanged.fire(name);
  }

  /**
   * Checks a command's value.
   *
   * @param actuator What is to be driven.
   * @param value Where to.
   * @returns The value, exactly on its grid.
   * @throws {CommandError} `out_of_range` or `out_of_step`.
   */
  check<K extends ActuatorName>(
    actuator: K,
    value: BikeValues[K],
  ): BikeValues[K] {
    return this.#apply[actuator](
      value,
      (name, number) => this.#checkOne(actuator, name, number),
    );
  }

  /**
   * Moves a value to the nearest one that is allowed.
   *
   * @param actuator What is to be driven.
   * @param value Where to.
   * @returns A value that {@linkcode Limits.check} lets pass.
   * @throws {CommandError} `out_of_range` if it is no number at all.
   */
  clamp<K extends ActuatorName>(
    actuator: K,
    value: BikeValues[K],
  ): BikeValues[K] {
    return this.#apply[actuator](value, (name, number) => {
      if (Number.isNaN(number)) return this.#checkOne(actuator, name, number);
      return nearest(this.#ranges[name], number);
    });
  }

  #checkOne(actuator: ActuatorName, name: LimitName, value: number): number {
    const range = this.#ranges[name];
    const { min, max, step } = range;
    if (!(value >= min && value <= max)) {
      throw new CommandError(
        `Cannot set "${name}" to ${value}: it may go from ${min} to ${max}`,
        actuator,
        "out_of_range",
      );
    }
    if (step === undefined) return value + 0;
    const onGrid = Math.round(value / step) * step;
    if (Math.round(value * 100) !== Math.round(onGrid * 100)) {
      throw new CommandError(
        `Cannot set "${name}" to ${value}: it goes in steps of ${step}`,
        actuator,
        "out_of_step",
      );
    }
    return nearest(range, onGrid);
  }
}

/** The value of a range's grid that is nearest, without negative zero. */
function nearest({ min, max, step }: SteppedRange, value: number): number {
  if (step === undefined) return Math.min(max, Math.max(min, value)) + 0;
  const lowest = Math.ceil(min / step);
  const highest = Math.floor(max / step);
  const index = Math.round(value / step);
  return Math.min(highest, Math.max(lowest, index)) * step + 0;
}
