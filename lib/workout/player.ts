/**
 * Where somebody is in a workout or on a road.
 *
 * @module
 */
import { type ProfileBlock, thinProfile } from "./profile.ts";
import type { Target } from "./target.ts";
import {
  powerAt,
  type RiderSettings,
  totalSecondsOf,
  wattsPerUnit,
  type Workout,
  type WorkoutStep,
} from "./workout.ts";

/** How far a player is; for reports. */
export interface Progress {
  /** Its name. */
  readonly name: string;
  /** Seconds of a workout, metres of a road. */
  readonly unit: "s" | "m";
  /** How far, in its unit. */
  readonly position: number;
  /** How long it is, in its unit. */
  readonly total: number;
  /** Number of the step, from 1. */
  readonly step: number;
  /** How many steps there are. */
  readonly stepCount: number;
  /** How much is left of the step, in its unit. */
  readonly stepRemaining: number;
  /** Cadence that the rider is to hold, in turns a minute. */
  readonly cadenceRpm?: number;
  /** Cadence that the rider is to stay within, in turns a minute. */
  readonly cadenceRangeRpm?: readonly [low: number, high: number];
}

/** Something that is ridden from its start to its end. */
export interface Player {
  /** How far it is. */
  readonly progress: Progress;
  /** Whether it is over. */
  readonly isDone: boolean;
  /** What is asked of the bike now. */
  readonly target: Target;
  /**
   * Goes on.
   *
   * @param seconds How much time has passed.
   * @param speedMetersPerSecond How fast the rider is.
   * @returns The texts that have come up.
   */
  advance(seconds: number, speedMetersPerSecond: number): readonly string[];
  /**
   * Goes to the start of another step.
   *
   * @param steps How many further; below 0 back, where the first goes to the start of this one.
   */
  skip(steps: number): void;
  /**
   * Makes it harder or easier.
   *
   * @param steps How many steps of 5 %, or of a level.
   */
  adjust(steps: number): void;
  /**
   * Goes to a place, as after a restart.
   *
   * @param position How far, in its unit.
   * @param adjusted How many steps it was made harder.
   */
  seek(position: number, adjusted: number): void;
  /** How many steps it was made harder so far. */
  readonly adjusted: number;
  /** What it looks like as a whole, before it was made harder. */
  readonly profile: readonly ProfileBlock[];
}

/** How much harder a step of adjustment makes a power. */
const POWER_STEP = 0.05;

/** How much harder a step of adjustment makes a level. */
const LEVEL_STEP = { resistancePercent: 4, inclinePercent: 1 } as const;

/** How far a workout may be adjusted, in steps. */
const MAX_ADJUSTED = 10;

/** Going back within this time of a step goes to the one before, in seconds. */
const BACK_SECONDS = 3;

/** Rides a workout. */
export class WorkoutPlayer implements Player {
  /** What it looks like as a whole, before it was made harder. */
  readonly profile: readonly ProfileBlock[];
  readonly #workout: Workout;
  readonly #factor: number;
  readonly #total: number;
  #position = 0;
  #adjusted = 0;

  /** Stands at the start. */
  constructor(workout: Workout, rider: Partial<RiderSettings>) {
    this.#workout = workout;
    this.#factor = wattsPerUnit(workout, rider) ?? 0;
    this.#total = totalSecondsOf(workout);
    this.profile = profileOf(workout, this.#factor);
  }

  /** How many steps it was made harder so far. */
  get adjusted(): number {
    return this.#adjusted;
  }

  /** Whether it is over. */
  get isDone(): boolean {
    return this.#position >= this.#total;
  }

  /** How far it is. */
  get progress(): Progress {
    const { name, steps } = this.#workout;
    const index = this.#index;
    const step = steps[index];
    const end = step ? step.startSeconds + step.durationSeconds : this.#total;
    return {
      name,
      unit: "s",
      position: this.#position,
      total: this.#total,
      step: Math.min(index, steps.length - 1) + 1,
      stepCount: steps.length,
      stepRemaining: Math.max(0, end - this.#position),
      ...step?.cadenceRpm !== undefined && { cadenceRpm: step.cadenceRpm },
      ...step?.cadenceRangeRpm && { cadenceRangeRpm: step.cadenceRangeRpm },
    };
  }

  /** What is asked of the bike now. */
  get target(): Target {
    const step = this.#workout.steps[this.#index];
    return step ? this.#targetOf(step) : { kind: "free" };
  }

  /**
   * Goes on.
   *
   * @param seconds How much time has passed.
   * @returns The texts that have come up.
   */
  advance(seconds: number): readonly string[] {
    const before = this.#position;
    this.#position = Math.min(this.#total, before + seconds);
    return this.#workout.texts
      .filter(({ atSeconds }) =>
        atSeconds < this.#position &&
        (atSeconds >= before || (before === 0 && atSeconds <= 0))
      )
      .map(({ text }) => text);
  }

  /**
   * Goes to the start of another step.
   *
   * @param steps How many further; below 0 back.
   */
  skip(steps: number): void {
    const index = this.#index;
    const start = this.#workout.steps[index]?.startSeconds ?? this.#total;
    const isInside = this.#position - start > BACK_SECONDS;
    const to = index + steps + (steps < 0 && isInside ? 1 : 0);
    this.#position = to <= 0
      ? 0
      : this.#workout.steps[to]?.startSeconds ?? this.#total;
  }

  /**
   * Makes it harder or easier.
   *
   * @param steps How many steps of 5 %, or of a level.
   */
  adjust(steps: number): void {
    this.#adjusted = Math.min(
      MAX_ADJUSTED,
      Math.max(-MAX_ADJUSTED, this.#adjusted + steps),
    );
  }

  /**
   * Goes to a place, as after a restart.
   *
   * @param position How far, in seconds.
   * @param adjusted How many steps it was made harder.
   */
  seek(position: number, adjusted: number): void {
    this.#position = Math.min(this.#total, Math.max(0, position));
    this.#adjusted = 0;
    this.adjust(adjusted);
  }

  get #index(): number {
    const { steps } = this.#workout;
    const index = steps.findIndex(({ startSeconds, durationSeconds }) =>
      this.#position < startSeconds + durationSeconds
    );
    return index < 0 ? steps.length : index;
  }

  #targetOf(step: WorkoutStep): Target {
    const { kind, gradePercent = 0 } = step;
    if (kind === "free" || kind === "max") return { kind };
    if (kind === "slope") {
      return { kind: "road", gradePercent, windMetersPerSecond: 0 };
    }
    if (kind === "level") return this.#levelOf(step);
    const power = powerAt(step, this.#position - step.startSeconds) ?? 0;
    const scale = 1 + POWER_STEP * this.#adjusted;
    return { kind: "power", watts: Math.round(power * this.#factor * scale) };
  }

  #levelOf({ resistancePercent = 0, inclinePercent = 0 }: WorkoutStep): Target {
    const by = (step: number) => step * this.#adjusted;
    return {
      kind: "level",
      resistancePercent: Math.min(
        100,
        Math.max(0, resistancePercent + by(LEVEL_STEP.resistancePercent)),
      ),
      inclinePercent: Math.min(
        19,
        Math.max(0, inclinePercent + by(LEVEL_STEP.inclinePercent)),
      ),
    };
  }
}

function profileOf(
  { steps }: Workout,
  wattsPerUnit: number,
): readonly ProfileBlock[] {
  const watts = (power: number | undefined) =>
    power === undefined ? null : Math.round(power * wattsPerUnit);
  return thinProfile(steps.map(({ durationSeconds, from, to }) => ({
    length: durationSeconds,
    from: watts(from),
    to: watts(to),
  })));
}
