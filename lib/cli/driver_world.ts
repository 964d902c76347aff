/**
 * What drivers run in: the hardware of this machine, a simulated ride, or a
 * captured one.
 *
 * @module
 */
import type { Clock } from "#lib/clock.ts";
import { ConfigError, UsageError } from "#lib/errors.ts";
import type { Hardware } from "#lib/host/driver.ts";
import { parseFaults } from "#lib/simulator/faults.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import type {
  CliContext,
  CommandInput,
  OptionDefinition,
  OptionValues,
} from "./command.ts";

const GROUP = "Simulation:";

/** Options that say what drivers run in. */
export const WORLD_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--seed <number>",
    description: "what is left to chance in a simulated ride (default: 1)",
  },
  {
    flags: "--speed-up <factor>",
    description:
      "how many times faster than real a simulated or replayed ride goes (default: 1)",
  },
  {
    flags: "--faults <list>",
    description:
      "what goes wrong in a simulated ride: drop-outs, late-answers, truncated-frames, sleep, or all (default: nothing)",
  },
].map((option) => ({ ...option, group: GROUP }));

/** Drivers of a simulated ride where nobody names any. */
const SIMULATED_DRIVERS = ["heart-rate", "trainer", "climb", "fan", "cadence"];

/** What drivers run in. */
export interface DriverWorld extends AsyncDisposable {
  /** Names of the drivers to run. */
  readonly names: readonly string[];
  /** Radios, ports and pins. */
  readonly hardware: Hardware;
  /** Where all of it gets its time from; the machine's time if left out. */
  readonly clock?: Clock;
  /** Aborts when there is nothing more to come. */
  readonly ended: AbortSignal;
}

/**
 * Finds out what drivers run in.
 *
 * @param input The command line.
 * @param context The hardware of this machine.
 * @returns The world.
 * @throws {UsageError} If an option does not go with the world.
 * @throws {ConfigError} If a number or a fault cannot be understood.
 */
export function chooseWorld(
  { operands, options }: CommandInput,
  { hardware }: CliContext,
): DriverWorld {
  const [first, ...rest] = operands;
  if (first === "simulated") return simulatedWorld(rest, options, hardware);
  for (const name of ["seed", "speed-up", "faults"]) {
    if (options.text(name) === undefined) continue;
    throw new UsageError(
      `Cannot use --${name} with real devices: it is for "driver simulated"`,
      `--${name}`,
    );
  }
  return {
    names: operands,
    hardware,
    ended: new AbortController().signal,
    [Symbol.asyncDispose]: () => hardware.ble[Symbol.asyncDispose](),
  };
}

function simulatedWorld(
  names: readonly string[],
  options: OptionValues,
  hardware: Hardware,
): DriverWorld {
  const ride = simulatedRide({
    seed: parseNumber(options, "seed", 1),
    speedUp: parseNumber(options, "speed-up", 1),
    faults: parseFaults(options.text("faults") ?? ""),
  });
  return {
    names: names.length > 0 ? names : SIMULATED_DRIVERS,
    hardware: { ...hardware, ble: ride.central },
    clock: ride.clock,
    ended: new AbortController().signal,
    [Symbol.asyncDispose]: () => ride[Symbol.asyncDispose](),
  };
}

/** How much faster than real anything can go, and the largest seed. */
const MAXIMUM = { "speed-up": 1000, seed: 2 ** 32 - 1 } as const;

function parseNumber(
  options: OptionValues,
  name: keyof typeof MAXIMUM,
  fallback: number,
): number {
  const text = options.text(name);
  if (text === undefined) return fallback;
  const number = Number(text);
  if (text.trim() !== "" && number > 0 && number <= MAXIMUM[name]) {
    return number;
  }
  throw new ConfigError(
    `Cannot use --${name} "${text}": expected a number above 0, at most ${
      MAXIMUM[name]
    }`,
    { option: `--${name}`, value: text },
  );
}
