/**
 * Configurations from texts, variables and options.
 *
 * @module
 */
import { DRIVERS } from "#drivers/all.ts";
import { type ConfigResult, configure } from "#lib/config/configuration.ts";
import { layerOfOptions } from "#lib/config/layers.ts";
import { SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import { formatMistake } from "#lib/config/source.ts";

/** What a configuration is made of. */
export interface Given {
  /** The file's text. */
  readonly text?: string;
  /** The environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file of variables. */
  readonly envFile?: Readonly<Record<string, string>>;
  /** Options that take a value. */
  readonly options?: Readonly<Record<string, string>>;
  /** Options that take none. */
  readonly flags?: readonly string[];
  /** Options of devices. */
  readonly deviceOptions?: readonly string[];
  /** Names of drivers that the command line names. */
  readonly chosen?: readonly string[];
}

/** Brings them together, with all real drivers. */
export function configureFrom(given: Given): ConfigResult {
  const { text, env = {}, envFile = {}, options = {}, flags = [] } = given;
  return configure({
    source: text === undefined ? undefined : { file: "f.yaml", text },
    environment: (name) => {
      if (env[name] !== undefined) return { value: env[name] };
      const value = envFile[name];
      return value === undefined ? undefined : { value, file: ".env" };
    },
    options: layerOfOptions({
      text: (name) => options[name],
      flag: (name) => flags.includes(name),
    }, placedSettings(SCHEMA).filter(({ path }) => !/^embedded/.test(path))),
    deviceOptions: given.deviceOptions ?? [],
    chosen: given.chosen?.flatMap((name) =>
      DRIVERS.filter((driver) => driver.name === name)
    ),
    drivers: DRIVERS,
  });
}

/** What is wrong, one line a mistake. */
export function mistakesOf(given: Given): readonly string[] {
  return configureFrom(given).mistakes.map(formatMistake);
}
