/**
 * Simulated peripherals on the air, and our central within reach of them.
 *
 * @module
 */
import type { BleCentral } from "#lib/hardware/ble.ts";
import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { Bluetooth } from "./bluetooth.ts";
import { BluezPeripheral } from "./bluez_peripheral.ts";

/** Peripherals on the air, each on a controller of its own, and BlueZ on both sides. */
export class Air implements AsyncDisposable {
  /** BlueZ and the controllers. */
  readonly bluetooth: Bluetooth;
  /** Our central, on the first controller. */
  readonly central: BleCentral;
  readonly #peripherals: readonly FakePeripheral[];
  readonly #ble = new BluezCentral();
  #published: BluezPeripheral[] = [];

  private constructor(
    bluetooth: Bluetooth,
    peripherals: readonly FakePeripheral[],
  ) {
    this.bluetooth = bluetooth;
    this.#peripherals = peripherals;
    this.central = onRadio(this.#ble, "hci0");
  }

  /**
   * Puts peripherals on the air.
   *
   * @param peripherals The peripherals.
   * @returns The air; all is ended when it is disposed.
   */
  static async start(peripherals: readonly FakePeripheral[]): Promise<Air> {
    const addresses = peripherals.map(({ address }) => address);
    const air = new Air(await Bluetooth.start(addresses), peripherals);
    try {
      await air.publish();
      return air;
    } catch (error) {
      await air[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Puts all peripherals on the air, again where bluetoothd has lost them. */
  async publish(): Promise<void> {
    await this.#takeOff();
    for (const [at, peripheral] of this.#peripherals.entries()) {
      const adapter = await this.bluetooth.adapterPath(at + 1);
      this.#published.push(await BluezPeripheral.publish(peripheral, adapter));
    }
  }

  /** Ends all of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ble[Symbol.asyncDispose]();
    await this.#takeOff();
    await this.bluetooth[Symbol.asyncDispose]();
  }

  async #takeOff(): Promise<void> {
    for (const published of this.#published.splice(0)) {
      await published[Symbol.asyncDispose]();
    }
  }
}

/** Keeps a central to one radio, since the peripherals' own radios hear them too. */
function onRadio(central: BleCentral, adapter: string): BleCentral {
  return {
    adapters: () => central.adapters(),
    scan: (filter, options) => central.scan({ adapter, ...filter }, options),
    connect: (filter, options) =>
      central.connect({ adapter, ...filter }, options),
    [Symbol.asyncDispose]: () => central[Symbol.asyncDispose](),
  };
}
