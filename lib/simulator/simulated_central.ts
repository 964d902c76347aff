/**
 * A radio whose peripherals are code.
 *
 * @module
 */
import { type Clock, pause, systemClock } from "#lib/base/clock.ts";
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import {
  type BleAdapter,
  type BleAdvertisement,
  type BleCentral,
  type BleConnectOptions,
  type BleFilter,
  type BlePeripheral,
  fitsFilter,
} from "#lib/hardware/ble.ts";
import { FakeConnection } from "./fake_connection.ts";
import type { FakePeripheral } from "./fake_peripheral.ts";

/** The radio's own address. */
const OWN_ADDRESS = "00:AA:01:00:00:00";

/** How a simulated radio behaves. */
interface SimulatedCentralOptions {
  /**
   * What it gets its time from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * Its name.
   *
   * @default {"hci0"}
   */
  readonly adapter?: string;
  /**
   * How often each peripheral advertises, in milliseconds.
   *
   * @default {1000}
   */
  readonly advertisingIntervalMs?: number;
  /**
   * How long it takes to connect, in milliseconds.
   *
   * @default {0}
   */
  readonly connectMs?: number;
}

/** A radio in the role of central, within reach of some fake peripherals. */
export class SimulatedCentral implements BleCentral {
  /** What is within reach. */
  readonly peripherals: readonly FakePeripheral[];
  /** Why the radio cannot be used; undefined while it can. */
  unavailable: HardwareUnavailableError | undefined;
  readonly #clock: Clock;
  readonly #adapter: string;
  readonly #advertisingIntervalMs: number;
  readonly #connectMs: number;
  readonly #closed = new AbortController();

  /**
   * Switches the radio on.
   *
   * @param peripherals What is within reach; the first that fits is connected to.
   */
  constructor(
    peripherals: readonly FakePeripheral[],
    options: SimulatedCentralOptions = {},
  ) {
    this.peripherals = peripherals;
    this.#clock = options.clock ?? systemClock;
    this.#adapter = options.adapter ?? "hci0";
    this.#advertisingIntervalMs = options.advertisingIntervalMs ?? 1000;
    this.#connectMs = options.connectMs ?? 0;
  }

  /**
   * Lists the radios.
   *
   * @throws {HardwareUnavailableError} If the radio cannot be used.
   */
  async adapters(): Promise<readonly BleAdapter[]> {
    await Promise.try(() => this.#requireRadio({}));
    return [{ name: this.#adapter, address: OWN_ADDRESS, state: "on" }];
  }

  /**
   * Reports what is around: each advertisement that fits, again and again.
   *
   * @param options Ends the scan, without an error.
   * @throws {HardwareUnavailableError} If the radio cannot be used.
   */
  async *scan(
    filter: BleFilter,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<BleAdvertisement> {
    const signal = AbortSignal.any([options.signal, this.#closed.signal]);
    this.#requireRadio(filter);
    while (!signal.aborted) {
      for (const peripheral of this.peripherals) {
        if (!peripheral.isAwake || peripheral.isConnected) continue;
        const advertisement = peripheral.advertisement(this.#adapter);
        if (fitsFilter(advertisement, filter)) yield advertisement;
        if (signal.aborted) return;
      }
      await pause(this.#clock, this.#advertisingIntervalMs, signal);
      if (!signal.aborted) this.#requireRadio(filter);
    }
  }

  /**
   * Waits for the first peripheral that fits, and connects to it.
   *
   * @param options When to give up.
   * @throws {HardwareUnavailableError} If the radio cannot be used.
   * @throws {DeviceError} If it refuses.
   */
  async connect(
    filter: BleFilter,
    options: BleConnectOptions,
  ): Promise<BlePeripheral> {
    const signal = AbortSignal.any([options.signal, this.#closed.signal]);
    const search = AbortSignal.any([signal, options.searchSignal ?? signal]);
    for (;;) {
      search.throwIfAborted();
      this.#requireRadio(filter);
      const peripheral = this.#find(filter);
      if (peripheral) return await this.#open(peripheral, signal);
      await pause(this.#clock, this.#advertisingIntervalMs, search);
    }
  }

  /** Switches the radio off: ends every scan and connection. */
  [Symbol.asyncDispose](): Promise<void> {
    this.unavailable ??= this.#absent(this.#adapter, "it is closed");
    this.#closed.abort(this.unavailable);
    for (const peripheral of this.peripherals) {
      peripheral.drop("the radio is closed");
    }
    return Promise.resolve();
  }

  #find(filter: BleFilter): FakePeripheral | undefined {
    return this.peripherals.find((peripheral) =>
      peripheral.isAwake &&
      fitsFilter(peripheral.advertisement(this.#adapter), filter)
    );
  }

  async #open(
    peripheral: FakePeripheral,
    signal: AbortSignal,
  ): Promise<BlePeripheral> {
    if (this.#connectMs > 0) {
      await pause(this.#clock, this.#connectMs, signal);
      signal.throwIfAborted();
    }
    const link = peripheral.accept();
    const connection = new FakeConnection({
      peripheral,
      link,
      adapter: this.#adapter,
      clock: this.#clock,
    });
    if (link.lost.aborted) throw link.lost.reason;
    return connection;
  }

  #requireRadio({ adapter }: BleFilter): void {
    if (this.unavailable) throw this.unavailable;
    if (adapter === undefined || adapter === this.#adapter) return;
    throw this.#absent(
      adapter,
      `there is no such radio, choose "${this.#adapter}"`,
    );
  }

  #absent(adapter: string, why: string): HardwareUnavailableError {
    return new HardwareUnavailableError(
      `Cannot use the radio "${adapter}": ${why}`,
      adapter,
      "absent",
    );
  }
}
