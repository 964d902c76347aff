/**
 * What each source says of settings: the file, the environment and the command
 * line. The first that says something counts.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { optionsOf } from "#lib/driver/driver_options.ts";
import { withPort } from "#lib/mqtt/broker_address.ts";
import { suggest } from "#lib/base/suggest.ts";
import { checkValue, type ValueRule } from "#lib/base/value_rule.ts";
import type { Mistake, Origin, SettingDefinition, Sourced } from "./setting.ts";
import { SETTINGS } from "./settings_table.ts";

/** What one source says, and what is wrong with it. */
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
   * @param name Its name.
   * @returns Its value and the file of variables it stands in, if it is one; undefined if it is not set.
   */
  (
    name: string,
  ): { readonly value: string; readonly file?: string } | undefined;
}

/** Reads options of the command line. */
export interface GivenOptions {
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
 * What the command line says.
 *
 * @param options Its options.
 * @returns Settings whose option was given.
 */
export function layerOfOptions(options: GivenOptions): Layer {
  const layer = new LayerBuilder();
  for (const definition of SETTINGS) {
    const { option, type, isOptionInverted = false } = definition;
    if (option === undefined) continue;
    const origin: Origin = { kind: "option", name: `--${option}` };
    if (type === "flag") {
      if (options.flag(option)) {
        layer.values.set(definition.path, { value: !isOptionInverted, origin });
      }
      continue;
    }
    const text = options.text(option);
    if (text !== undefined) layer.take(definition, text, origin);
  }
  return layer;
}

/**
 * What the environment says. An empty variable of a setting is a mistake, not
 * an absence.
 *
 * @param environment Reads variables.
 * @returns Settings whose variable is set; `MQTT_PORT` belongs to the host beside it.
 */
export function layerOfEnvironment(environment: Environment): Layer {
  const layer = new LayerBuilder();
  for (const definition of SETTINGS) {
    const { variables = [] } = definition;
    const name = variables.find((name) => environment(name) !== undefined);
    const found = name === undefined ? undefined : environment(name);
    if (name === undefined || found === undefined) continue;
    const text = definition.advice === undefined
      ? found.value.trim()
      : found.value;
    layer.take(definition, text, variableOrigin(name, found.file));
  }
  return layer;
}

/** The port of the predecessor's variables, which stands apart from the host. */
export const PORT_VARIABLE = "MQTT_PORT";

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
 * @param environment Reads the variable.
 * @returns The address with that port, or what is wrong with it; undefined if nothing changes.
 */
export function withPortOfEnvironment(
  address: Sourced,
  environment: Environment,
): Sourced | Mistake | undefined {
  const found = environment(PORT_VARIABLE);
  if (found === undefined || address.origin.kind === "option") return undefined;
  const origin = variableOrigin(PORT_VARIABLE, found.file);
  const checked = checkValue(PORT_RULE, found.value);
  if (checked.value === undefined) {
    return {
      path: "broker.address",
      origin,
      found: `it is the text "${found.value}"`,
      expected: checked.expected,
    };
  }
  const value = withPort(String(address.value), Number(checked.value));
  const isHost = address.origin.kind === "variable";
  return { value, origin: isHost ? address.origin : origin };
}

/**
 * What the environment says of the first device of a driver.
 *
 * @param definition The driver.
 * @param environment Reads variables.
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
    layer.take({ ...option, path: name }, found.value.trim(), origin);
  }
  return layer;
}

function variableOrigin(name: string, file?: string): Origin {
  return { kind: "variable", name, ...(file !== undefined && { file }) };
}

class LayerBuilder implements Layer {
  readonly values = new Map<string, Sourced>();
  readonly mistakes: Mistake[] = [];

  take(definition: SettingDefinition, text: string, origin: Origin): void {
    const { path, advice, choices = [] } = definition;
    const checked = checkValue(definition, text);
    if (checked.value !== undefined) {
      this.values.set(path, { value: checked.value, origin });
      return;
    }
    this.mistakes.push({
      path,
      origin,
      found: advice === undefined || text === ""
        ? `it is the text "${text}"`
        : "it cannot be used",
      expected: checked.expected,
      suggestion: suggest(text, choices),
    });
  }
}
