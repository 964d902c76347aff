/**
 * A bike with real drivers, on a fake BlueZ whose devices are scripted. The
 * bus takes real time; the drivers' own stands still until advanced.
 *
 * @module
 */
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import type { Controller } from "#lib/bike/controller.ts";
import { liveValue } from "#lib/bike/reading.ts";
import type { ActuatorName, BikeValues, MetricName } from "#lib/bike/values.ts";
import { pause, systemClock } from "#lib/base/clock.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { checkOptions } from "#lib/driver/driver_options.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import {
  type DeviceScript,
  ScriptedDevice,
} from "../../../drivers/scripted_device.ts";
import { FakeBluez } from "../../../fakes/bluez/fake_bluez.ts";
import { FakeClock } from "../../../fakes/fake_clock.ts";
import { within } from "../../../support/within.ts";
import { NEVER } from "../ble_setup.ts";

/** How often a condition is looked at, in milliseconds. */
const LOOK_MS = 5;

/** Bike, host, bus and clock. */
export class BusBench implements AsyncDisposable {
  /** The drivers' clock. */
  readonly clock: FakeClock = new FakeClock();
  /** The hub. */
  readonly bike: Bike;
  /** Commands the bike. */
  readonly app: Controller;
  readonly #stack = new AsyncDisposableStack();
  readonly #devices: readonly ScriptedDevice[];
  readonly #host: DriverHost;

  private constructor(
    bluez: FakeBluez,
    devices: readonly ScriptedDevice[],
    options: Omit<BikeOptions, "clock">,
  ) {
    const { clock } = this;
    this.#devices = devices;
    this.#stack.use(bluez);
    const { busAddress } = bluez;
    const ble = this.#stack.use(new BluezCentral({ busAddress }));
    const bike = new Bike({ ...options, clock });
    this.bike = bike;
    this.#stack.defer(() => bike.close());
    this.app = bike.controller("app");
    const hardware = { ...absentHardware("this is a test"), ble };
    this.#host = this.#stack.use(
      new DriverHost({ bike, hardware, clock, backoff: { random: () => 0 } }),
    );
  }

  /**
   * Starts a bus.
   *
   * @param scripts The devices within reach.
   * @param options How the bike behaves.
   * @returns The bench; no driver runs.
   */
  static async start(
    scripts: readonly DeviceScript[],
    options: Omit<BikeOptions, "clock"> = {},
  ): Promise<BusBench> {
    const devices = scripts.map((one) => new ScriptedDevice(one, systemClock));
    const peripherals = devices.map(({ peripheral }) => peripheral);
    const bluez = await FakeBluez.start({ peripherals });
    return new BusBench(bluez, devices, options);
  }

  /**
   * Finds a device.
   *
   * @param script What it was made of.
   */
  device({ address }: DeviceScript): ScriptedDevice {
    const found = this.#devices.find(({ peripheral }) =>
      peripheral.address === address
    );
    if (!found) throw new TypeError(`There is no device ${address}`);
    return found;
  }

  /**
   * Starts a driver.
   *
   * @param definition The driver.
   * @param given Its options, as an operator writes them.
   */
  drive(
    definition: DriverDefinition,
    given: Readonly<Record<string, string>> = {},
  ): void {
    const options = checkOptions(definition, given);
    this.#host.start({ definition, options });
  }

  /** Starts a driver, and waits until it has its device. */
  async connect(
    definition: DriverDefinition,
    given: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const before = this.connected;
    this.drive(definition, given);
    await this.until(definition.name, () => this.connected > before);
  }

  /** How many devices the bike says are there. */
  get connected(): number {
    return this.bike.devices.filter(({ isConnected }) => isConnected).length;
  }

  /** Waits for the bus; time may pass meanwhile. */
  async until(
    what: string,
    holds: () => boolean,
    { passMs = 0 }: { readonly passMs?: number } = {},
  ): Promise<void> {
    using end = new DisposableStack();
    let isOver = false;
    end.defer(() => isOver = true);
    const looking = async () => {
      while (!isOver && !holds()) {
        await this.clock.advance(passMs);
        await pause(systemClock, LOOK_MS, NEVER);
      }
    };
    await within(what, looking());
  }

  /** Waits until a value is live. */
  async hear<K extends MetricName>(
    name: K,
    value: BikeValues[K],
  ): Promise<void> {
    await this.until(
      `${name} ${String(value)}`,
      () => this.live(name) === value,
    );
  }

  /** Commands the bike, once its pace allows that. */
  async set<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
  ): Promise<BikeValues[K]> {
    const outcome = this.app.set(name, value);
    const ended = Promise.allSettled([outcome]);
    await this.clock.advance(300);
    await within(`the end of ${name}`, ended);
    return await outcome;
  }

  /** The value, if it is current. */
  live<K extends MetricName>(name: K): BikeValues[K] | undefined {
    return liveValue(this.bike.read(name));
  }

  /** What the devices say about themselves. */
  get notes(): string {
    return this.bike.devices.flatMap(({ notes }) => notes).join("; ");
  }

  /** Ends all. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
