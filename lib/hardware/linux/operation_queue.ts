/**
 * One thing after another, each with an end.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { orAborted, within } from "#lib/base/deadline.ts";

/** Work that is done one after another, in the order of the calls. */
export class OperationQueue {
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Makes an empty queue.
   *
   * @param timeoutMs How long each may take, its wait included, in milliseconds.
   * @param clock What measures the time.
   */
  constructor(timeoutMs: number, clock: Clock) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /**
   * Works when all before is done, failed or over its time.
   *
   * @param action What is done, for the error.
   * @param signal Gives up; the promise then rejects with the signal's reason.
   * @param work Ends when its signal aborts; it is not begun after that.
   * @returns What the work gives.
   * @throws {TimeoutError} If the time is over first.
   */
  run<T>(
    action: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const before = this.#last;
    const limit = { timeoutMs: this.#timeoutMs, clock: this.#clock };
    const result = within(action, limit, async (late) => {
      const end = AbortSignal.any([late, signal]);
      await orAborted(before, end);
      return await orAborted(work(end), end);
    });
    this.#last = Promise.allSettled([before, result]);
    return result;
  }
}
