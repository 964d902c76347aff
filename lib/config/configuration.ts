/**
 * The configuration of the program: all sources together, checked as a whole.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { type ConfigSource, readConfigFile } from "./config_file.ts";
import { crossCheck } from "./cross_check.ts";
import { chooseDevices, setDeviceOptions } from "./device_sources.ts";
import type { ConfiguredDevice } from "./devices.ts";
import {
  type Environment,
  type Layer,
  layerOfEnvironment,
  withPortOfEnvironment,
} from "./layers.ts";
import { addPresets, RANKS } from "./presets.ts";
import { type Config, SCHEMA } from "./schema.ts";
import { readGroup } from "./setting.ts";
import type { Mistake, SettingOrigin, Sourced } from "./source.ts";

/** Where a configuration comes from. */
interface ConfigSources {
  /** The drivers there are. */
  readonly drivers: readonly DriverDefinition[];
  /** The file, if there is one. */
  readonly source?: ConfigSource | undefined;
  /**
   * The environment.
   *
   * @default no variable is set
   */
  readonly environment?: Environment;
  /** The settings of the command line. */
  readonly options?: Layer;
  /** Drivers to run in the place of the file's devices. */
  readonly chosen?: readonly DriverDefinition[] | undefined;
  /** Options of devices, each as `id.name=value`. */
  readonly deviceOptions?: readonly string[];
}

/** All that is configured. */
export interface Configuration {
  /** The settings but those of devices. */
  readonly config: Config;
  /** The devices. */
  readonly devices: readonly ConfiguredDevice[];
  /** What was given, by path; the rest are defaults. */
  readonly given: ReadonlyMap<string, Sourced>;
}

/** A configuration, and what is wrong with it. */
export interface ConfigResult {
  /** As far as it can be used; whole only without mistakes. */
  readonly configuration: Configuration;
  /** Everything that is wrong. */
  readonly mistakes: readonly Mistake[];
}

/**
 * Brings the sources together: command line before environment before file
 * before defaults.
 *
 * @returns The configuration and all mistakes.
 *
 * @example Usage
 * ```ts
 * import { configure } from "#lib/config/configuration.ts";
 * import assert from "node:assert/strict";
 *
 * const { configuration: { config }, mistakes } = configure({
 *   source: { file: "smartbike.yaml", text: "bike: { id: 000007 }\n" },
 *   environment: (name) => name === "MQTT_HOST" ? { value: "bike.local" } : undefined,
 *   drivers: [],
 * });
 * assert.deepEqual(mistakes, []);
 * assert.equal(config.bike.id, "000007");
 * assert.equal(config.broker.address, "bike.local");
 * assert.equal(config.topics.idle.repeatMs, 1000);
 * ```
 */
export function configure(sources: ConfigSources): ConfigResult {
  const { source, drivers, environment = () => undefined } = sources;
  const { options = { values: new Map<string, Sourced>(), mistakes: [] } } =
    sources;
  const file = source
    ? readConfigFile(source, drivers)
    : { contents: { values: new Map(), devices: undefined }, mistakes: [] };
  const variables = layerOfEnvironment(environment);
  const given = new Map([
    ...file.contents.values,
    ...variables.values,
    ...options.values,
  ]);
  const isOverridden = ({ path }: Mistake) => options.values.has(path);
  const mistakes = [
    ...options.mistakes,
    ...variables.mistakes.filter((mistake) => !isOverridden(mistake)),
    ...file.mistakes,
  ];
  keepAccountFromOthers(given, file.contents.values);
  for (const group of ["broker", "embeddedBroker"]) keepOneSecret(given, group);
  setPort(given, environment, mistakes);
  addPresets(given);
  const devices = setDeviceOptions(
    chooseDevices(file.contents.devices ?? [], sources.chosen),
    { environment, given: sources.deviceOptions ?? [] },
    mistakes,
  );
  const config = readGroup(SCHEMA, given);
  const configuration = { config, devices, given };
  // Rules between settings are of no use while one of them is wrong.
  if (mistakes.length === 0) mistakes.push(...crossCheck(configuration));
  return { configuration, mistakes };
}

/**
 * Where a setting's value comes from.
 *
 * @returns Its origin; `default` if it was not given.
 */
export function originOf(
  { given }: Pick<Configuration, "given">,
  path: string,
): SettingOrigin {
  return given.get(path)?.origin ?? { kind: "default" };
}

/** The account and the certificates of a file are for the broker that it names, and for no other. */
function keepAccountFromOthers(
  given: Map<string, Sourced>,
  file: ReadonlyMap<string, Sourced>,
): void {
  const [address, own] = [given, file].map((one) => one.get("broker.address"));
  if (own === undefined || address?.value === own.value) return;
  for (const [path, { origin }] of given) {
    const isAccount = /^broker\.(username|password|tls\.)/.test(path);
    if (isAccount && origin.kind === "file") given.delete(path);
  }
}

/** A password of one source takes the place of that of another, however each is given. */
function keepOneSecret(given: Map<string, Sourced>, group: string): void {
  const paths = ["password", "passwordFile", "passwordEnv"]
    .map((key) => `${group}.${key}`);
  const first = RANKS.find((kind) =>
    paths.some((path) => given.get(path)?.origin.kind === kind)
  );
  for (const path of paths) {
    if (given.get(path)?.origin.kind !== first) given.delete(path);
  }
}

function setPort(
  given: Map<string, Sourced>,
  environment: Environment,
  mistakes: Mistake[],
): void {
  const address = given.get("broker.address") ??
    { value: "localhost", origin: { kind: "default" } };
  const changed = withPortOfEnvironment(address, environment);
  if (changed === undefined) return;
  if ("value" in changed) given.set("broker.address", changed);
  else mistakes.push(changed);
}
