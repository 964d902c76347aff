/**
 * `smartbike driver list`: all drivers and their options.
 *
 * @module
 */
import type {
  DriverDefinition,
  DriverOption,
  OptionGroup,
} from "#lib/driver/driver.ts";
import { COMMON_OPTIONS, optionsOf } from "#lib/driver/driver_options.ts";
import { QUIRK_OPTIONS } from "#lib/driver/quirk_options.ts";
import type { ValueRule } from "#lib/base/value_rule.ts";
import type { Output } from "../output.ts";

const HEADINGS: Readonly<Record<OptionGroup, string>> = {
  BLE: "Options of all BLE drivers",
  serial: "Options of all serial drivers",
  quirks: "Options for odd devices, of the drivers that name them",
};

/** What is printed of options. */
interface Detail {
  /** Whether values, and who needs an option, are printed too. */
  readonly isVerbose: boolean;
}

/**
 * Prints all drivers; options that several have in common once, at the end.
 *
 * @param output Where they are printed.
 * @param detail How much of each option is printed.
 */
export function listDrivers(
  drivers: readonly DriverDefinition[],
  output: Output,
  detail: Detail,
): void {
  const lines = [
    ...drivers.flatMap((driver) => driverLines(driver, detail)),
    ...groupLines("BLE", drivers, detail),
    ...groupLines("serial", drivers, detail),
    ...(detail.isVerbose ? groupLines("quirks", drivers, detail) : []),
    "Options of all drivers",
    ...COMMON_OPTIONS.flatMap((option) => optionLines(option, detail)),
  ];
  for (const line of lines) output.line(line);
  if (!detail.isVerbose) {
    output.note('"driver list --verbose" prints values, and all options');
  }
}

function driverLines(
  { name, summary, transport, options }: DriverDefinition,
  detail: Detail,
): readonly string[] {
  const own = options.filter(({ group }) => group === undefined);
  const quirks = options.filter(({ group }) => group === "quirks")
    .map((option) => option.name);
  return [
    `${name.padEnd(14)}${transport.padEnd(8)}${summary}`,
    ...own.flatMap((option) => optionLines(option, detail)),
    ...(quirks.length > 0 ? [`  for odd devices: ${quirks.join(", ")}`] : []),
  ];
}

function groupLines(
  group: OptionGroup,
  drivers: readonly DriverDefinition[],
  detail: Detail,
): readonly string[] {
  const options = new Map(
    drivers.flatMap(optionsOf).filter((option) => option.group === group)
      .map((option) => [option.name, option]),
  );
  return [
    HEADINGS[group],
    ...[...options.values()].flatMap((option) => optionLines(option, detail)),
  ];
}

function optionLines(
  option: DriverOption,
  { isVerbose }: Detail,
): readonly string[] {
  const { name, summary } = option;
  const line = `  ${name.padEnd(24)}${summary}`;
  if (!isVerbose) return [line];
  const who = WHO.get(name);
  const more = [
    `values: ${valuesOf(option)}`,
    ...(who === undefined ? [] : [`for ${who}`]),
  ];
  return [line, ...more.map((text) => `${" ".repeat(26)}${text}`)];
}

const WHO: ReadonlyMap<string, string> = new Map(
  Object.values(QUIRK_OPTIONS).map(({ name, who }) => [name, who]),
);

/** What an option can be set to, in words. */
function valuesOf(rule: ValueRule): string {
  const { type, choices, min, max, expected } = rule;
  if (choices) return choices.join(", ");
  if (type === "flag") return "true, false";
  if (type === "text") return expected ?? "a text";
  const range = min === undefined || max === undefined
    ? ""
    : ` from ${min} to ${max}`;
  return `a ${rule.isInteger ? "whole " : ""}number${range}`;
}
