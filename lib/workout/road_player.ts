/**
 * Where somebody is on a road.
 *
 * @module
 */
import { lengthOf, type Road, type RoadSegment } from "#lib/route/road.ts";
import type { Player, Progress } from "./player.ts";
import { type ProfileBlock, thinProfile } from "./profile.ts";
import type { Target } from "./target.ts";

/** How much steeper a step of adjustment makes a road, in percent. */
const GRADE_STEP = 0.5;

/** How far a road may be adjusted, in steps. */
const MAX_ADJUSTED = 10;

/** Rides a road: as fast as the rider is. */
export class RoadPlayer implements Player {
  /** What it looks like as a whole, before it was made steeper. */
  readonly profile: readonly ProfileBlock[];
  readonly #road: Road;
  readonly #total: number;
  #index = 0;
  #start = 0;
  #position = 0;
  #adjusted = 0;

  /** Stands at the start. */
  constructor(road: Road) {
    this.#road = road;
    this.#total = lengthOf(road);
    this.profile = thinProfile(
      road.segments.map(({ lengthMeters: length, gradePercent }) => ({
        length,
        from: gradePercent,
        to: gradePercent,
      })),
    );
  }

  /** How many steps it was made steeper so far. */
  get adjusted(): number {
    return this.#adjusted;
  }

  /** Whether it is over. */
  get isDone(): boolean {
    return this.#position >= this.#total;
  }

  /** How far it is. */
  get progress(): Progress {
    const { name, segments } = this.#road;
    const end = this.#start + (this.#segment?.lengthMeters ?? 0);
    return {
      name,
      unit: "m",
      position: this.#position,
      total: this.#total,
      step: Math.min(this.#index, segments.length - 1) + 1,
      stepCount: segments.length,
      stepRemaining: Math.max(0, end - this.#position),
    };
  }

  /** What is asked of the bike now. */
  get target(): Target {
    const segment = this.#segment;
    if (!segment) return { kind: "free" };
    const { gradePercent, windMetersPerSecond } = segment;
    const grade = gradePercent + GRADE_STEP * this.#adjusted;
    return { kind: "road", gradePercent: grade, windMetersPerSecond };
  }

  /**
   * Goes on.
   *
   * @param seconds How much time has passed.
   * @param speedMetersPerSecond How fast the rider is.
   */
  advance(seconds: number, speedMetersPerSecond: number): readonly string[] {
    this.#goTo(this.#position + seconds * Math.max(0, speedMetersPerSecond));
    return [];
  }

  /**
   * Goes to the start of another piece.
   *
   * @param steps How many further; below 0 back.
   */
  skip(steps: number): void {
    const to = Math.max(0, this.#index + steps);
    this.seek(
      lengthOf({ segments: this.#road.segments.slice(0, to) }),
      this.#adjusted,
    );
  }

  /**
   * Makes it steeper or flatter.
   *
   * @param steps How many steps of 0.5 %.
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
   * @param position How far, in metres.
   * @param adjusted How many steps it was made steeper.
   */
  seek(position: number, adjusted: number): void {
    [this.#index, this.#start, this.#adjusted] = [0, 0, 0];
    this.#goTo(Math.max(0, position));
    this.adjust(adjusted);
  }

  get #segment(): RoadSegment | undefined {
    return this.#road.segments[this.#index];
  }

  #goTo(position: number): void {
    this.#position = Math.min(this.#total, position);
    for (
      let segment = this.#segment;
      segment && this.#position >= this.#start + segment.lengthMeters;
      segment = this.#segment
    ) {
      this.#start += segment.lengthMeters;
      this.#index++;
    }
  }
}
