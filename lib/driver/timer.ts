/**
 * A time after which waiting ends.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { TimeoutError } from "#lib/base/errors.ts";

/**
 * Aborts after some time, and at the latest when its owner is done with it.
 *
 * @example Usage
 * ```ts
 * import { Timer } from "#lib/driver/timer.ts";
 * import { systemClock } from "#lib/base/clock.ts";
 * import assert from "node:assert/strict";
 *
 * const timer = new Timer(systemClock, "answer of the trainer", 3000);
 * assert(!timer.signal.aborted);
 * timer[Symbol.dispose]();
 * assert(timer.signal.aborted);
 * ```
 */
export class Timer implements Disposable {
  readonly #end = new AbortController();
  readonly #stopTimer: () => void;

  /**
   * Starts to wait.
   *
   * @param clock Says how much time has passed.
   * @param operation What is waited for, for the `TimeoutError` that it aborts with.
   * @param timeoutMs How long, in milliseconds.
   */
  constructor(clock: Clock, operation: string, timeoutMs: number) {
    this.#stopTimer = clock.setTimeout(
      () => this.#end.abort(new TimeoutError(operation, timeoutMs)),
      timeoutMs,
    );
  }

  /** Aborts when the time is over. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Ends it before its time. */
  [Symbol.dispose](): void {
    this.#stopTimer();
    this.#end.abort();
  }
}
