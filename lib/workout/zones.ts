/**
 * Power zones.
 *
 * @module
 */

/**
 * Upper ends of the first six of seven power zones, in fractions of FTP
 * (Coggan's classic levels: active recovery, endurance, tempo, threshold,
 * VO2 max, anaerobic capacity, neuromuscular power).
 */
export const POWER_ZONES: readonly number[] = [
  0.55,
  0.75,
  0.9,
  1.05,
  1.2,
  1.5,
];

/** What is ridden for each zone that a workout names, in fractions of FTP. */
export const ZONE_MIDDLES: ReadonlyMap<number, number> = new Map([
  [1, 0.5],
  [2, 0.65],
  [3, 0.825],
  [4, 0.975],
  [5, 1.125],
  [6, 1.35],
  [7, 1.6],
]);

/**
 * The zone of a power.
 *
 * @param fraction The power, in fractions of FTP.
 * @param ends Upper ends of all zones but the last, rising.
 * @returns The zone, from 1.
 */
export function zoneOf(
  fraction: number,
  ends: readonly number[] = POWER_ZONES,
): number {
  const index = ends.findIndex((end) => fraction <= end);
  return (index < 0 ? ends.length : index) + 1;
}
