/**
 * Near names for "did you mean".
 *
 * @module
 */

/** Longer names are no slips of the finger, and take long to compare. */
const MAX_LENGTH = 64;

/** How many names are compared. */
const MAX_CANDIDATES = 1000;

/**
 * The candidate nearest to a mistyped name.
 *
 * @param candidates What could have been meant.
 * @returns The nearest one, if at most a third of it differs; else undefined.
 *
 * @example
 * ```ts
 * import { suggest } from "#lib/base/suggest.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(suggest("opeartions", ["operations", "signals"]), "operations");
 * assert.equal(suggest("colour", ["operations", "signals"]), undefined);
 * ```
 */
export function suggest(
  name: string,
  candidates: Iterable<string>,
): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  if (name.length > MAX_LENGTH) return undefined;
  for (const candidate of Iterator.from(candidates).take(MAX_CANDIDATES)) {
    const limit = Math.max(
      1,
      Math.floor(Math.max(name.length, candidate.length) / 3),
    );
    if (Math.abs(name.length - candidate.length) > limit) continue;
    const distance = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && distance < bestDistance && candidate !== name) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * The question that an error message ends with.
 *
 * @param candidates What could have been meant.
 * @returns `, did you mean "…"?`, or nothing if no name is near.
 *
 * @example
 * ```ts
 * import { didYouMean } from "#lib/base/suggest.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(didYouMean("lsat", ["last", "say"]), ', did you mean "last"?');
 * assert.equal(didYouMean("fan", ["last", "say"]), "");
 * ```
 */
export function didYouMean(
  name: string,
  candidates: Iterable<string>,
): string {
  const near = suggest(name, candidates);
  return near === undefined ? "" : `, did you mean "${near}"?`;
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 &&
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
