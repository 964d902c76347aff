/**
 * Keeps commands of a kind apart, for devices that need time between two.
 *
 * @module
 */
import { type Clock, pause } from "#lib/clock.ts";

/** Waits until the last command is old enough. */
export class Pacer {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #lastMs = -Infinity;

  /**
   * Starts with no command.
   *
   * @param clock Says how old a command is.
   * @param intervalMs Least time between two, in milliseconds.
   */
  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  /**
   * Waits for the next turn.
   *
   * @param signal Gives up; the promise then rejects with the signal's reason.
   */
  async wait(signal: AbortSignal): Promise<void> {
    const waitMs = this.#lastMs + this.#intervalMs - this.#clock.monotonicMs();
    if (waitMs > 0) await pause(this.#clock, waitMs, signal);
    signal.throwIfAborted();
    this.#lastMs = this.#clock.monotonicMs();
  }
}
