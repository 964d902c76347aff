/**
 * Opens a store by its name.
 *
 * @module
 */
import type { OpenStoreOptions, RideStore } from "./ride_store.ts";
import { SqliteRideStore } from "./sqlite_store.ts";

/**
 * Checks whether a store is a PostgreSQL database.
 *
 * @param place A path or a URL.
 * @returns True for a URL of PostgreSQL.
 */
export function isPostgres(place: string): boolean {
  return /^postgres(ql)?:\/\//i.test(place);
}

/**
 * Opens a store.
 *
 * @param place Path of an SQLite file, or a URL `postgres://user@host:port/database`.
 * @param options How it is opened.
 * @throws {StoreError} If it cannot be opened.
 */
export async function openRideStore(
  place: string,
  options: OpenStoreOptions = {},
): Promise<RideStore> {
  if (!isPostgres(place)) return new SqliteRideStore(place);
  // Who records to a file need not load it.
  const { PostgresRideStore } = await import("./postgres_store.ts");
  return await PostgresRideStore.open(place, options);
}
