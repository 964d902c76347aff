/**
 * The configuration of the program: what all sources say, checked as a whole.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { optionsOf } from "#lib/driver/driver_options.ts";
import { suggest } from "#lib/base/suggest.ts";
import { checkValue } from "#lib/base/value_rule.ts";
import { type ConfigSource, readConfigFile } from "./config_file.ts";
import { crossCheck } from "./cross_check.ts";
import type { FileDevice } from "./file_devices.ts";
import {
  deviceOptionsOfEnvironment,
  type Environment,
  type GivenOptions,
  layerOfEnvironment,
  layerOfOptions,
  withPortOfEnvironment,
} from "./layers.ts";
import type { Mistake, Origin, Sourced } from "./setting.ts";
import { Settings } from "./settings.ts";

/** Where a configuration comes from. */
export interface ConfigSources {
  /** The file, if there is one. */
  readonly source?: ConfigSource | undefined;
  /** The environment. */
  readonly environment: Environment;
  /** The options of the command line. */
  readonly options: GivenOptions;
  /** Options of devices, each as `id.name=value`. */
  readonly deviceOptions: readonly string[];
  /** The drivers there are. */
  readonly drivers: readonly DriverDefinition[];
}

/** All that is configured. */
export interface Configuration {
  /** The settings but those of devices. */
  readonly settings: Settings;
  /** The devices. */
  readonly devices: readonly FileDevice[];
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
 * @param sources The sources.
 * @returns The configuration and all mistakes.
 *
 * @example Usage
 * ```ts
 * import { configure } from "#lib/config/configuration.ts";
 * import assert from "node:assert/strict";
 *
 * const { configuration, mistakes } = configure({
 *   source: { file: "smartbike.yaml", text: "bike: { id: 000007 }\n" },
 *   environment: (name) => name === "MQTT_HOST" ? { value: "bike.local" } : undefined,
 *   options: { text: () => undefined, flag: () => false },
 *   deviceOptions: [],
 *   drivers: [],
 * });
 * assert.deepEqual(mistakes, []);
 * assert.equal(configuration.settings.text("bike.id"), "000007");
 * assert.equal(configuration.settings.text("broker.address"), "bike.local");
 * ```
 */
export function configure(sources: ConfigSources): ConfigResult {
  const { source, environment, drivers } = sources;
  const file = source
    ? readConfigFile(source, drivers)
    : { contents: { values: new Map(), devices: undefined }, mistakes: [] };
  const variables = layerOfEnvironment(environment);
  const options = layerOfOptions(sources.options);
  const values = new Map([
    ...file.contents.values,
    ...variables.values,
    ...options.values,
  ]);
  const mistakes = [
    ...options.mistakes,
    ...variables.mistakes,
    ...file.mistakes,
  ];
  setPort(values, environment, mistakes);
  const devices = setDeviceOptions(
    file.contents.devices ?? [],
    sources,
    mistakes,
  );
  const settings = new Settings(values);
  const configuration = { settings, devices };
  // Rules between settings say nothing sensible of settings that are wrong.
  if (mistakes.length === 0) mistakes.push(...crossCheck(settings));
  return { configuration, mistakes };
}

function setPort(
  values: Map<string, Sourced>,
  environment: Environment,
  mistakes: Mistake[],
): void {
  const address = values.get("broker.address") ??
    { value: "localhost", origin: { kind: "default" } };
  const changed = withPortOfEnvironment(address, environment);
  if (changed === undefined) return;
  if ("value" in changed) values.set("broker.address", changed);
  else mistakes.push(changed);
}

function setDeviceOptions(
  devices: readonly FileDevice[],
  sources: ConfigSources,
  mistakes: Mistake[],
): readonly FileDevice[] {
  const given = sources.deviceOptions.map((text) =>
    parseDeviceOption(text, devices, mistakes)
  );
  return devices.map((device, index) => {
    const { definition, id } = device;
    const first = devices.find((one) => one.definition === definition);
    const variables = first === device
      ? deviceOptionsOfEnvironment(definition, sources.environment)
      : undefined;
    for (const mistake of variables?.mistakes ?? []) {
      const path = `devices.${index}.options.${mistake.path}`;
      mistakes.push({ ...mistake, path });
    }
    const own = given.flatMap((one) =>
      one?.id === id ? [[one.name, one.sourced] as const] : []
    );
    const options = new Map([
      ...device.options,
      ...variables?.values ?? [],
      ...own,
    ]);
    return { ...device, options };
  });
}

/** An option of a device, as the command line gave it. */
interface DeviceOption {
  readonly id: string;
  readonly name: string;
  readonly sourced: Sourced;
}

function parseDeviceOption(
  text: string,
  devices: readonly FileDevice[],
  mistakes: Mistake[],
): DeviceOption | undefined {
  const origin: Origin = { kind: "option", name: "--option" };
  const report = (
    found: string,
    expected: string,
    suggestion?: string,
  ): undefined => {
    mistakes.push({ path: text, origin, found, expected, suggestion });
  };
  const { id, name, value } =
    /^(?<id>[\w-]+)\.(?<name>[\w-]+)=(?<value>.*)$/s.exec(text)?.groups ?? {};
  if (id === undefined || name === undefined) {
    return report("it is no such option", "DEVICE.NAME=VALUE");
  }
  const device = devices.find((one) => one.id === id);
  const ids = devices.map((one) => one.id);
  if (!device) {
    const expected = ids.length === 0 ? "a device in the file" : ids.join(", ");
    return report(`there is no device "${id}"`, expected, suggest(id, ids));
  }
  const known = optionsOf(device.definition);
  const option = known.find((one) => one.name === name);
  if (!option) {
    const names = known.map((one) => one.name);
    return report(
      `"${id}" has no option "${name}"`,
      `one of ${names.join(", ")}`,
      suggest(name, names),
    );
  }
  const checked = checkValue(option, value);
  if (checked.value === undefined) {
    return report("its value cannot be used", checked.expected);
  }
  return { id, name, sourced: { value: checked.value, origin } };
}
