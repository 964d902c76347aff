/**
 * What a loop does again and again.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";

/** Time between two looks, in milliseconds. */
const TICK_MS = 1000;

/** Looks once a second, a second after the look before has ended, until it is stopped. */
export class Ticker {
  readonly #clock: Clock;
  readonly #tick: () => Promise<void>;
  #stopTimer: () => void = () => {};
  #isStopped = false;

  /** Starts; the first look comes after a second. */
  constructor(clock: Clock, tick: () => Promise<void>) {
    this.#clock = clock;
    this.#tick = tick;
    this.#wait();
  }

  /** Ends it; a look that goes on is the last. */
  stop(): void {
    this.#isStopped = true;
    this.#stopTimer();
  }

  #wait(): void {
    if (this.#isStopped) return;
    this.#stopTimer = this.#clock.setTimeout(() => {
      void this.#tick().finally(() => this.#wait());
    }, TICK_MS);
  }
}
