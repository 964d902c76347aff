/**
 * The 40-pin header of a Raspberry Pi.
 *
 * @module
 */

/** Lines of the header's chip (BCM numbers) by their places on the board, the same for all models with 40 pins. */
const LINES: ReadonlyMap<number, number> = new Map([
  [3, 2],
  [5, 3],
  [7, 4],
  [8, 14],
  [10, 15],
  [11, 17],
  [12, 18],
  [13, 27],
  [15, 22],
  [16, 23],
  [18, 24],
  [19, 10],
  [21, 9],
  [22, 25],
  [23, 11],
  [24, 8],
  [26, 7],
  [27, 0],
  [28, 1],
  [29, 5],
  [31, 6],
  [32, 12],
  [33, 13],
  [35, 19],
  [36, 16],
  [37, 26],
  [38, 20],
  [40, 21],
]);

/**
 * Finds the line at a place on the board.
 *
 * @example Usage
 * ```ts
 * import { lineAtBoardPin } from "#lib/hardware/raspberry_pi.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(lineAtBoardPin(12), 18);
 * assert.equal(lineAtBoardPin(1), undefined);
 * ```
 *
 * @param pin The place, 1 to 40.
 * @returns The line (BCM number); undefined at a place for power or ground.
 */
export function lineAtBoardPin(pin: number): number | undefined {
  return LINES.get(pin);
}
