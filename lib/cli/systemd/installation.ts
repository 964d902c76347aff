/**
 * The files of an installed service, and the program that manages it.
 *
 * @module
 */
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import type { OptionDefinition, OptionValues } from "../command.ts";
import type { CliIo, ProgramResult } from "../io.ts";

/** The unit's name. */
export const UNIT = "smartbike.service";

/** Where the settings stand by default. */
export const DEFAULT_CONFIG = "/etc/smartbike/smartbike.yaml";

/** Where things are put, below the root. */
export const PATHS = {
  executable: "/usr/local/bin/smartbike",
  unit: `/etc/systemd/system/${UNIT}`,
  users: "/etc/sysusers.d/smartbike.conf",
  manPage: "/usr/local/share/man/man1/smartbike.1",
  completion: "/usr/local/share/bash-completion/completions/smartbike",
} as const;

const SYSTEMCTL = "/usr/bin/systemctl";
const SYSUSERS = "/usr/bin/systemd-sysusers";

/** The option of `install` and `uninstall` for another root than that of this machine. */
export const ROOT_OPTION: OptionDefinition = {
  flags: "--root <dir>",
  description:
    "work in this folder as if it were /, such as an SD card; starts and stops nothing",
};

/** The option of `install` and `uninstall` that changes nothing. */
export const DRY_RUN_OPTION: OptionDefinition = {
  flags: "--dry-run",
  description: "print what would be done, and do nothing",
};

/**
 * Reads `--root`.
 *
 * @returns The folder without a slash at its end; empty for this machine.
 */
export function readRoot(options: OptionValues): string {
  return (options.text("root") ?? "").replace(/\/+$/, "");
}

/**
 * Makes sure that the folder of `--root` is there.
 *
 * @param root The folder; empty for this machine.
 * @throws {UsageError} If it is not.
 */
export async function requireRoot(io: CliIo, root: string): Promise<void> {
  if (root === "") return;
  try {
    await io.listDirectory(root);
  } catch (cause) {
    if (
      !(cause instanceof Deno.errors.NotFound ||
        cause instanceof Deno.errors.NotADirectory)
    ) throw cause;
    throw new UsageError(
      `Cannot use --root "${root}": there is no such folder, expected the root folder of a system`,
      "--root",
      { cause },
    );
  }
}

/**
 * Makes sure, before anything is written, that the programs of systemd are there.
 *
 * @throws {ConfigError} If one is not, or may not be run.
 */
export async function requireSystemd(io: CliIo): Promise<void> {
  for (const program of [SYSTEMCTL, SYSUSERS]) {
    await attempt(io, [program, "--version"]);
  }
}

/**
 * The command that asks systemd for something.
 *
 * @param root The folder to work in; empty for this machine.
 * @param args What is asked for.
 */
export function systemctl(
  root: string,
  ...args: readonly string[]
): readonly string[] {
  return [SYSTEMCTL, ...toRootFlags(root), ...args];
}

/**
 * The command that makes the service's user.
 *
 * @param root The folder to work in; empty for this machine.
 */
export function sysusers(root: string): readonly string[] {
  return [SYSUSERS, ...toRootFlags(root), PATHS.users.replace(/.*\//, "")];
}

/**
 * Runs a program of systemd.
 *
 * @throws {ConfigError} If it is not there, may not be run, or fails.
 */
export async function ask(
  io: CliIo,
  command: readonly string[],
): Promise<string> {
  const [program = ""] = command;
  const result = await attempt(io, command);
  if (result.code === 0) return result.out;
  const words = [program.replace(/.*\//, ""), ...command.slice(1)].join(" ");
  throw new ConfigError(
    `Cannot run "${words}": ${
      result.error.trim().replaceAll("\n", " ") || `it ends with ${result.code}`
    }`,
    { option: program },
  );
}

async function attempt(
  io: CliIo,
  command: readonly string[],
): Promise<ProgramResult> {
  const [program = ""] = command;
  try {
    return await io.runProgram(command);
  } catch (cause) {
    if (
      !(cause instanceof Deno.errors.NotFound ||
        cause instanceof Deno.errors.NotCapable)
    ) throw cause;
    const why = cause instanceof Deno.errors.NotFound
      ? "it is not there, the service needs a system with systemd"
      : "this process may run nothing, use the executable";
    throw new ConfigError(`Cannot run "${program}": ${why}`, {
      option: program,
    }, { cause });
  }
}

/**
 * Changes a file of the system.
 *
 * @throws {ConfigError} If this user may not.
 */
export async function changing<T>(
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (
      !(cause instanceof Deno.errors.PermissionDenied ||
        cause instanceof Deno.errors.NotCapable)
    ) throw cause;
    throw new ConfigError(
      `Cannot change "${path}": permission denied, run it as root (sudo)`,
      { option: "--root", file: path },
      { cause },
    );
  }
}

/**
 * Checks whether there is a text file.
 *
 * @returns True also for one that this user may not read.
 */
export async function isThere(io: CliIo, path: string): Promise<boolean> {
  try {
    await io.readTextFile(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.PermissionDenied) return true;
    throw error;
  }
}

function toRootFlags(root: string): readonly string[] {
  return root === "" ? [] : [`--root=${root}`];
}
