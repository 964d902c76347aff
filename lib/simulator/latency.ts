/**
 * How long a simulated device takes to answer.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** How long a device takes, between two bounds, and longer while it is slow. */
export class Latency {
  /** How much longer it takes at present, in ms. */
  extraMs = 0;
  readonly #random: Random;

  /** Starts at normal speed. */
  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * How long the next answer takes.
   *
   * @param minMs At least, in ms.
   * @param maxMs At most, while it is not slow, in ms.
   * @returns Milliseconds.
   */
  nextMs(minMs: number, maxMs: number): number {
    return Math.round(this.#random.between(minMs, maxMs)) + this.extraMs;
  }
}
