/**
 * A central on a fake BlueZ, for tests.
 *
 * @module
 */
import { pause, systemClock } from "#lib/base/clock.ts";
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import type { BleFilter, BlePeripheral } from "#lib/hardware/ble.ts";
import {
  BluezCentral,
  type BluezCentralOptions,
} from "#lib/hardware/linux/ble.ts";
import {
  FakeBluez,
  type FakeBluezOptions,
} from "../../../fakes/bluez/fake_bluez.ts";
import { testWith } from "../../../support/requires.ts";
import { within } from "../../../support/within.ts";
import { makePeripherals, NEVER } from "../ble_setup.ts";

/** Registers a test that needs a bus. */
export function test(name: string, body: () => void | Promise<void>): void {
  testWith({ programs: ["dbus-daemon"] }, name, body);
}

/** How the two are made. */
export interface BluezSetupOptions {
  /** BlueZ. */
  readonly bluez?: Omit<FakeBluezOptions, "peripherals">;
  /** The central. */
  readonly central?: BluezCentralOptions;
}

/** A central, the BlueZ that it uses, and what is in the air. */
export interface BluezSetup
  extends ReturnType<typeof makePeripherals>, AsyncDisposable {
  /** BlueZ. */
  readonly bluez: FakeBluez;
  /** The central. */
  readonly central: BluezCentral;
  /** Connects, to the first strap by default. */
  connect(filter?: BleFilter): Promise<BlePeripheral>;
  /** Connects as soon as there is a radio; asks again, as a host does. */
  connectAgain(filter?: BleFilter): Promise<BlePeripheral>;
}

/**
 * Makes a central on a fake BlueZ, within reach of two straps and a trainer.
 *
 * @param options How they are made.
 * @returns All of it; it ends when disposed.
 */
export async function setUp(
  options: BluezSetupOptions = {},
): Promise<BluezSetup> {
  const parts = makePeripherals();
  const { strap, other, trainer } = parts;
  const bluez = await FakeBluez.start({
    peripherals: [strap, other, trainer],
    ...options.bluez,
  });
  const central = new BluezCentral({
    busAddress: bluez.busAddress,
    ...options.central,
  });
  const connect = (filter: BleFilter = { namePrefix: "TICKR 4" }) =>
    within("a connection", central.connect(filter, { signal: NEVER }));
  const connectAgain = async (filter?: BleFilter) => {
    for (;;) {
      try {
        return await connect(filter);
      } catch (error) {
        if (!(error instanceof HardwareUnavailableError)) throw error;
        await pause(systemClock, 5, NEVER);
      }
    }
  };
  return {
    ...parts,
    bluez,
    central,
    connect,
    connectAgain: (filter) => within("a radio", connectAgain(filter)),
    [Symbol.asyncDispose]: async () => {
      await central[Symbol.asyncDispose]();
      await bluez[Symbol.asyncDispose]();
    },
  };
}

/**
 * Reads what BlueZ looks for.
 *
 * @param bluez BlueZ.
 * @param name The radio.
 * @returns Services, none for any, for each client that looks.
 */
export function searchesOf(
  bluez: FakeBluez,
  name = "hci0",
): readonly (readonly string[])[] {
  return [...bluez.adapter(name).searches.values()];
}

/**
 * Waits until BlueZ looks for something.
 *
 * @param bluez BlueZ.
 * @param services Services, none for any, for each client that looks.
 * @param name The radio.
 */
export async function untilSearch(
  bluez: FakeBluez,
  services: readonly (readonly string[])[],
  name = "hci0",
): Promise<void> {
  const { onSearch } = bluez.adapter(name);
  const expected = JSON.stringify(services);
  await within(
    `${name} to look for ${expected}`,
    (async () => {
      while (JSON.stringify(searchesOf(bluez, name)) !== expected) {
        await onSearch.next();
      }
    })(),
  );
}
