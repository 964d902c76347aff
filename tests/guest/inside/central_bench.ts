/**
 * Our central on the real BlueZ, with two straps on the air.
 *
 * @module
 */
import { pause, systemClock } from "#lib/base/clock.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { DeviceError, HardwareUnavailableError } from "#lib/base/errors.ts";
import type { BleFilter, BlePeripheral } from "#lib/hardware/ble.ts";
import {
  collect,
  isDeviceError,
  makePeripherals,
  MEASUREMENT,
  NEVER,
  subscribe,
} from "../../lib/hardware/ble_setup.ts";
import { within } from "../../support/within.ts";
import { Air } from "./air.ts";

/** How often a host asks again, in milliseconds. */
const AGAIN_MS = 500;

/** The first strap, and no other. */
export const STRAP: BleFilter = { namePrefix: "TICKR 4" };
/** The other strap. */
export const OTHER: BleFilter = { namePrefix: "TICKR 77" };

/** What tests of the central work with; all of it ends when disposed. */
export class CentralBench implements AsyncDisposable {
  /** The straps, and what was written to the first. */
  readonly parts: ReturnType<typeof makePeripherals>;
  /** BlueZ, and the central. */
  readonly air: Air;

  private constructor(parts: ReturnType<typeof makePeripherals>, air: Air) {
    this.parts = parts;
    this.air = air;
  }

  /**
   * Puts all on the air.
   *
   * @returns The bench.
   */
  static async start(): Promise<CentralBench> {
    const parts = makePeripherals();
    const { strap, other } = parts;
    return new CentralBench(parts, await Air.start([strap, other]));
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
   * Sees a value of the first strap pass.
   *
   * @param connection The connection to it.
   */
  async hear(connection: BlePeripheral): Promise<void> {
    const { add, until } = collect();
    const { strap } = this.parts;
    await subscribe({ connection, peripheral: strap }, MEASUREMENT, add);
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
