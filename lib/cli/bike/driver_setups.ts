/**
 * From names and options to drivers that can be started.
 *
 * @module
 */
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import type { DriverSetup } from "#lib/driver/driver_host.ts";
import {
  checkOptions,
  optionsFromEnvironment,
} from "#lib/driver/driver_options.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { CliContext, OptionDefinition, OptionValues } from "../command.ts";
import type { DriverWorld } from "./driver_world.ts";

/** The option that sets options of drivers. */
export const DRIVER_OPTION: OptionDefinition = {
  flags: "--option <driver.name=value>",
  description:
    "an option of a driver, for example trainer.address=…; of the second of a kind: heart-rate-2.address=…",
  isRepeatable: true,
};

/** An option of a driver, as it was written. */
interface GivenOption {
  /** Id of the driver's device. */
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/**
 * Finds drivers and their options.
 *
 * @param world Names of drivers, of which one may stand there several times.
 * @param options The command's options.
 * @param context The drivers there are, and the environment.
 * @returns What a host can start. Options of the environment hold for the first of each kind, where the devices are real.
 * @throws {UsageError} If a driver is unknown, or an option belongs to none.
 * @throws {ConfigError} If an option is unknown, or its value impossible.
 */
export function parseDrivers(
  { names, isImitated = false }: Pick<DriverWorld, "names" | "isImitated">,
  options: OptionValues,
  context: CliContext,
): readonly DriverSetup[] {
  const given = options.texts("option").map(parseOption);
  const counts = new Map<string, number>();
  const setups = names.map((name): DriverSetup => {
    const definition = findDriver(name, context);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const id = count === 1 ? name : `${name}-${count}`;
    const environment = count === 1 && !isImitated
      ? optionsFromEnvironment(
        definition,
        (variable) => context.io.env(variable),
      )
      : {};
    const own = given.filter((option) => option.id === id)
      .map(({ name, value }) => [name, value]);
    const values = { ...environment, ...Object.fromEntries(own) };
    return { definition, id, options: checkOptions(definition, values) };
  });
  const ids = setups.flatMap(({ id }) => id ?? []);
  const stray = given.find(({ id }) => !ids.includes(id));
  if (!stray) return setups;
  throw new UsageError(
    `Cannot use --option "${stray.text}": no driver "${stray.id}" is run${
      didYouMean(stray.id, ids)
    }`,
    "--option",
  );
}

function findDriver(name: string, { drivers }: CliContext) {
  const found = drivers.find((driver) => driver.name === name);
  if (found) return found;
  const names = drivers.map((driver) => driver.name);
  throw new UsageError(
    `Cannot run driver "${name}": there is none${
      didYouMean(name, names) || `, expected ${names.join(", ")}`
    }`,
    name,
  );
}

function parseOption(text: string): GivenOption {
  const { id, name, value } =
    /^(?<id>[\w-]+)\.(?<name>[\w-]+)=(?<value>.*)$/s.exec(text)?.groups ?? {};
  if (id && name && value !== undefined) return { id, name, value, text };
  throw new ConfigError(
    `Cannot use --option "${text}": expected DRIVER.NAME=VALUE`,
    { option: "--option", value: text },
  );
}

/** Options that say which device of this machine is meant. */
const PLACES = ["address", "name-prefix", "adapter"];

/**
 * The same driver for a device that is code: whichever fits.
 *
 * @param setup A driver for a device of this machine.
 * @returns The driver without the options that name its device.
 */
export function anywhere(setup: DriverSetup): DriverSetup {
  const options = Object.entries(setup.options ?? {})
    .filter(([name]) => !PLACES.includes(name));
  return { ...setup, options: Object.fromEntries(options) };
}
