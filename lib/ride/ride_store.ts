/**
 * Where rides are kept: the contract of all stores.
 *
 * @module
 */
import { type Ride, rideId, type Sample } from "./sample.ts";

/** What became of samples. */
export interface AppendResult {
  /** How many were stored; those that were there already, or belong to no ride, are not. */
  readonly stored: number;
  /** Rides that began or went on. */
  readonly rides: readonly Ride[];
}

/** What became of a ride that was added. */
export interface AddResult {
  /** The ride; where it is not new, the one that is there at that time. */
  readonly ride: Ride;
  /** Whether it was stored. */
  readonly isNew: boolean;
}

/** How a store is opened. */
export interface OpenStoreOptions {
  /** Password of a PostgreSQL account, where the URL has none. */
  readonly password?: string | undefined;
}

/** Which rides are wanted. */
export interface RideFilter {
  /** Only rides of this bike. */
  readonly bike?: string;
  /**
   * The most that are wanted.
   *
   * @default {1000}
   */
  readonly limit?: number;
}

/**
 * A store of rides. Each call is carried out whole or not at all, and several
 * programs may use a store at the same time.
 */
export interface RideStore extends AsyncDisposable {
  /** What it is, for people: a path or an address without credentials. */
  readonly place: string;
  /**
   * Stores samples, and extends the rides that they belong to. Those of a
   * bike, metric and time that are there already change nothing.
   *
   * @param samples Samples of any bikes, in any order.
   * @returns What became of them.
   * @throws {StoreError} If they cannot be stored; nothing is then.
   */
  append(samples: readonly Sample[]): Promise<AppendResult>;
  /**
   * Adds a whole ride that was recorded elsewhere, pauses and all.
   *
   * @param bike Id of the bike that it is stored for.
   * @param samples Its samples, at least one, all of that bike.
   * @returns The ride, and whether it is new: where the bike has one at that time nothing is stored.
   * @throws {StoreError} If it cannot be stored; nothing is then.
   */
  add(bike: string, samples: readonly Sample[]): Promise<AddResult>;
  /** Lists rides. */
  rides(filter?: RideFilter): Promise<readonly Ride[]>;
  /**
   * Finds a ride.
   *
   * @returns It; undefined if there is none.
   */
  ride(id: string): Promise<Ride | undefined>;
  /**
   * Reads the samples of a ride.
   *
   * @returns From its start to its end, in the order of their times.
   */
  samples(ride: Ride): Promise<readonly Sample[]>;
  /**
   * Marks the rides that are over.
   *
   * @param nowMs The time, in milliseconds since 1970-01-01 UTC.
   * @returns Those that this call has marked: of several programs one gets each.
   */
  endRides(nowMs: number): Promise<readonly Ride[]>;
  /**
   * Deletes a ride and its samples.
   *
   * @returns False if there was none.
   */
  delete(id: string): Promise<boolean>;
}

/**
 * Sorts samples by their bike.
 *
 * @param samples Samples of any bikes.
 * @returns The samples of each bike, in their order.
 */
export function byBike(
  samples: readonly Sample[],
): ReadonlyMap<string, readonly Sample[]> {
  return Map.groupBy(samples, ({ bike }) => bike);
}

/**
 * The ride that samples make up when they are one.
 *
 * @param samples Its samples, at least one.
 * @returns From the first to the last of them.
 */
export function wholeRide(bike: string, samples: readonly Sample[]): Ride {
  const times = samples.map(({ timeMs }) => timeMs);
  const startMs = times.reduce((a, b) => Math.min(a, b));
  const endMs = times.reduce((a, b) => Math.max(a, b));
  return { id: rideId(bike, startMs), bike, startMs, endMs, isEnded: true };
}
