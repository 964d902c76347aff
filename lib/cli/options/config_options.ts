/**
 * Where a configuration comes from: the file, the environment and the options
 * of commands that use one.
 *
 * @module
 */
import {
  type ConfigResult,
  type Configuration,
  configure,
} from "#lib/config/configuration.ts";
import type { ConfigSource } from "#lib/config/config_file.ts";
import { readEnvFile } from "#lib/config/env_file.ts";
import type { Environment } from "#lib/config/layers.ts";
import { formatMistake } from "#lib/config/setting.ts";
import { ConfigError } from "#lib/base/errors.ts";
import type { CliContext, CommandInput, OptionDefinition } from "../command.ts";
import type { CliIo } from "../io.ts";
import { readText } from "./option_files.ts";

/** Name of the file. */
export const CONFIG_FILE = "smartbike.yaml";

/** Variable that names the file. */
const CONFIG_VARIABLE = "SMARTBIKE_CONFIG";

/** The options of every command that reads a configuration. */
export const CONFIG_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--config <file>",
    description:
      `the configuration (default: ${CONFIG_VARIABLE}, else the first of ./${CONFIG_FILE}, ~/.config/smartbike/${CONFIG_FILE}, /etc/smartbike/${CONFIG_FILE})`,
  },
  {
    flags: "--env-file <file>",
    description:
      "file of variables, as the predecessor's ~/.env; the environment comes before it",
  },
];

/** A configuration that was read. */
export interface LoadedConfig extends ConfigResult {
  /** The file it stands in; undefined where there is none. */
  readonly file: string | undefined;
  /** The environment it was read with. */
  readonly environment: Environment;
}

/**
 * Reads the configuration.
 *
 * @param input The command line.
 * @param context The environment, the files and the drivers there are.
 * @returns The configuration, with what is wrong with it.
 * @throws {ConfigError} If a file that was named cannot be read.
 */
export async function loadConfig(
  { options }: CommandInput,
  { io, drivers }: CliContext,
): Promise<LoadedConfig> {
  const environment = await readEnvironment(options.text("env-file"), io);
  const source = await findConfig(options.text("config"), io, environment);
  const result = configure({
    source,
    environment,
    options,
    deviceOptions: options.texts("option"),
    drivers,
  });
  return { ...result, file: source?.file, environment };
}

/**
 * Insists on a configuration without mistakes.
 *
 * @param loaded The configuration.
 * @param context Where mistakes are told, one a line.
 * @returns The configuration.
 * @throws {ConfigError} If it has a mistake.
 */
export function requireSound(
  { configuration, mistakes, file = "the configuration" }: LoadedConfig,
  { output }: CliContext,
): Configuration {
  const [first] = mistakes;
  if (first === undefined) return configuration;
  for (const mistake of mistakes) output.note(formatMistake(mistake));
  const { origin, path } = first;
  const count = mistakes.length === 1
    ? "one mistake"
    : `${mistakes.length} mistakes`;
  throw new ConfigError(
    `Cannot use "${file}": it has ${count}, expected none`,
    {
      option: path,
      ...(origin.kind === "file" && { file: origin.file, line: origin.line }),
    },
  );
}

/**
 * Reads a file that must be there.
 *
 * @param path The file; by default the first that is found.
 * @param io Reads it.
 * @param environment Names it, where the command line does not.
 * @returns The file; undefined if there is none.
 * @throws {ConfigError} If a file that was named cannot be read.
 */
export async function findConfig(
  path: string | undefined,
  io: CliIo,
  environment: Environment,
): Promise<ConfigSource | undefined> {
  if (path !== undefined) {
    return { file: path, text: await readText(io, "--config", path) };
  }
  const named = environment(CONFIG_VARIABLE)?.value;
  if (named !== undefined) {
    return { file: named, text: await readText(io, CONFIG_VARIABLE, named) };
  }
  for (const file of searchPath(environment)) {
    try {
      return { file, text: await io.readTextFile(file) };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        // Told in the words of a file that was named.
        return { file, text: await readText(io, "configuration", file) };
      }
    }
  }
  return undefined;
}

/**
 * The places where a configuration is looked for.
 *
 * @param environment Tells the home of the user.
 * @returns Paths, the first that is there counts.
 */
export function searchPath(environment: Environment): readonly string[] {
  const home = environment("HOME")?.value;
  const base = environment("XDG_CONFIG_HOME")?.value ??
    (home === undefined ? undefined : `${home}/.config`);
  return [
    CONFIG_FILE,
    ...base === undefined ? [] : [`${base}/smartbike/${CONFIG_FILE}`],
    `/etc/smartbike/${CONFIG_FILE}`,
  ];
}

async function readEnvironment(
  file: string | undefined,
  io: CliIo,
): Promise<Environment> {
  const variables = file === undefined
    ? new Map<string, string>()
    : readEnvFile(await readText(io, "--env-file", file));
  return (name) => {
    const own = io.env(name);
    if (own !== undefined) return { value: own };
    const value = variables.get(name);
    return value === undefined || file === undefined
      ? undefined
      : { value, file };
  };
}
