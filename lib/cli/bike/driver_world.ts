/**
 * What drivers run in: the hardware of this machine, a simulated ride, or a
 * captured one.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import { recordCentral } from "#lib/simulator/capture/record_central.ts";
import { ReplayCentral } from "#lib/simulator/capture/replay_central.ts";
import type { Hardware, HardwareOptions } from "#lib/driver/driver.ts";
import type { PeripheralMemory } from "#lib/driver/peripheral_memory.ts";
import { gasMask } from "#lib/simulator/gas_mask.ts";
import { parseFaults } from "#lib/simulator/faults.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import { SimulatedSerialPorts } from "#lib/simulator/simulated_serial_ports.ts";
import type {
  CliContext,
  CommandInput,
  OptionDefinition,
  OptionValues,
} from "../command.ts";
import { DeviceMemory } from "./device_memory.ts";
import { openLines, readText } from "../options/option_files.ts";

const GROUP = "Simulation and capture:";

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
  {
    flags: "--capture <file>",
    description: "write down all that passes the radio, for replay",
  },
].map((option) => ({ ...option, group: GROUP }));

/** Drivers of a simulated ride where nobody names any. */
const SIMULATED_DRIVERS = ["heart-rate", "trainer", "climb", "fan", "cadence"];

/** What drivers run in. */
export interface DriverWorld extends AsyncDisposable {
  /** Names of the drivers to run. */
  readonly names: readonly string[];
  /** Whether its devices are others than those of this machine, which the environment names. */
  readonly isImitated?: boolean;
  /** Radios, ports and pins. */
  readonly hardware: Hardware;
  /** Which devices the drivers of a bike had; left out where devices are not real. */
  readonly memoryOf?: (bikeId: string) => PeripheralMemory;
  /** Where all of it gets its time from; the machine's time if left out. */
  readonly clock?: Clock;
  /** Whether drivers start only when the bike is on the broker. */
  readonly waitsForBroker?: boolean;
  /** Aborts when there is nothing more to come. */
  readonly ended: AbortSignal;
}

/**
 * Finds out what drivers run in.
 *
 * @param input The command line.
 * @param context The hardware of this machine, and files.
 * @param hardwareOptions How the hardware of this machine is used.
 * @returns The world; with `--capture` all that passes its radio is written down.
 * @throws {UsageError} If an option does not go with the world, or a file is not named.
 * @throws {ConfigError} If a number, a fault or a file cannot be used.
 */
export async function chooseWorld(
  input: CommandInput,
  context: CliContext,
  hardwareOptions: HardwareOptions,
): Promise<DriverWorld> {
  const own = context.hardware(hardwareOptions);
  const world = await openWorld(input, context, own);
  const path = input.options.text("capture");
  if (path === undefined) return world;
  const file = await openLines(context.io, "--capture", path);
  const { clock = systemClock, hardware } = world;
  const ble = recordCentral(hardware.ble, (line) => file.write(line), clock);
  return {
    ...world,
    hardware: { ...hardware, ble },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      file[Symbol.dispose]();
    },
  };
}

async function openWorld(
  { operands, options }: CommandInput,
  { drivers, io }: CliContext,
  hardware: Hardware,
): Promise<DriverWorld> {
  const [first, file, ...rest] = operands;
  if (first === "simulated") {
    return simulatedWorld(operands.slice(1), options, hardware);
  }
  refuse(options, ["seed", "faults"], "simulated");
  if (first === "replay") {
    if (file === undefined) {
      throw new UsageError("Cannot replay nothing: name a file", "replay");
    }
    const text = await readText(io, "replay", file);
    const names = drivers.filter(({ transport, name }) =>
      transport === "ble" && name !== "generic"
    ).map(({ name }) => name);
    const world = replayWorld(text, file, options, hardware);
    return { ...world, names: rest.length > 0 ? rest : names };
  }
  refuse(options, ["speed-up"], "simulated or replay");
  const memory = await DeviceMemory.open(io);
  return {
    names: operands,
    hardware,
    memoryOf: (bikeId) => memory.of(bikeId),
    ended: new AbortController().signal,
    async [Symbol.asyncDispose]() {
      await hardware.ble[Symbol.asyncDispose]();
      await memory[Symbol.asyncDispose]();
    },
  };
}

function refuse(
  options: OptionValues,
  names: readonly string[],
  world: string,
): void {
  const name = names.find((one) => options.text(one) !== undefined);
  if (name === undefined) return;
  throw new UsageError(
    `Cannot use --${name} here: it is for "driver ${world}"`,
    `--${name}`,
  );
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
    isImitated: true,
    hardware: {
      ...hardware,
      ble: ride.central,
      serial: new SimulatedSerialPorts([gasMask()], ride.clock),
    },
    clock: ride.clock,
    ended: new AbortController().signal,
    [Symbol.asyncDispose]: () => ride[Symbol.asyncDispose](),
  };
}

function replayWorld(
  text: string,
  file: string,
  options: OptionValues,
  hardware: Hardware,
): Omit<DriverWorld, "names"> {
  const speedUp = parseNumber(options, "speed-up", 1);
  const central = ReplayCentral.open(text, file, { speedUp });
  return {
    isImitated: true,
    hardware: { ...hardware, ble: central },
    clock: central.clock,
    waitsForBroker: true,
    ended: central.ended,
    [Symbol.asyncDispose]: () => central[Symbol.asyncDispose](),
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
