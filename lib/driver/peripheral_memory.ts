/**
 * Which peripherals drivers had when the program ran before.
 *
 * @module
 */
import type { Quirks } from "#lib/gatt/quirk.ts";

/** What a driver found out about a peripheral by trying. */
export interface LearnedQuirks {
  /** Whether control can be requested; a machine that falls silent then is ridden without. */
  readonly control?: Quirks["control"];
  /** Whether that is only tried; it is not kept over the program's end. */
  readonly isControlTrial?: boolean;
  /** Bytes of the resistance level that it took after it had refused the other width. */
  readonly resistanceWidth?: 1 | 2;
}

/** A peripheral that a driver had. */
export interface RememberedPeripheral {
  /** Its address, upper case, for example `EC:B2:8A:26:85:C5`. */
  readonly address: string;
  /** Its name; empty where it has none. */
  readonly name: string;
  /** What was found out about it. */
  readonly learned?: LearnedQuirks;
}

/** Whose peripheral is meant. */
export interface PeripheralUser {
  /** Name of the driver. */
  readonly driver: string;
  /** Id of its device on the bike. */
  readonly device: string;
}

/** What is remembered of one bike's peripherals when the program ends. */
export interface PeripheralMemory {
  /**
   * Returns which peripheral a driver had last.
   *
   * @param user The driver.
   * @returns The peripheral; undefined where none is remembered.
   */
  recall(user: PeripheralUser): RememberedPeripheral | undefined;
  /**
   * Remembers a peripheral, in place of the one before; the same one again
   * with what was found out about it since.
   *
   * @param user The driver that has it.
   * @param peripheral The peripheral.
   */
  remember(user: PeripheralUser, peripheral: RememberedPeripheral): void;
}

/** Remembers nothing: for devices that are code. */
export const NO_MEMORY: PeripheralMemory = {
  recall: () => undefined,
  remember: () => {},
};
