/**
 * The ride that goes on when the program starts anew, for its page.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Sample as Second } from "#lib/bike/ride_totals.ts";
import { RIDE_END_SECONDS } from "#lib/bike/ride_totals.ts";
import type { Config } from "#lib/config/schema.ts";
import type { Fleet } from "#lib/dashboard/fleet.ts";
import type { RideStore } from "#lib/ride/ride_store.ts";
import { type RideRecord, timelineOf } from "#lib/ride/timeline.ts";
import type { MemoryFiles } from "./device_memory.ts";
import { openConfiguredStore } from "./ride_store.ts";

const logger = getLogger("dashboard");

/**
 * Shows the ride so far of a bike that goes on after a restart; where it cannot
 * be read, the page begins without it.
 *
 * @param fleet The bikes of the page.
 * @param world Where rides are kept, and where the time comes from.
 */
export async function resumeRide(
  fleet: Pick<Fleet, "resume">,
  { bike, rides }: Pick<Config, "bike" | "rides">,
  { state, clock = systemClock }: {
    readonly state: Pick<MemoryFiles, "env">;
    readonly clock?: Clock | undefined;
  },
): Promise<void> {
  try {
    await using store = await openConfiguredStore(
      rides.db,
      (name) => state.env(name),
    );
    fleet.resume(bike.id, await secondsOfRide(store, bike.id, clock.now()));
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    logger.warn("The page begins without the ride so far: {message}", {
      message: error.message,
    });
  }
}

/**
 * Reads the seconds of a bike's ride that is not over.
 *
 * @param store Where rides are kept.
 * @param nowMs The time, in milliseconds since 1970-01-01 UTC.
 * @returns Its seconds, oldest first; none where the last ride is over.
 * @throws {StoreError} If they cannot be read.
 */
export async function secondsOfRide(
  store: Pick<RideStore, "rides" | "samples">,
  bikeId: string,
  nowMs: number,
): Promise<readonly Second[]> {
  const rides = await store.rides({ bike: bikeId });
  const ride = rides.find(({ isEnded, endMs }) =>
    !isEnded && nowMs - endMs < RIDE_END_SECONDS * 1000
  );
  return ride ? timelineOf(await store.samples(ride)).map(toSecond) : [];
}

function toSecond(record: RideRecord): Second {
  return {
    second: Math.floor(record.timeMs / 1000),
    powerWatts: record.power ?? null,
    heartRateBpm: record.heartrate ?? null,
    cadenceRpm: record.cadence ?? null,
    speedMetersPerSecond: record.speed ?? null,
    targetPowerWatts: null,
  };
}
