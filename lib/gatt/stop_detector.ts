/**
 * Notices that a rider has stopped, on trainers that go on repeating the last
 * cadence and power.
 *
 * @module
 */

/** One notification of a trainer. */
export interface TrainerSample {
  /** Speed, in km/h. */
  readonly speedKph?: number;
  /** Turns a minute. */
  readonly cadenceRpm?: number;
  /** Power, in watts. */
  readonly powerWatts?: number;
}

/** How long the cadence must repeat, to the last digit, while the wheel slows down, in milliseconds. */
const REPEATED_MS = 2500;

/**
 * Distinguishes a rider who has stopped from one who rides evenly: the cadence
 * repeats to the last digit and the power does not rise while the speed falls
 * from notification to notification, which no wheel does in one gear. Repeated
 * frames at a steady speed mean nothing. Of devices without a cadence the
 * power must repeat.
 *
 * @example Usage
 * ```ts
 * import { StopDetector } from "#lib/gatt/stop_detector.ts";
 * import assert from "node:assert/strict";
 *
 * const detector = new StopDetector();
 * const sample = { cadenceRpm: 80, powerWatts: 200 };
 * assert(!detector.hasStopped({ ...sample, speedKph: 30 }, 0));
 * assert(!detector.hasStopped({ ...sample, speedKph: 28 }, 1000));
 * assert(!detector.hasStopped({ ...sample, speedKph: 26 }, 2000));
 * assert(detector.hasStopped({ ...sample, speedKph: 24 }, 3000));
 * ```
 */
export class StopDetector {
  #sample: TrainerSample = {};
  #isSlowing = false;
  #sinceMs: number | undefined;

  /**
   * Takes a notification; fields that it lacks stay as they were.
   *
   * @param atMs When it came, on a clock that never goes back.
   * @returns True if cadence and power are left over from before the stop.
   */
  hasStopped(sample: TrainerSample, atMs: number): boolean {
    const before = this.#sample;
    const now = { ...before, ...sample };
    this.#sample = now;
    const { speedKph } = sample;
    if (speedKph !== undefined) {
      this.#isSlowing = speedKph === 0 || speedKph < (before.speedKph ?? 0);
    }
    if (!isLeftOver(now, before) || !this.#isSlowing) this.#sinceMs = undefined;
    this.#sinceMs ??= atMs;
    return atMs - this.#sinceMs >= REPEATED_MS;
  }
}

function isLeftOver(now: TrainerSample, before: TrainerSample): boolean {
  if (now.cadenceRpm === undefined) return now.powerWatts === before.powerWatts;
  return now.cadenceRpm === before.cadenceRpm &&
    (now.powerWatts ?? 0) <= (before.powerWatts ?? 0);
}
