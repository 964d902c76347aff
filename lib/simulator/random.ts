/**
 * Chance that repeats itself.
 *
 * @module
 */

/** The start of a 32-bit FNV-1a hash. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Numbers that look random and depend on nothing but a seed: the generator
 * mulberry32, whose 2^32 states are plenty for a ride.
 *
 * @example Usage
 * ```ts
 * import { Random } from "#lib/simulator/random.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(new Random(7).next(), new Random(7).next());
 * ```
 */
export class Random {
  readonly #seed: number;
  #state: number;

  /**
   * Starts a sequence.
   *
   * @param seed Any number; only its integer part, modulo 2^32, counts.
   */
  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /**
   * Gives the next number.
   *
   * @returns From 0 up to, but without, 1.
   */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /**
   * Gives a number in a range.
   *
   * @param max The end, which is not reached.
   * @returns The number; all are equally likely.
   */
  between(min: number, max: number): number {
    return min + (max - min) * this.next();
  }

  /**
   * Gives a number around 0, most often within 1.
   *
   * @returns About normally distributed, with standard deviation 1, within -6 to 6 (sum of twelve).
   */
  around(): number {
    let sum = -6;
    for (let draw = 0; draw < 12; draw++) sum += this.next();
    return sum;
  }

  /**
   * Starts a sequence of its own, so that draws of one part of a ride do not
   * change those of another.
   *
   * @returns The sequence; the same for the same seed and name.
   */
  fork(part: string): Random {
    let hash = FNV_OFFSET ^ this.#seed;
    for (const byte of new TextEncoder().encode(part)) {
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    return new Random(hash);
  }
}
