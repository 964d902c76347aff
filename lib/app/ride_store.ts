/**
 * The store of rides that is configured.
 *
 * @module
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "#lib/base/errors.ts";
import { isPostgres, openRideStore } from "#lib/ride/open_store.ts";
import { ReportBacklog } from "#lib/ride/report_backlog.ts";
import type { RideStore } from "#lib/ride/ride_store.ts";
import { stateFolder } from "./device_memory.ts";
import { whyUnusable } from "./named_files.ts";

/** Name of the file that rides are kept in. */
const FILE = "rides.db";

/** Variable with the password of a PostgreSQL account. */
const PASSWORD_VARIABLE = "PGPASSWORD";

/** Reads a variable of the environment. */
type ReadVariable = (name: string) => string | undefined;

/**
 * Opens the store that is configured.
 *
 * @param place What is configured; undefined for a file in the state folder.
 * @throws {ConfigError} If its address holds a password, or its folder cannot be made.
 * @throws {StoreError} If it cannot be opened.
 */
export async function openConfiguredStore(
  place: string | undefined,
  env: ReadVariable,
): Promise<RideStore> {
  const chosen = place ?? defaultPlace(env);
  if (!isPostgres(chosen)) makeFolder(chosen);
  else if ((URL.parse(chosen)?.password ?? "") !== "") {
    throw new ConfigError(
      `Cannot use rides.db with a password: others can read it there, put it into ${PASSWORD_VARIABLE}`,
      { option: "rides.db" },
    );
  }
  return await openRideStore(chosen, { password: env(PASSWORD_VARIABLE) });
}

/**
 * Opens what keeps the reports of a bike while the broker is away.
 *
 * @param maxBytes The most that is kept, in bytes.
 * @returns The backlog; undefined where the environment names no folder.
 * @throws {ConfigError} If its folder cannot be made.
 * @throws {StoreError} If it cannot be opened.
 */
export function openReportBacklog(
  bikeId: string,
  maxBytes: number,
  env: ReadVariable,
): ReportBacklog | undefined {
  const folder = stateFolder({ env });
  if (folder === undefined) return undefined;
  const path = `${folder}/reports-${bikeId}.db`;
  makeFolder(path);
  return new ReportBacklog({ path, maxBytes });
}

/**
 * Makes sure that a store that somebody names is there: opening would make it.
 *
 * @throws {ConfigError} If it is a file that does not exist.
 */
export function requireStore(place: string): void {
  if (isPostgres(place) || existsSync(place)) return;
  throw new ConfigError(
    `Cannot open "${place}": there is no such file, expected one that "record" or "start" has made`,
    { option: "rides.db", file: place },
  );
}

function defaultPlace(env: ReadVariable): string {
  const folder = stateFolder({ env });
  if (folder !== undefined) return `${folder}/${FILE}`;
  throw new ConfigError(
    "Cannot choose a file for rides: the environment names no folder, set rides.db or give --db",
    { option: "rides.db" },
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
      { option: "rides.db", file: path },
      { cause },
    );
  }
}
