/**
 * The time of a capture, when it is played back.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";

/** Something that happens at a moment of the capture. */
export interface Action {
  /** When, in ms since the capture began. */
  readonly tMs: number;
  /** Makes it happen. */
  readonly run: () => void;
}

/** The time of a capture: stands still until it is started, then runs to its end. */
export class Timeline implements Disposable {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #ended = new AbortController();
  readonly #timers = new Set<() => void>();
  #actions: readonly Action[] = [];
  /** When the capture would have begun, on the clock; undefined until it is started. */
  #zeroMs: number | undefined;

  /**
   * Stands at the start.
   *
   * @param clock What real time comes from.
   * @param startMs Where it starts, in ms since the capture began.
   */
  constructor(clock: Clock, startMs: number) {
    this.#clock = clock;
    this.#startMs = startMs;
  }

  /** The moment, in ms since the capture began. */
  get nowMs(): number {
    return this.#zeroMs === undefined
      ? this.#startMs
      : this.#clock.monotonicMs() - this.#zeroMs;
  }

  /** Aborts when all that was to happen has happened. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /**
   * Adds what is to happen; what lies before the start never does.
   *
   * @param actions What, in any order.
   */
  plan(actions: readonly Action[]): void {
    this.#actions = [...this.#actions, ...actions]
      .filter(({ tMs }) => tMs >= this.#startMs)
      .toSorted((a, b) => a.tMs - b.tMs);
  }

  /** Lets time run; harmless when it does. */
  start(): void {
    if (this.#zeroMs !== undefined) return;
    this.#zeroMs = this.#clock.monotonicMs() - this.#startMs;
    this.#next(0);
  }

  /**
   * Does something a little later, whether time runs or not.
   *
   * @param ms When, in ms from now.
   */
  later(ms: number, action: () => void): void {
    const stop = this.#clock.setTimeout(() => {
      this.#timers.delete(stop);
      action();
    }, ms);
    this.#timers.add(stop);
  }

  /** Stops it: nothing happens any more. */
  [Symbol.dispose](): void {
    for (const stop of this.#timers) stop();
    this.#timers.clear();
  }

  #next(index: number): void {
    const action = this.#actions[index];
    if (!action) return this.#ended.abort();
    this.later(Math.max(0, action.tMs - this.nowMs), () => {
      action.run();
      this.#next(index + 1);
    });
  }
}
