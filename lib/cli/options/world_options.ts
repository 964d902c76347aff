/**
 * Options for what drivers run in.
 *
 * @module
 */
import { DeviceMemory } from "#lib/app/device_memory.ts";
import { readText, whyUnusable } from "#lib/app/named_files.ts";
import {
  capturedWorld,
  realWorld,
  replayWorld,
  simulatedWorld,
  type World,
} from "#lib/app/world.ts";
import { ConfigError, SmartbikeError, UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { DriverDefinition, Hardware } from "#lib/driver/driver.ts";
import { parseFaults } from "#lib/simulator/faults.ts";
import type {
  CliContext,
  CommandInput,
  OptionDefinition,
  OptionValues,
} from "../command.ts";
import type { CliIo, LineFile } from "../io.ts";

/** Options for what drivers run in. */
export const WORLD_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--seed <number>",
    description: "seed of the random numbers in a simulated ride (default: 1)",
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
    description: "record all that passes the radio, for replay",
  },
  {
    flags: "--force",
    description: "let --capture overwrite an existing file",
  },
].map((option) => ({ ...option, group: "Simulation and capture:" }));

/** Drivers of a simulated ride if none are named. */
const SIMULATED_DRIVERS = ["heart-rate", "trainer", "climb", "fan", "cadence"];

/** What the first operand can be besides a driver. */
export const OPERAND_WORDS: readonly string[] = ["simulated", "replay", "list"];

/** What the operands of a command ask for. */
export interface WorldRequest {
  /** The hardware of this machine, a simulated ride, or a captured one. */
  readonly kind: "real" | "simulated" | "replay";
  /** The file of a captured ride. */
  readonly file: string;
  /** The drivers that are named; none where the world has its own. */
  readonly chosen: readonly DriverDefinition[];
}

/**
 * Reads the operands `[simulated|replay FILE] [DRIVER…]`.
 *
 * @param drivers The drivers there are.
 * @returns What they ask for.
 * @throws {UsageError} If a driver is unknown, or the file of a replay is not named.
 */
export function parseWorld(
  operands: readonly string[],
  drivers: readonly DriverDefinition[],
): WorldRequest {
  const [first, file = "", ...rest] = operands;
  if (first === "simulated") {
    const chosen = findDrivers(operands.slice(1), drivers);
    return { kind: "simulated", file: "", chosen };
  }
  if (first !== "replay") {
    const chosen = findDrivers(operands, drivers, OPERAND_WORDS);
    return { kind: "real", file: "", chosen };
  }
  if (file === "") {
    throw new UsageError(
      'Cannot replay: FILE is missing, expected one that "--capture" has written',
      "replay",
    );
  }
  return { kind: "replay", file, chosen: findDrivers(rest, drivers) };
}

/**
 * The drivers of a world if none are named.
 *
 * @param drivers The drivers there are.
 * @returns Those whose devices are in the world; none for this machine.
 */
export function usualDrivers(
  kind: WorldRequest["kind"],
  drivers: readonly DriverDefinition[],
): readonly DriverDefinition[] {
  switch (kind) {
    case "real":
      return [];
    case "simulated":
      return SIMULATED_DRIVERS.flatMap((usual) =>
        drivers.filter(({ name }) => name === usual)
      );
    case "replay":
      return drivers.filter(({ transport, name }) =>
        transport === "ble" && name !== "generic"
      );
  }
}

/** Finds drivers by name; the first name may be a slip of one of some other words. */
function findDrivers(
  names: readonly string[],
  drivers: readonly DriverDefinition[],
  words: readonly string[] = [],
): readonly DriverDefinition[] {
  return names.map((name, index) => {
    const found = drivers.find((driver) => driver.name === name);
    if (found) return found;
    const known = drivers.map((driver) => driver.name);
    throw new UsageError(
      `Cannot run driver "${name}": there is none${
        didYouMean(name, index === 0 ? [...known, ...words] : known) ||
        `, expected ${known.join(", ")}`
      }`,
      name,
    );
  });
}

/**
 * Opens what drivers run in.
 *
 * @param request What is asked for.
 * @param context Files, and the hardware of this machine.
 * @param powerOn Whether radios are switched on.
 * @returns The world; with `--capture` all that passes its radio is recorded.
 * @throws {UsageError} If an option does not go with the world.
 * @throws {ConfigError} If a number, a fault or a file cannot be used.
 */
export async function openWorld(
  request: WorldRequest,
  { options }: CommandInput,
  { io, hardware }: CliContext,
  powerOn: boolean,
): Promise<World> {
  const isForced = options.flag("force");
  const real = await hardware({ powerOn });
  const world = await makeWorld(request, options, io, real);
  const path = options.text("capture");
  if (path === undefined) return world;
  try {
    const file = await openCapture(io, path, isForced);
    const captured = capturedWorld(world, (line) => file.write(line));
    return {
      ...captured,
      async [Symbol.asyncDispose]() {
        await captured[Symbol.asyncDispose]();
        file[Symbol.dispose]();
      },
    };
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
}

async function makeWorld(
  { kind, file }: WorldRequest,
  options: OptionValues,
  io: CliIo,
  hardware: Hardware,
): Promise<World> {
  if (kind !== "simulated") refuse(options, ["seed", "faults"], "simulated");
  if (kind === "real") refuse(options, ["speed-up"], "simulated or replay");
  const speedUp = parseNumber(options, "speed-up", 1);
  switch (kind) {
    case "real":
      return realWorld(hardware, await DeviceMemory.open(io));
    case "simulated":
      return simulatedWorld(hardware, {
        seed: parseNumber(options, "seed", 1),
        speedUp,
        faults: parseFaults(options.text("faults") ?? ""),
      });
    case "replay": {
      const text = await readText(io, "replay", file);
      return replayWorld(hardware, { file, text, speedUp });
    }
  }
}

async function openCapture(
  io: CliIo,
  path: string,
  isForced: boolean,
): Promise<LineFile> {
  try {
    return await io.openLines(path, { overwrite: isForced });
  } catch (cause) {
    if (cause instanceof SmartbikeError) throw cause;
    const why = cause instanceof Deno.errors.AlreadyExists
      ? "the file exists, name another one or give --force"
      : whyUnusable(cause);
    throw new ConfigError(
      `Cannot write --capture "${path}": ${why}`,
      { option: "--capture", value: path, file: path },
      { cause },
    );
  }
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
