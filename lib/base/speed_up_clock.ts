/**
 * A clock that runs faster than the one behind it.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/**
 * Time that runs faster, for simulated rides and replays: an hour of it may
 * pass in a minute.
 *
 * @example Usage
 * ```ts
 * import { systemClock } from "#lib/base/clock.ts";
 * import { SpeedUpClock } from "#lib/base/speed_up_clock.ts";
 *
 * const clock = new SpeedUpClock(systemClock, 60);
 * await new Promise<void>((resolve) => clock.setTimeout(resolve, 600)); // 10 ms
 * ```
 */
export class SpeedUpClock implements Clock {
  readonly #clock: Clock;
  readonly #factor: number;
  readonly #startMs: number;
  readonly #monotonicStartMs: number;

  /**
   * Starts at the time of the clock behind it.
   *
   * @param factor How many times faster it runs, more than 0; less than 1 is slower.
   * @throws {RangeError} If the factor is none.
   */
  constructor(clock: Clock, factor: number) {
    if (!(factor > 0 && Number.isFinite(factor))) {
      throw new RangeError(
        `Cannot speed up the clock by "${factor}": it is no factor, expected a number above 0`,
      );
    }
    this.#clock = clock;
    this.#factor = factor;
    this.#startMs = clock.now();
    this.#monotonicStartMs = clock.monotonicMs();
  }

  /** The time of day that has come, in milliseconds since 1970-01-01 UTC. */
  now(): number {
    return this.#startMs + (this.#clock.now() - this.#startMs) * this.#factor;
  }

  /** Milliseconds since some moment in the past, faster than real ones. */
  monotonicMs(): number {
    const start = this.#monotonicStartMs;
    return start + (this.#clock.monotonicMs() - start) * this.#factor;
  }

  /**
   * Calls back once, later.
   *
   * @param delayMs When, in milliseconds of this clock from now.
   * @returns Stops it from being called; harmless afterwards.
   */
  setTimeout(callback: () => void, delayMs: number): () => void {
    return this.#clock.setTimeout(callback, delayMs / this.#factor);
  }
}
