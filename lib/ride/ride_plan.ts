/**
 * Which rides samples belong to: the same for every store.
 *
 * @module
 */
import {
  isMotion,
  PAUSE_MS,
  type Ride,
  rideId,
  type Sample,
} from "./sample.ts";

/** What samples of one bike do to its rides. */
interface RidePlan {
  /** Rides that are new or longer than before; the first turn of a ride keeps its id. */
  readonly changed: readonly Ride[];
  /** Ids of rides that have become part of another one. */
  readonly merged: readonly string[];
  /** The samples that belong to a ride, or to a pause that may go on. */
  readonly kept: readonly Sample[];
}

/**
 * Finds the rides that samples belong to. Samples may come late and in any
 * order: one that falls between two rides joins them, where both are then near
 * enough.
 *
 * @param rides Rides of the bike that the samples may touch.
 * @param samples Samples of the same bike.
 * @returns What is to be stored.
 */
export function planRides(
  rides: readonly Ride[],
  samples: readonly Sample[],
): RidePlan {
  let current = [...rides].sort((a, b) => a.startMs - b.startMs);
  const changed = new Set<string>();
  const merged = new Set<string>();
  const turns = samples.filter(isMotion).sort((a, b) => a.timeMs - b.timeMs);
  for (const { bike, timeMs } of turns) {
    const near = current.filter(({ startMs, endMs }) =>
      timeMs >= startMs - PAUSE_MS && timeMs <= endMs + PAUSE_MS
    );
    const first = near[0];
    const isInside = near.length === 1 && first && timeMs >= first.startMs &&
      timeMs <= first.endMs;
    if (isInside) continue;
    const ride = {
      id: first?.id ?? rideId(bike, timeMs),
      bike,
      startMs: Math.min(timeMs, ...near.map(({ startMs }) => startMs)),
      endMs: Math.max(timeMs, ...near.map(({ endMs }) => endMs)),
      isEnded: false,
    };
    for (const { id } of near) if (id !== ride.id) merged.add(id);
    changed.add(ride.id);
    current = [...current.filter((one) => !near.includes(one)), ride]
      .sort((a, b) => a.startMs - b.startMs);
  }
  return {
    changed: current.filter(({ id }) => changed.has(id)),
    merged: [...merged],
    kept: samples.filter(({ timeMs }) =>
      current.some(({ startMs, endMs }) =>
        timeMs >= startMs && timeMs <= endMs + PAUSE_MS
      )
    ),
  };
}
