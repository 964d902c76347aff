/**
 * Options that say how hard a rider rides.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import type { RiderSettings } from "#lib/workout/workout.ts";
import type { OptionDefinition, OptionValues } from "../command.ts";

/** The options of commands that scale power to a rider. */
export const RIDER_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--ftp <watts>",
    description:
      "the rider's functional threshold power (default: rider.ftpWatts of the configuration)",
  },
  {
    flags: "--intensity <percent>",
    description: "ride all powers at so much, 50 to 150 (default: 100)",
  },
];

/**
 * Reads a number that an option gives.
 *
 * @param options The options.
 * @param name The option, without dashes.
 * @param range The numbers it may be.
 * @returns The number; undefined if it was not given.
 * @throws {UsageError} If it is none of them.
 */
export function numberOption(
  options: OptionValues,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const number = Number(text.replace(/%$/, "").trim() || NaN);
  if (number >= min && number <= max) return number;
  throw new UsageError(
    `Cannot use --${name} "${text}": expected a number from ${min} to ${max}`,
    `--${name}`,
  );
}

/**
 * Reads who rides.
 *
 * @param options The options.
 * @param defaults What holds where they say nothing.
 * @returns The rider, as far as known.
 * @throws {UsageError} If an option is out of range.
 */
export function riderOf(
  options: OptionValues,
  defaults: Partial<RiderSettings> = {},
): Partial<RiderSettings> {
  const ftpWatts = numberOption(options, "ftp", { min: 50, max: 600 }) ??
    defaults.ftpWatts;
  const percent = numberOption(options, "intensity", { min: 50, max: 150 });
  const intensity = percent === undefined ? defaults.intensity : percent / 100;
  return {
    ...(ftpWatts !== undefined && { ftpWatts }),
    ...(intensity !== undefined && { intensity }),
  };
}
