/**
 * Options of drivers: from what somebody wrote to checked values.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import { checkValue } from "#lib/base/value_rule.ts";
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
 * @returns Its own options and those of every driver.
 */
export function optionsOf(
  definition: DriverDefinition,
): readonly DriverOption[] {
  return [...definition.options, ...COMMON_OPTIONS];
}

/**
 * Finds an option of a driver.
 *
 * @param name The name of one, or its other name.
 * @returns The option; undefined if there is none.
 */
export function findOption(
  options: readonly DriverOption[],
  name: string,
): DriverOption | undefined {
  return options.find((one) => one.name === name || one.alias === name);
}

/**
 * Checks the options of a driver.
 *
 * @param given What was written: texts from a command line, or values of any type from a file.
 * @returns The values, numbers and flags read from texts where needed.
 * @throws {ConfigError} If an option is unknown or its value impossible; `details.option` is its name.
 *
 * @example Usage
 * ```ts
 * import { checkOptions } from "#lib/driver/driver_options.ts";
 * import { bleDriver } from "#lib/driver/ble_driver.ts";
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
    const option = findOption(known, name);
    if (option) return [option.name, checkOption(option, value)] as const;
    throw new ConfigError(
      `Cannot set "${name}" of driver "${definition.name}": it has no such option${
        didYouMean(name, names) || `, expected ${names.join(", ")}`
      }`,
      { option: name },
    );
  });
  return Object.fromEntries(values);
}

function checkOption(
  option: DriverOption,
  value: unknown,
): DriverOptionValue {
  const checked = checkValue(option, value);
  if (checked.value !== undefined) return checked.value;
  const text = JSON.stringify(value) ?? "nothing";
  throw new ConfigError(
    `Cannot use ${text} for option "${option.name}": expected ${checked.expected}`,
    { option: option.name, value: text },
  );
}
