/**
 * How often a value that does not change is repeated.
 *
 * @module
 */

/** How often a value is repeated. */
export interface IdleOptions {
  /** Time between two reports of a value that does not change, in milliseconds. */
  readonly repeatMs: number;
  /** After so many zeros in a row the value counts as idle. */
  readonly maxZeros: number;
  /** Time between two reports of an idle value, in milliseconds. */
  readonly idleRepeatMs: number;
}

/** What the predecessor did, counted right: each value for itself, zeros in a row. */
export const IDLE: IdleOptions = {
  repeatMs: 1000,
  maxZeros: 10,
  idleRepeatMs: 30_000,
};

/**
 * Says when one value is to be reported again.
 *
 * @example Usage
 * ```ts
 * import { IdleRule } from "#adapters/bike_topics/idle_rule.ts";
 * import assert from "node:assert/strict";
 *
 * const rule = new IdleRule({ repeatMs: 1000, maxZeros: 2, idleRepeatMs: 30_000 });
 * const waits = [5, 0, 0, 0, 5].map((value) => rule.nextWaitMs(value));
 * assert.deepEqual(waits, [1000, 1000, 30_000, 30_000, 1000]);
 * ```
 */
export class IdleRule {
  readonly #options: IdleOptions;
  #zeros = 0;

  /**
   * Starts without zeros.
   *
   * @param options How often the value is repeated.
   */
  constructor(options: IdleOptions) {
    this.#options = options;
  }

  /**
   * Counts a report.
   *
   * @returns How long to wait before it is repeated, in milliseconds.
   */
  nextWaitMs(value: number): number {
    const { repeatMs, maxZeros, idleRepeatMs } = this.#options;
    this.#zeros = value === 0 ? this.#zeros + 1 : 0;
    return this.#zeros >= maxZeros ? idleRepeatMs : repeatMs;
  }

  /** Starts over, since the value was lost. */
  reset(): void {
    this.#zeros = 0;
  }
}
