/**
 * BlueZ on a bus of its own, with peripherals that are code.
 *
 * @module
 */
import {
  FakePeripheral,
  type FakePeripheralOptions,
} from "#lib/simulator/fake_peripheral.ts";
import { DbusDaemon } from "../../support/dbus_daemon.ts";
import { BusService } from "./bus_service.ts";
import { FakeAdapter } from "./fake_adapter.ts";
import { type BluezTimings, FAST } from "./timings.ts";

/** What a fake BlueZ is made of. */
export interface FakeBluezOptions {
  /** What its radios can hear. */
  readonly peripherals: readonly FakePeripheral[];
  /**
   * Names of its radios.
   *
   * @default {["hci0"]}
   */
  readonly adapters?: readonly string[];
  /**
   * How long things take.
   *
   * @default {FAST}
   */
  readonly timings?: Partial<BluezTimings>;
  /**
   * Lets nobody use BlueZ.
   *
   * @default {false}
   */
  readonly isDenied?: boolean;
}

/**
 * BlueZ as a program sees it: `org.bluez` on a real dbus-daemon. What it does,
 * and in which order, follows what the real one was seen to do.
 *
 * @example Usage
 * ```ts ignore
 * await using bluez = await FakeBluez.start({ peripherals: [strap] });
 * await using central = new BluezCentral({ busAddress: bluez.busAddress });
 * bluez.device("TICKR").notify(uuid, bytes);
 * bluez.device("TICKR").drop();
 * await bluez.kill();
 * ```
 */
export class FakeBluez implements AsyncDisposable {
  readonly #daemon: DbusDaemon;
  readonly #peripherals: FakePeripheral[];
  readonly #timings: BluezTimings;
  /** Addresses of the radios that are plugged in, by name. */
  readonly #plugged = new Map<string, string>();
  readonly #adapters = new Map<string, FakeAdapter>();
  #service: BusService | undefined;

  private constructor(daemon: DbusDaemon, options: FakeBluezOptions) {
    const { peripherals, adapters = ["hci0"], timings } = options;
    this.#daemon = daemon;
    this.#peripherals = [...peripherals];
    this.#timings = { ...FAST, ...timings };
    for (const [at, name] of adapters.entries()) {
      this.#plugged.set(name, `00:AA:01:00:00:0${at}`);
    }
  }

  /**
   * Starts a bus, and BlueZ on it.
   *
   * @param options What it is made of.
   * @returns BlueZ; its radios are on.
   */
  static async start(options: FakeBluezOptions): Promise<FakeBluez> {
    const daemon = await DbusDaemon.start({
      ...(options.isDenied && { deniedService: "org.bluez" }),
    });
    const bluez = new FakeBluez(daemon, options);
    try {
      await bluez.restart();
      return bluez;
    } catch (error) {
      await bluez[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Address of the bus, for `DBUS_SYSTEM_BUS_ADDRESS`. */
  get busAddress(): string {
    return this.#daemon.address;
  }

  /**
   * Finds a peripheral, to make it notify, drop the connection or sleep.
   *
   * @param namePrefix How its name begins.
   */
  device(namePrefix: string): FakePeripheral {
    const found = this.#peripherals.find(({ name }) =>
      name.startsWith(namePrefix)
    );
    if (!found) throw new TypeError(`There is no peripheral ${namePrefix}`);
    return found;
  }

  /**
   * Brings a peripheral within reach of all radios.
   *
   * @param options What it is.
   */
  addPeripheral(options: FakePeripheralOptions): FakePeripheral {
    const peripheral = new FakePeripheral(options);
    this.#peripherals.push(peripheral);
    return peripheral;
  }

  /**
   * Finds a radio, to put it off and on.
   *
   * @param name Its name.
   */
  adapter(name: string): FakeAdapter {
    const found = this.#adapters.get(name);
    if (!found) throw new TypeError(`There is no radio ${name}`);
    return found;
  }

  /**
   * Lets a peripheral hang up in good order, which takes BlueZ a while to see.
   *
   * @param namePrefix How its name begins.
   */
  async hangUp(namePrefix: string): Promise<void> {
    const peripheral = this.device(namePrefix);
    await Promise.all(
      [...this.#adapters.values()].map((adapter) => {
        const device = adapter.device(peripheral);
        return device?.isConnected && device.hangUp();
      }),
    );
  }

  /**
   * Pulls a radio out: all that it knows is gone.
   *
   * @param name Its name.
   */
  removeAdapter(name: string): void {
    this.adapter(name).remove();
    this.#adapters.delete(name);
    this.#plugged.delete(name);
  }

  /**
   * Plugs a radio in; a radio that was pulled out comes back under another name.
   *
   * @param name Its name.
   * @param address Its own address.
   */
  addAdapter(name: string, address: string): void {
    this.#plugged.set(name, address);
    const service = this.#service;
    if (!service) return;
    const adapter = new FakeAdapter({
      service,
      name,
      address,
      peripherals: this.#peripherals,
      timings: this.#timings,
    });
    this.#adapters.set(name, adapter);
  }

  /** Ends bluetoothd as a crash would; the bus stays. */
  async kill(): Promise<void> {
    const service = this.#service;
    this.#service = undefined;
    await service?.[Symbol.asyncDispose]();
    for (const adapter of this.#adapters.values()) adapter.stop();
    this.#adapters.clear();
  }

  /** Starts bluetoothd, where it runs anew; it knows no peripheral. */
  async restart(): Promise<void> {
    await this.kill();
    const service = await BusService.start(
      this.#daemon.socketPath,
      "org.bluez",
    );
    this.#service = service;
    service.export("/org/bluez", {
      name: "org.bluez.AgentManager1",
      properties: {},
      methods: {
        RegisterAgent: { in: "os", run: () => {} },
        RequestDefaultAgent: { in: "o", run: () => {} },
        UnregisterAgent: { in: "o", run: () => {} },
      },
    });
    for (const [name, address] of [...this.#plugged]) {
      this.addAdapter(name, address);
    }
  }

  /** Ends the bus, and bluetoothd with it. */
  async killBus(): Promise<void> {
    await this.#daemon.kill();
    await this.kill();
  }

  /** Starts the bus and bluetoothd anew, at the same address. */
  async restartBus(): Promise<void> {
    await this.killBus();
    await this.#daemon.restart();
    await this.restart();
  }

  /** Ends all of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#daemon[Symbol.asyncDispose]();
  }
}
