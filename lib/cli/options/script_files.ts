/**
 * Files of TypeScript that options name: scripts, and drivers of others.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { ConfigError } from "#lib/base/errors.ts";
import type { DriverDefinition, Transport } from "#lib/driver/driver.ts";
import type { OptionDefinition } from "../command.ts";
import type { CliIo } from "../io.ts";

/** The option that adds drivers of others to those of the program. */
export const DRIVER_FILE_OPTION: OptionDefinition = {
  flags: "--driver <file>",
  description:
    "TypeScript that exports a driver, for devices that the program does not know",
  isRepeatable: true,
};

/**
 * Runs a file. Whatever is wrong with it, its author has to act.
 *
 * @param option The option that names it, for the error.
 * @returns Its exports by name.
 * @throws {ConfigError} If it is not there, or throws.
 */
export async function importFile(
  io: CliIo,
  option: string,
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await io.importModule(path);
  } catch (cause) {
    throw new ConfigError(
      `Cannot use ${option} "${path}": ${whyNotImported(path, cause)}`,
      { option, value: path, file: path },
      { cause },
    );
  }
}

function whyNotImported(path: string, cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const missing = /Module not found "(.*?)"/.exec(text)?.[1];
  return missing === pathToFileURL(path).href
    ? "there is no such file"
    : stripVTControlCharacters(text).replaceAll(/\s+/g, " ");
}

/**
 * Adds drivers of files to those of the program.
 *
 * @param own The drivers of the program.
 * @throws {ConfigError} If a file exports no driver, or one of a name that there is.
 */
export async function addDrivers(
  io: CliIo,
  paths: readonly string[],
  own: readonly DriverDefinition[],
): Promise<readonly DriverDefinition[]> {
  const drivers = [...own];
  for (const path of paths) {
    const fail = (why: string) =>
      new ConfigError(`Cannot use --driver "${path}": ${why}`, {
        option: "--driver",
        value: path,
        file: path,
      });
    const { driver } = await importFile(io, "--driver", path);
    if (!isDriver(driver)) {
      throw fail(
        "it has no export `driver` with name, summary, transport, options and run",
      );
    }
    if (drivers.some(({ name }) => name === driver.name)) {
      throw fail(`there is a driver "${driver.name}" already, rename it`);
    }
    drivers.push(driver);
  }
  return drivers;
}

const TRANSPORTS: readonly Transport[] = ["ble", "serial", "gpio"];

function isDriver(value: unknown): value is DriverDefinition {
  if (typeof value !== "object" || value === null) return false;
  const { name, summary, transport, options, run }: Readonly<
    Record<string, unknown>
  > = { ...value };
  return typeof name === "string" && /^[a-z][a-z0-9-]*$/.test(name) &&
    typeof summary === "string" &&
    TRANSPORTS.some((one) => one === transport) &&
    Array.isArray(options) && typeof run === "function";
}
