/**
 * A bike with real drivers on a radio whose devices are scripted.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import type { Controller } from "#lib/bike/controller.ts";
import { liveValue } from "#lib/bike/reading.ts";
import type { ActuatorName, BikeValues, MetricName } from "#lib/bike/values.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { DriverHost, type DriverSetup } from "#lib/driver/driver_host.ts";
import type { PeripheralMemory } from "#lib/driver/peripheral_memory.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { FakeClock, settle } from "../fakes/fake_clock.ts";
import { type DeviceScript, ScriptedDevice } from "./scripted_device.ts";

/** Bike, host, radio and clock. At its end it proves that nothing is left running. */
export class TestBench implements AsyncDisposable {
  /** Moves only when advanced. */
  readonly clock: FakeClock = new FakeClock();
  /** The radio. */
  readonly central: SimulatedCentral;
  /** The hub. */
  readonly bike: Bike;
  /** Runs the drivers. */
  readonly host: DriverHost;
  /** Commands the bike. */
  readonly app: Controller;
  readonly #peripherals: FakePeripheral[] = [];

  /**
   * Starts with nothing within reach.
   *
   * @param options How the bike behaves.
   */
  constructor(
    options: Omit<BikeOptions, "clock"> & {
      /** Which devices drivers had before. */
      readonly memory?: PeripheralMemory;
    } = {},
  ) {
    const { clock } = this;
    const { memory } = options;
    this.central = new SimulatedCentral(this.#peripherals, { clock });
    this.bike = new Bike({ ...options, clock });
    this.host = new DriverHost({
      bike: this.bike,
      hardware: { ...absentHardware("this is a test"), ble: this.central },
      clock,
      backoff: { random: () => 0 },
      ...(memory && { memory }),
    });
    this.app = this.bike.controller("app");
  }

  /** Brings a device within reach. */
  add(script: DeviceScript): ScriptedDevice {
    const device = new ScriptedDevice(script, this.clock);
    this.#peripherals.push(device.peripheral);
    return device;
  }

  /** Starts a driver and gives it time to connect and to ask what it asks. */
  async start(
    definition: DriverDefinition,
    setup: Omit<DriverSetup, "definition"> = {},
  ): Promise<string> {
    const id = this.host.start({ definition, ...setup });
    await this.pass(100);
    return id;
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await settle();
  }

  /** Commands the bike, and gives it time to do that. */
  async set<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
  ): Promise<BikeValues[K]> {
    const outcome = this.app.set(name, value);
    const ended = Promise.allSettled([outcome]);
    await this.pass(300);
    await ended;
    return await outcome;
  }

  /** The value, if it is current. */
  live<K extends MetricName>(name: K): BikeValues[K] | undefined {
    return liveValue(this.bike.read(name));
  }

  /** Whether the bike says that a device is there. */
  isConnected(device: string): boolean | undefined {
    return this.bike.devices.find((one) => one.device === device)?.isConnected;
  }

  /** Ends all; timers that are left fail the test. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    this.bike.close();
    await settle();
    assert.equal(this.clock.timerCount, 0, "timers are left running");
    for (const peripheral of this.#peripherals) {
      assert(!peripheral.isConnected, `${peripheral.name} was not let go`);
    }
  }
}
