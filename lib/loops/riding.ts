/**
 * Whether somebody rides.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import { liveValue } from "#lib/bike/reading.ts";

/**
 * Checks whether somebody rides.
 *
 * @returns True while speed, cadence or power is above zero.
 */
export function isRiding(bike: Pick<Bike, "read">): boolean {
  return (liveValue(bike.read("speedMetersPerSecond")) ?? 0) > 0 ||
    (liveValue(bike.read("cadenceRpm")) ?? 0) > 0 ||
    (liveValue(bike.read("powerWatts")) ?? 0) > 0;
}
