/**
 * The best mean power over a time.
 *
 * @module
 */
import type { RideRecord } from "./timeline.ts";

/** The times that are looked at, in seconds: 5 s, 1, 5 and 20 min. */
export const BEST_SECONDS = [5, 60, 300, 1200] as const;

/**
 * Finds the highest mean power over some seconds in a row; a second in which
 * no power was recorded breaks the row.
 *
 * @param records One record a second.
 * @returns Watts; undefined if no row is so long.
 */
export function bestOf(
  records: readonly RideRecord[],
  seconds: number,
): number | undefined {
  let best: number | undefined;
  let window: number[] = [];
  let sum = 0;
  let start = 0;
  let beforeMs: number | undefined;
  for (const { timeMs, power } of records) {
    const isBroken = power === undefined ||
      (beforeMs !== undefined && timeMs - beforeMs > 1000);
    if (isBroken) [window, sum, start] = [[], 0, 0];
    beforeMs = timeMs;
    if (power === undefined) continue;
    window.push(power);
    sum += power;
    if (window.length - start > seconds) sum -= window[start++] ?? 0;
    if (window.length - start < seconds) continue;
    const mean = sum / seconds;
    if (best === undefined || mean > best) best = mean;
  }
  return best;
}
