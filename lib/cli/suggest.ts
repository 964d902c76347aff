/**
 * Guessing what somebody meant to write.
 *
 * @module
 */

/**
 * Finds the name that was probably meant.
 *
 * @example Usage
 * ```ts
 * import { didYouMean } from "#lib/cli/suggest.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(didYouMean("lsat", ["last", "say"]), ', did you mean "last"?');
 * assert.equal(didYouMean("fan", ["last", "say"]), "");
 * ```
 *
 * @param text What was written.
 * @param names What would have been right.
 * @returns A question to put behind a message, or nothing if no name is near.
 */
export function didYouMean(text: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, distance: distanceOf(text, name) }))
    .filter(({ name, distance }) => distance <= Math.max(1, name.length / 3))
    .sort((a, b) => a.distance - b.distance)[0];
  return near ? `, did you mean "${near.name}"?` : "";
}

/** How many letters must be added, removed, changed or swapped; case counts little. */
function distanceOf(a: string, b: string): number {
  if (a === b) return 0;
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  const rows = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(
        at(rows, i - 1, j) + 1,
        (row[j - 1] ?? 0) + 1,
        at(rows, i - 1, j - 1) + (same ? 0 : 1),
        swapped ? at(rows, i - 2, j - 2) + 1 : Infinity,
      );
    }
    rows.push(row);
  }
  return at(rows, from.length, to.length);
}

function at(rows: readonly number[][], i: number, j: number): number {
  return rows[i]?.[j] ?? Infinity;
}
