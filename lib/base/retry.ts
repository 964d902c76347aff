/**
 * Waiting between tries.
 *
 * @module
 */

/** How the wait between tries grows. */
export interface BackoffOptions {
  /**
   * The first wait, in milliseconds.
   *
   * @default {1000}
   */
  readonly firstMs?: number;
  /**
   * The longest wait, in milliseconds.
   *
   * @default {60000}
   */
  readonly longestMs?: number;
  /**
   * How long a success must have lasted for the waits to start over, in
   * milliseconds. What fails again and again soon after it has begun, as two
   * clients with one id do, is tried less and less often.
   *
   * @default {30000}
   */
  readonly steadyMs?: number;
  /**
   * Gives a number from 0 up to, but without, 1.
   *
   * @default {Math.random}
   */
  readonly random?: () => number;
}

/**
 * Waits that double from try to try, each shortened at random by up to a half,
 * so that many clients of one server do not come back in the same instant.
 *
 * @example Usage
 * ```ts
 * import { Backoff } from "#lib/base/retry.ts";
 * import assert from "node:assert/strict";
 *
 * const backoff = new Backoff({ firstMs: 100, longestMs: 250, random: () => 0 });
 * assert.deepEqual([backoff.nextMs(), backoff.nextMs(), backoff.nextMs()], [100, 200, 250]);
 * backoff.succeeded(45_000);
 * assert.equal(backoff.nextMs(), 100);
 * ```
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #steadyMs: number;
  readonly #random: () => number;
  #tries = 0;

  /**
   * Starts with the first wait.
   *
   * @param options How the wait grows.
   */
  constructor(options: BackoffOptions = {}) {
    this.#firstMs = options.firstMs ?? 1000;
    this.#longestMs = options.longestMs ?? 60_000;
    this.#steadyMs = options.steadyMs ?? 30_000;
    this.#random = options.random ?? Math.random;
  }

  /**
   * The wait before the next try.
   *
   * @returns Milliseconds, from half the step to the whole step.
   */
  nextMs(): number {
    const step = Math.min(this.#longestMs, this.#firstMs * 2 ** this.#tries);
    this.#tries = Math.min(this.#tries + 1, 30);
    return Math.round(step * (1 - this.#random() / 2));
  }

  /**
   * Starts over with the first wait after a success that has lasted.
   *
   * @param lastedMs How long it has lasted, in milliseconds.
   */
  succeeded(lastedMs: number): void {
    if (lastedMs >= this.#steadyMs) this.#tries = 0;
  }
}
