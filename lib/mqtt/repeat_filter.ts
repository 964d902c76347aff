/**
 * Keeps a warning from filling the log.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";

/** A warning that repeats is logged again after this time, in milliseconds. */
const AGAIN_AFTER_MS = 60_000;

/** Lets a text pass that is not the one before, and a repeated one once a minute. */
export class RepeatFilter {
  readonly #clock: Clock;
  #last: string | undefined;
  #lastMs = 0;

  /**
   * Makes a filter that has seen nothing.
   *
   * @param clock Where its time comes from.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Finds out whether a text should be logged.
   *
   * @returns True for a new one.
   */
  isNew(text: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (text === this.#last && nowMs - this.#lastMs < AGAIN_AFTER_MS) {
      return false;
    }
    this.#last = text;
    this.#lastMs = nowMs;
    return true;
  }

  /** Forgets what it has seen. */
  reset(): void {
    this.#last = undefined;
  }
}
