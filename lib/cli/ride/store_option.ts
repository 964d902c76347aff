/**
 * The option that says where rides are kept.
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import { isPostgres, openRideStore } from "#lib/ride/open_store.ts";
import type { RideStore } from "#lib/ride/ride_store.ts";
import { STATE_FOLDER, stateFolder } from "../state_folder.ts";
import type { CliContext, OptionDefinition, OptionValues } from "../command.ts";
import { whyUnusable } from "../options/option_files.ts";

/** Name of the file that rides are kept in. */
const FILE = "rides.db";

/** Variable with the password of a PostgreSQL account. */
const PASSWORD_VARIABLE = "PGPASSWORD";

/** The option of commands that use rides. */
export const STORE_OPTION: OptionDefinition = {
  flags: "--db <place>",
  description:
    `SQLite file, or postgres://user@host:port/name with the password in ${PASSWORD_VARIABLE} (default: ${FILE} in ${STATE_FOLDER})`,
};

/**
 * Opens the store that a command uses.
 *
 * @param options The options.
 * @param context The environment.
 * @param configured What the configuration says.
 * @returns The store.
 * @throws {UsageError} If the address holds a password.
 * @throws {StoreError} If it cannot be opened.
 */
export async function openStoreOf(
  options: OptionValues,
  { io }: Pick<CliContext, "io">,
  configured?: string,
): Promise<RideStore> {
  const given = options.text("db");
  if (given !== undefined && hasPassword(given)) {
    throw new UsageError(
      `Cannot use --db with a password: everybody on this machine can read it there, put it into ${PASSWORD_VARIABLE}`,
      "--db",
    );
  }
  const place = given ?? configured ?? defaultPlace(io);
  if (!isPostgres(place)) makeFolder(place);
  return await openRideStore(place, { password: io.env(PASSWORD_VARIABLE) });
}

function hasPassword(place: string): boolean {
  return isPostgres(place) && (URL.parse(place)?.password ?? "") !== "";
}

function defaultPlace(io: CliContext["io"]): string {
  const folder = stateFolder(io);
  if (folder !== undefined) return `${folder}/${FILE}`;
  throw new ConfigError(
    "Cannot tell where rides are kept: the environment names no folder, give --db",
    { option: "--db" },
  );
}

function makeFolder(path: string): void {
  if (path === ":memory:") return;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError(
      `Cannot make the folder of "${path}": ${
        whyUnusable(cause)
      }, expected one that can be written`,
      { option: "--db", file: path },
      { cause },
    );
  }
}
