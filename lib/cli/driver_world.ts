/**
 * What drivers run in: the hardware of this machine, a simulated ride, or a
 * captured one.
 *
 * @module
 */
import type { Clock } from "#lib/clock.ts";
import type { Hardware } from "#lib/host/driver.ts";
import type { CliContext, CommandInput, OptionDefinition } from "./command.ts";

/** Options that say what drivers run in. */
export const WORLD_OPTIONS: readonly OptionDefinition[] = [];

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
 */
export function chooseWorld(
  { operands }: CommandInput,
  { hardware }: CliContext,
): Promise<DriverWorld> {
  return Promise.resolve({
    names: operands,
    hardware,
    ended: new AbortController().signal,
    [Symbol.asyncDispose]: () => hardware.ble[Symbol.asyncDispose](),
  });
}
