/**
 * Zones that a workout names in place of powers.
 *
 * @module
 */

/**
 * What is ridden for each of seven zones (Coggan's classic levels), in
 * fractions of FTP: about its middle.
 */
export const ZONE_MIDDLES: ReadonlyMap<number, number> = new Map([
  [1, 0.5],
  [2, 0.65],
  [3, 0.825],
  [4, 0.975],
  [5, 1.125],
  [6, 1.35],
  [7, 1.6],
]);
