/**
 * Our central on the real BlueZ, with two straps and a trainer on the air.
 *
 * @module
 */
import { pause, systemClock } from "#lib/clock.ts";
import { untilAborted } from "#lib/deadline.ts";
import { DeviceError, HardwareUnavailableError } from "#lib/errors.ts";
import type { BleFilter, BlePeripheral } from "#lib/hardware/ble.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import {
  type SimulatedRide,
  simulatedRide,
} from "#lib/simulator/simulated_ride.ts";
import {
  collect,
  isDeviceError,
  makePeripherals,
  MEASUREMENT,
  NEVER,
} from "../../lib/hardware/ble_setup.ts";
import { within } from "../../support/within.ts";
import { Air } from "./air.ts";

/** How often a host asks again, in milliseconds. */
const AGAIN_MS = 500;

/** The first strap, and no other. */
export const STRAP: BleFilter = { namePrefix: "TICKR 4" };
/** The other strap. */
export const OTHER: BleFilter = { namePrefix: "TICKR 77" };
/** The trainer of a simulated ride. */
export const TRAINER: BleFilter = { address: "C3:37:24:5E:A0:11" };

/** What tests of the central work with; all of it ends when disposed. */
export class CentralBench implements AsyncDisposable {
  /** The straps, and what was written to the first. */
  readonly parts: ReturnType<typeof makePeripherals>;
  /** BlueZ, and the central. */
  readonly air: Air;
  readonly #ride: SimulatedRide;

  private constructor(
    parts: ReturnType<typeof makePeripherals>,
    air: Air,
    ride: SimulatedRide,
  ) {
    this.parts = parts;
    this.air = air;
    this.#ride = ride;
  }

  /**
   * Puts all on the air.
   *
   * @returns The bench.
   */
  static async start(): Promise<CentralBench> {
    const parts = makePeripherals();
    const ride = simulatedRide();
    const { strap, other } = parts;
    const air = await Air.start([strap, other, ride.trainer.peripheral]);
    return new CentralBench(parts, air, ride);
  }

  /**
   * Connects.
   *
   * @param filter To what.
   * @returns The connection.
   */
  connect(filter: BleFilter = STRAP): Promise<BlePeripheral> {
    return within(
      "a connection",
      this.air.central.connect(filter, { signal: NEVER }),
    );
  }

  /**
   * Connects as soon as that is possible; asks again, as a host does.
   *
   * @returns A connection to the first strap.
   */
  async connectAgain(): Promise<BlePeripheral> {
    for (;;) {
      try {
        return await this.connect();
      } catch (error) {
        const isPassing = error instanceof HardwareUnavailableError ||
          error instanceof DeviceError;
        if (!isPassing) throw error;
        await pause(systemClock, AGAIN_MS, NEVER);
      }
    }
  }

  /**
   * Subscribes, and waits until the peripheral knows: BlueZ on its side agrees
   * before it does.
   *
   * @param connection The connection.
   * @param peripheral What it is connected to.
   * @param onValue Called with each measurement.
   */
  async subscribe(
    connection: BlePeripheral,
    peripheral: FakePeripheral,
    onValue: (value: Uint8Array) => void,
  ): Promise<void> {
    const known = peripheral.onSubscribed.next();
    await connection.subscribe(MEASUREMENT, onValue);
    if (peripheral.isSubscribed(MEASUREMENT)) return;
    await within("the subscription", known);
  }

  /**
   * Sees a value of the first strap pass.
   *
   * @param connection The connection to it.
   */
  async hear(connection: BlePeripheral): Promise<void> {
    const { add, until } = collect();
    const { strap } = this.parts;
    await this.subscribe(connection, strap, add);
    strap.notify(MEASUREMENT, Uint8Array.of(6, 70));
    await until(1);
  }

  /**
   * Connects to the first strap and sees a value pass.
   *
   * @returns The connection.
   */
  async ride(): Promise<BlePeripheral> {
    const connection = await this.connectAgain();
    await this.hear(connection);
    return connection;
  }

  /** Ends all of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.air[Symbol.asyncDispose]();
    await this.#ride[Symbol.asyncDispose]();
  }
}

/**
 * Waits until a connection is lost.
 *
 * @param connection The connection.
 */
export async function untilLost({ lost }: BlePeripheral): Promise<void> {
  await within("the loss", untilAborted(lost));
  isDeviceError("disconnected")(lost.reason);
}
