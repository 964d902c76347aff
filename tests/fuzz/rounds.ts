/**
 * How long and from where a fuzz test runs: `FUZZ_FACTOR` multiplies its
 * rounds, `FUZZ_SEED` is where chance starts.
 *
 * @module
 */
import { Random } from "#lib/simulator/random.ts";

/** What a fuzz test runs by. */
export interface Rounds {
  /** How many inputs to make. */
  readonly count: number;
  /** Chance; the same for the same seed. */
  readonly random: Random;
  /** Say it where the test fails. */
  readonly seed: number;
}

/**
 * Plans a fuzz test.
 *
 * @param count How many inputs it makes in a few seconds.
 * @returns How many to make, and from which chance.
 */
export function planRounds(count: number): Rounds {
  const factor = Number(Deno.env.get("FUZZ_FACTOR") ?? "1");
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? "20261130");
  return { count: Math.ceil(count * factor), random: new Random(seed), seed };
}

/**
 * Chooses one of several.
 *
 * @param random Chance.
 * @param items The items, at least one.
 * @returns One of them.
 * @throws {RangeError} If there is none.
 */
export function choose<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random.between(0, items.length))];
  if (item === undefined) throw new RangeError("Cannot choose from nothing");
  return item;
}
