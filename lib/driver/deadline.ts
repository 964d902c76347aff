/**
 * An end to waiting.
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
 * import { Deadline } from "#lib/driver/deadline.ts";
 * import { systemClock } from "#lib/base/clock.ts";
 * import assert from "node:assert/strict";
 *
 * const deadline = new Deadline(systemClock, "answer of the trainer", 3000);
 * assert(!deadline.signal.aborted);
 * deadline[Symbol.dispose]();
 * assert(deadline.signal.aborted);
 * ```
 */
export class Deadline implements Disposable {
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
