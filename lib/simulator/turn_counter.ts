/**
 * Turns as sensors count them.
 *
 * @module
 */
import type { Revolutions } from "#lib/gatt/revolutions.ts";
import type { Turns } from "./ride_model.ts";

/**
 * Puts turns into the form of a sensor.
 *
 * @param counter How the sensor counts: where its counter starts over, and the ticks of its clock in a second.
 * @returns Full turns and the time of the last one.
 *
 * @example Usage
 * ```ts
 * import { countTurns } from "#lib/simulator/turn_counter.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   countTurns({ count: 65537.5, lastAtSeconds: 65 }, { modulus: 2 ** 16, ticksPerSecond: 1024 }),
 *   { revolutions: 1, eventTimeTicks: 1024 },
 * );
 * ```
 */
export function countTurns(
  turns: Turns,
  counter: { readonly modulus: number; readonly ticksPerSecond: 1024 | 2048 },
): Revolutions {
  const ticks = Math.round(turns.lastAtSeconds * counter.ticksPerSecond);
  return {
    revolutions: Math.floor(turns.count) % counter.modulus,
    eventTimeTicks: ticks % 2 ** 16,
  };
}
