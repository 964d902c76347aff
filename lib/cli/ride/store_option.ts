/**
 * The store of rides that a command uses.
 *
 * @module
 */
import { openConfiguredStore } from "#lib/app/ride_store.ts";
import type { Config } from "#lib/config/schema.ts";
import type { RideStore } from "#lib/ride/ride_store.ts";
import type { CliContext } from "../command.ts";

/**
 * Opens the store that is configured.
 *
 * @throws {ConfigError} If its address holds a password, or its folder cannot be made.
 * @throws {StoreError} If it cannot be opened.
 */
export function openStoreOf(
  { rides }: Config,
  { io }: Pick<CliContext, "io">,
): Promise<RideStore> {
  return openConfiguredStore(rides.db, (name) => io.env(name));
}
