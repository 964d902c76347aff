/**
 * Settings of the environment and the command line.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { optionsOf } from "#lib/driver/driver_options.ts";
import { withPort } from "#lib/mqtt/broker_address.ts";
import { suggest } from "#lib/base/suggest.ts";
import { checkValue, type ValueRule } from "#lib/base/value_rule.ts";
import { SCHEMA } from "./schema.ts";
import { type PlacedSetting, placedSettings } from "./setting.ts";
import { optionNameOf } from "./setting_option.ts";
import type { Mistake, SettingOrigin, Sourced } from "./source.ts";

/** The settings of one source, and its mistakes. */
export interface Layer {
  /** Settings by path. */
  readonly values: ReadonlyMap<string, Sourced>;
  /** What cannot be used. */
  readonly mistakes: readonly Mistake[];
}

/** Finds a variable of the environment. */
export interface Environment {
  /**
   * Reads a variable.
   *
   * @returns Its value and the file of variables it stands in, if it is one; undefined if it is not set.
   */
  (
    name: string,
  ): { readonly value: string; readonly file?: string } | undefined;
}

/** Reads options of the command line. */
interface GivenOptions {
  /**
   * Reads an option that takes a value.
   *
   * @param name Its name, without dashes.
   * @returns Its text, or undefined if it was not given.
   */
  text(name: string): string | undefined;
  /**
   * Reads an option that takes none.
   *
   * @param name Its name, without dashes.
   * @returns True if it was given.
   */
  flag(name: string): boolean;
}

/**
 * Reads the settings of the command line.
 *
 * @returns Settings whose option was given.
 */
export function layerOfOptions(
  options: GivenOptions,
  settings: readonly PlacedSetting[],
): Layer {
  const layer = new LayerBuilder();
  for (const { path, setting } of settings) {
    const option = optionNameOf(setting);
    if (option === undefined) continue;
    const { name, sets } = option;
    const origin: SettingOrigin = { kind: "option", name: `--${name}` };
    if (setting.rule.type === "flag") {
      if (options.flag(name)) layer.values.set(path, { value: sets, origin });
      continue;
    }
    const text = options.text(name);
    if (text !== undefined) layer.take(path, setting.rule, text, origin);
  }
  return layer;
}

/**
 * Reads the settings of the environment. An empty variable of a setting is a mistake, not
 * an absence.
 *
 * @returns Settings whose variable is set; `MQTT_PORT` belongs to the host beside it.
 */
export function layerOfEnvironment(environment: Environment): Layer {
  const layer = new LayerBuilder();
  for (const { path, setting } of placedSettings(SCHEMA)) {
    const { variables = [], advice, rule } = setting;
    const name = variables.find((name) => environment(name) !== undefined);
    const found = name === undefined ? undefined : environment(name);
    if (name === undefined || found === undefined) continue;
    const isSecret = advice !== undefined;
    const text = isSecret ? found.value : found.value.trim();
    layer.take(path, rule, text, variableOrigin(name, found.file), isSecret);
  }
  return layer;
}

/** The port of the predecessor's variables, which stands apart from the host. */
const PORT_VARIABLE = "MQTT_PORT";

const PORT_RULE: ValueRule = {
  type: "number",
  min: 1,
  max: 65_535,
  isInteger: true,
};

/**
 * Puts `MQTT_PORT` into the broker's address, unless the command line gave that.
 *
 * @param address The address that holds so far.
 * @returns The address with that port, or what is wrong with it; undefined if nothing changes.
 */
export function withPortOfEnvironment(
  address: Sourced,
  environment: Environment,
): Sourced | Mistake | undefined {
  const found = environment(PORT_VARIABLE);
  if (found === undefined || address.origin.kind === "option") return undefined;
  const origin = variableOrigin(PORT_VARIABLE, found.file);
  const path = "broker.address";
  const checked = checkValue(PORT_RULE, found.value);
  if (checked.value === undefined) {
    return {
      path,
      origin,
      found: describeText(found.value),
      expected: checked.expected,
    };
  }
  const isHost = address.origin.kind === "variable";
  const host = withPort(String(address.value));
  const own = /:(\d+)(?:\/.*)?$/.exec(host)?.[1];
  if (isHost && own !== undefined && Number(own) !== checked.value) {
    return {
      path,
      origin,
      found: `${address.origin.name} says port ${own}`,
      expected: "one port",
    };
  }
  const value = withPort(host, Number(checked.value));
  return { value, origin: isHost ? address.origin : origin };
}

/**
 * Reads the options of a driver's first device from the environment.
 *
 * @returns Options whose variable is set and not empty, and mistakes whose paths are names of options.
 */
export function deviceOptionsOfEnvironment(
  definition: DriverDefinition,
  environment: Environment,
): Layer {
  const layer = new LayerBuilder();
  for (const option of optionsOf(definition)) {
    const { name, variable } = option;
    const found = variable === undefined ? undefined : environment(variable);
    if (variable === undefined || !found || found.value.trim() === "") continue;
    const origin = variableOrigin(variable, found.file);
    layer.take(name, option, found.value.trim(), origin);
  }
  return layer;
}

function variableOrigin(name: string, file?: string): SettingOrigin {
  return { kind: "variable", name, ...(file !== undefined && { file }) };
}

function describeText(text: string): string {
  return text.trim() === "" ? "it is empty" : `found the text "${text}"`;
}

class LayerBuilder implements Layer {
  readonly values = new Map<string, Sourced>();
  readonly mistakes: Mistake[] = [];

  take(
    path: string,
    rule: ValueRule,
    text: string,
    origin: SettingOrigin,
    isSecret = false,
  ): void {
    const checked = checkValue(rule, text);
    if (checked.value !== undefined) {
      this.values.set(path, { value: checked.value, origin });
      return;
    }
    const isShown = !isSecret || text.trim() === "";
    this.mistakes.push({
      path,
      origin,
      found: isShown ? describeText(text) : "its value cannot be used",
      expected: checked.expected,
      suggestion: suggest(text, rule.choices ?? []),
    });
  }
}
