/**
 * How long and from where a fuzz test runs: a fixed number of rounds, in
 * `deno task fuzz` so many seconds each as `FUZZ_SECONDS` says; `FUZZ_SEED` is
 * where chance starts.
 *
 * @module
 */
import { Random } from "#lib/simulator/random.ts";

/** How long each runs in `deno task fuzz`, in seconds: all of them a minute. */
const TASK_SECONDS = "6";

/** What a fuzz test runs by. */
export interface Rounds extends Iterable<number> {
  /** Chance; the same for the same seed. */
  readonly random: Random;
  /** Say it where the test fails. */
  readonly seed: number;
}

/**
 * Plans a fuzz test.
 *
 * @param count How many inputs it makes in a second or two.
 * @returns The rounds, counted from 0, and chance.
 */
export function planRounds(count: number): Rounds {
  const standard = Deno.env.has("FUZZ") ? TASK_SECONDS : "0";
  const seconds = Number(Deno.env.get("FUZZ_SECONDS") ?? standard);
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? "20261130");
  return {
    random: new Random(seed),
    seed,
    *[Symbol.iterator]() {
      const endMs = performance.now() + 1000 * seconds;
      const isOver = (round: number) =>
        seconds > 0 ? performance.now() > endMs : round >= count;
      for (let round = 0; !isOver(round); round++) yield round;
    },
  };
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
