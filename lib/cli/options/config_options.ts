/**
 * Where a configuration comes from: the file, the environment and the options
 * of commands that use one.
 *
 * @module
 */
import {
  type BrokerSettings,
  brokerSettingsOf,
} from "#lib/app/broker_settings.ts";
import { readText } from "#lib/app/named_files.ts";
import type { SecretSources } from "#lib/app/secrets.ts";
import {
  type ConfigResult,
  type Configuration,
  configure,
} from "#lib/config/configuration.ts";
import type { ConfigSource } from "#lib/config/config_file.ts";
import { readEnvFile } from "#lib/config/env_file.ts";
import { type Environment, layerOfOptions } from "#lib/config/layers.ts";
import { SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import { formatMistake } from "#lib/config/source.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { suggest } from "#lib/base/suggest.ts";
import type { CliContext, CommandInput, OptionDefinition } from "../command.ts";
import type { CliIo } from "../io.ts";
import { DRIVER_FILE_OPTION } from "./script_files.ts";

/** Name of the file. */
export const CONFIG_FILE = "smartbike.yaml";

/** Variable that names the file. */
const CONFIG_VARIABLE = "SMARTBIKE_CONFIG";

/** How the names of this program's own variables begin. */
const OWN_PREFIX = "SMARTBIKE_";

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
      "file of variables, such as ~/.env; the environment overrides it",
  },
  DRIVER_FILE_OPTION,
];

/** The option that sets options of drivers. */
export const DRIVER_OPTION: OptionDefinition = {
  flags: "--option <driver.name=value>",
  description:
    "an option of a device, for example trainer.address=…; of the second of a kind: heart-rate-2.address=…",
  isRepeatable: true,
};

/** A configuration that was read. */
export interface LoadedConfig extends ConfigResult {
  /** The file it stands in; undefined where there is none. */
  readonly file: string | undefined;
  /** Where its secrets are read from. */
  readonly secrets: SecretSources;
}

/**
 * Reads the configuration.
 *
 * @param context The environment, the files and the drivers there are.
 * @param chosen Drivers to run in the place of the file's devices.
 * @returns The configuration, with what is wrong with it.
 * @throws {ConfigError} If a file that was named cannot be read.
 */
export async function loadConfig(
  { options, settings }: CommandInput,
  { io, drivers, log, output }: CliContext,
  chosen?: readonly DriverDefinition[],
): Promise<LoadedConfig> {
  for (const slip of findSlips(io.envNames())) output.warn(slip);
  const environment = await readEnvironment(options.text("env-file"), io);
  const source = await findConfig(options.text("config"), io, environment);
  const result = configure({
    drivers: await drivers(),
    source,
    environment,
    options: layerOfOptions(options, settings),
    chosen,
    deviceOptions: options.texts("option"),
  });
  const conceal = (secret: string) => log.conceal(secret);
  const secrets = { environment, files: io, conceal };
  return { ...result, file: source?.file, secrets };
}

/**
 * Insists on a configuration without mistakes.
 *
 * @param context Where several mistakes are printed, one a line.
 * @throws {ConfigError} If it has a mistake.
 */
export function requireSound(
  { configuration, mistakes }: ConfigResult,
  { output }: Pick<CliContext, "output">,
): Configuration {
  const [first, ...others] = mistakes;
  if (first === undefined) return configuration;
  const { origin, path } = first;
  const isAlone = others.length === 0;
  if (!isAlone) {
    for (const mistake of mistakes) output.note(formatMistake(mistake));
  }
  throw new ConfigError(
    isAlone
      ? formatMistake(first)
      : `Cannot use the configuration: ${mistakes.length} settings are wrong, correct those above`,
    {
      option: "name" in origin ? origin.name : path,
      ...(origin.kind === "file" && { file: origin.file, line: origin.line }),
    },
  );
}

/**
 * Finds out which broker a command uses, and how.
 *
 * @param context Where mistakes and warnings are printed.
 * @returns The broker and the account.
 * @throws {ConfigError} If the configuration has a mistake, or a secret cannot be read.
 */
export async function requireBroker(
  loaded: LoadedConfig,
  context: Pick<CliContext, "output">,
): Promise<BrokerSettings> {
  const configuration = requireSound(loaded, context);
  const settings = await brokerSettingsOf(configuration, loaded.secrets);
  if (settings.connect.tls?.insecure) {
    context.output.warn(
      "the broker's certificate is not checked, any server can pose as it",
    );
  }
  return settings;
}

/** Finds variables of the environment that are meant for this program, and misspelt. */
function findSlips(names: readonly string[]): readonly string[] {
  const own = [
    CONFIG_VARIABLE,
    ...placedSettings(SCHEMA).flatMap(({ setting }) => setting.variables ?? []),
  ].filter((name) => name.startsWith(OWN_PREFIX))
    .map((name) => name.slice(OWN_PREFIX.length));
  return names.filter((name) => name.startsWith(OWN_PREFIX)).flatMap((name) => {
    const rest = name.slice(OWN_PREFIX.length);
    const near = own.includes(rest) ? undefined : suggest(rest, own);
    return near === undefined
      ? []
      : [`there is no variable ${name}, did you mean ${OWN_PREFIX}${near}?`];
  });
}

async function findConfig(
  path: string | undefined,
  io: CliIo,
  environment: Environment,
): Promise<ConfigSource | undefined> {
  if (path !== undefined) {
    return { file: path, text: await readText(io, "--config", path) };
  }
  const named = environment(CONFIG_VARIABLE)?.value;
  if (named === "") {
    throw new ConfigError(
      `Cannot use ${CONFIG_VARIABLE}: it is empty, expected the path of a file`,
      { option: CONFIG_VARIABLE },
    );
  }
  if (named !== undefined) {
    return { file: named, text: await readText(io, CONFIG_VARIABLE, named) };
  }
  for (const file of searchPath(environment)) {
    try {
      return { file, text: await io.readTextFile(file) };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        // The same error as for a file that was named.
        return { file, text: await readText(io, "configuration", file) };
      }
    }
  }
  return undefined;
}

/** The places where a configuration is looked for; the first that is there counts. */
function searchPath(environment: Environment): readonly string[] {
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
