/**
 * Who rides, as configured.
 *
 * @module
 */
import type { Config } from "#lib/config/schema.ts";
import type { SummaryOptions } from "#lib/ride/summary.ts";
import type { RiderSettings } from "#lib/workout/workout.ts";

/**
 * How hard a rider rides.
 *
 * @returns The rider, as far as known.
 */
export function riderOf({ rider }: Config): Partial<RiderSettings> {
  const { ftpWatts, intensityPercent } = rider;
  return {
    ...(ftpWatts !== undefined && { ftpWatts }),
    intensity: intensityPercent / 100,
  };
}

/**
 * What figures of a ride need of its rider.
 *
 * @returns The rider, as far as known.
 */
export function summaryOptionsOf({ rider }: Config): SummaryOptions {
  const { ftpWatts, zonesPercent } = rider;
  return {
    ...(ftpWatts !== undefined && { ftpWatts }),
    zones: Object.values(zonesPercent).map((percent) => percent / 100)
      .sort((a, b) => a - b),
  };
}
