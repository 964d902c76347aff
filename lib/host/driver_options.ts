/**
 * Options of drivers: from what somebody wrote to checked values.
 *
 * @module
 */
import { ConfigError } from "#lib/errors.ts";
import { didYouMean } from "#lib/suggest.ts";
import type {
  DriverDefinition,
  DriverOption,
  DriverOptionValue,
  DriverOptionValues,
} from "./driver.ts";

/** Options that the host itself takes, for every driver. */
export const COMMON_OPTIONS: readonly DriverOption[] = [{
  name: "priority",
  summary:
    "of devices that report the same, the one with the higher number counts, -100 to 100 (default: the driver's own)",
  type: "number",
  min: -100,
  max: 100,
}];

/**
 * Lists the options of a driver.
 *
 * @param definition The driver.
 * @returns Its own options and those of every driver.
 */
export function optionsOf(
  definition: DriverDefinition,
): readonly DriverOption[] {
  return [...definition.options, ...COMMON_OPTIONS];
}

/**
 * Checks the options of a driver.
 *
 * @param definition The driver.
 * @param given What was written: texts from a command line, or values of any type from a file.
 * @returns The values, numbers and flags read from texts where needed.
 * @throws {ConfigError} If an option is unknown or its value impossible; `details.option` is its name.
 *
 * @example Usage
 * ```ts
 * import { checkOptions } from "#lib/host/driver_options.ts";
 * import { bleDriver } from "#lib/host/ble_driver.ts";
 * import assert from "node:assert/strict";
 *
 * const strap = bleDriver({ name: "strap", summary: "a strap", fits: {}, requires: [], start: async () => {} });
 * assert.deepEqual(checkOptions(strap, { adapter: "hci1", priority: "5" }), { adapter: "hci1", priority: 5 });
 * ```
 */
export function checkOptions(
  definition: DriverDefinition,
  given: Readonly<Record<string, unknown>>,
): DriverOptionValues {
  const known = optionsOf(definition);
  const names = known.map(({ name }) => name);
  const values = Object.entries(given).map(([name, value]) => {
    const option = known.find((one) => one.name === name);
    if (option) return [name, checkValue(option, value)] as const;
    throw new ConfigError(
      `Cannot set "${name}" of driver "${definition.name}": it has no such option${
        didYouMean(name, names) || `, expected ${names.join(", ")}`
      }`,
      { option: name },
    );
  });
  return Object.fromEntries(values);
}

/**
 * Takes options that the environment sets, as the predecessor's programs did.
 *
 * @param definition The driver.
 * @param env Reads a variable.
 * @returns The options that are set, as texts; empty variables count as not set.
 */
export function optionsFromEnvironment(
  definition: DriverDefinition,
  env: (name: string) => string | undefined,
): Readonly<Record<string, string>> {
  const values = definition.options.flatMap(({ name, variable }) => {
    const value = variable === undefined ? undefined : env(variable)?.trim();
    return value ? [[name, value]] : [];
  });
  return Object.fromEntries(values);
}

function checkValue(option: DriverOption, value: unknown): DriverOptionValue {
  switch (option.type) {
    case "text":
      return checkText(option, value);
    case "number":
      return checkNumber(option, value);
    case "flag":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      throw refusal(option, value, "true or false");
  }
}

function checkText(option: DriverOption, value: unknown): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.trim() === "") {
    throw refusal(option, value, "a text that is not empty");
  }
  const { choices } = option;
  if (choices && !choices.includes(text)) {
    throw refusal(option, value, choices.join(" or "));
  }
  return text;
}

function checkNumber(option: DriverOption, value: unknown): number {
  const { min = -Infinity, max = Infinity } = option;
  const number = typeof value === "string" && value.trim() !== ""
    ? Number(value)
    : value;
  if (
    typeof number === "number" && Number.isFinite(number) &&
    number >= min && number <= max
  ) return number;
  const isBounded = Number.isFinite(min) && Number.isFinite(max);
  const range = isBounded ? ` from ${min} to ${max}` : "";
  throw refusal(option, value, `a number${range}`);
}

function refusal(
  { name }: DriverOption,
  value: unknown,
  expected: string,
): ConfigError {
  const text = JSON.stringify(value) ?? "nothing";
  return new ConfigError(
    `Cannot use ${text} for option "${name}": expected ${expected}`,
    { option: name, value: text },
  );
}
