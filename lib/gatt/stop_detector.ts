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

/** How long cadence and power must repeat, to the last digit, while the wheel slows down, in milliseconds. */
const REPEATED_MS = 2500;

/**
 * Tells a rider who has stopped from one who rides evenly: cadence and power
 * repeat to the last digit while the speed falls from notification to
 * notification. Repeated frames at a steady speed mean nothing.
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
   * @param sample The notification.
   * @param atMs When it came, on a clock that never goes back.
   * @returns True if cadence and power are left over from before the stop.
   */
  hasStopped(sample: TrainerSample, atMs: number): boolean {
    const before = this.#sample;
    const now = { ...before, ...sample };
    this.#sample = now;
    const isRepeated = now.cadenceRpm === before.cadenceRpm &&
      now.powerWatts === before.powerWatts;
    const { speedKph } = sample;
    if (speedKph !== undefined) {
      this.#isSlowing = speedKph === 0 || speedKph < (before.speedKph ?? 0);
    }
    if (!isRepeated || !this.#isSlowing) this.#sinceMs = undefined;
    this.#sinceMs ??= atMs;
    return atMs - this.#sinceMs >= REPEATED_MS;
  }
}
