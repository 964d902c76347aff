/**
 * Normalized power.
 *
 * @module
 */

/** The window of the moving mean, in seconds. */
const WINDOW_SECONDS = 30;

/**
 * Computes normalized power (Coggan's): 30 s moving mean of one value a
 * second, from the first full window, to the fourth power, mean, fourth root.
 *
 * @example Usage
 * ```ts
 * import { normalizedOf } from "#lib/ride/normalized.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(normalizedOf(Array(60).fill(200)), 200);
 * ```
 *
 * @param values One value a second.
 * @returns In the unit of the values; their mean where there are less than 30 s; 0 without any.
 */
export function normalizedOf(values: readonly number[]): number {
  if (values.length < WINDOW_SECONDS) {
    const sum = values.reduce((sum, value) => sum + value, 0);
    return values.length === 0 ? 0 : sum / values.length;
  }
  let window = 0;
  let sum = 0;
  for (const [i, value] of values.entries()) {
    window += value;
    if (i >= WINDOW_SECONDS) window -= values[i - WINDOW_SECONDS] ?? 0;
    if (i >= WINDOW_SECONDS - 1) sum += (window / WINDOW_SECONDS) ** 4;
  }
  return (sum / (values.length - WINDOW_SECONDS + 1)) ** 0.25;
}
