/**
 * The BLE radios of a Linux machine, over BlueZ.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { orAborted } from "#lib/base/deadline.ts";
import type {
  BleAdapter,
  BleAdvertisement,
  BleCentral,
  BleConnectOptions,
  BleFilter,
  BlePeripheral,
} from "#lib/hardware/ble.ts";
import { makeClosedError } from "./bluez_error.ts";
import { BluezDiscovery } from "./bluez_discovery.ts";
import { BluezLinks } from "./bluez_links.ts";
import type { BluezDevice } from "./bluez_objects.ts";
import { BluezSession } from "./bluez_session.ts";

/** The bus of every Linux machine. */
const DEFAULT_BUS = "unix:path=/run/dbus/system_bus_socket";

/** How BlueZ is used. */
export interface BluezCentralOptions {
  /**
   * Address of the bus that bluetoothd is on.
   *
   * @default variable `DBUS_SYSTEM_BUS_ADDRESS`, else `unix:path=/run/dbus/system_bus_socket`
   */
  readonly busAddress?: string;
  /**
   * Puts radios on that are off.
   *
   * @default {false}
   */
  readonly powerOn?: boolean;
  /**
   * How long a peripheral has to take a connection, in milliseconds.
   *
   * @default {15000}
   */
  readonly connectTimeoutMs?: number;
  /**
   * How long a peripheral has to report what it has, in milliseconds.
   *
   * @default {30000}
   */
  readonly resolveTimeoutMs?: number;
  /**
   * How long a read, a write or a subscription may take, in milliseconds.
   *
   * @default {10000}
   */
  readonly operationTimeoutMs?: number;
  /**
   * What measures the time.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** What is there while bluetoothd runs. */
interface Radio {
  readonly session: BluezSession;
  readonly discovery: BluezDiscovery;
  readonly links: BluezLinks;
}

/**
 * The BLE radios of a Linux machine. Nothing touches the bus before the first
 * use; after bluetoothd or the bus has ended, the next use looks for it anew.
 *
 * @example Usage
 * ```ts ignore
 * await using ble = new BluezCentral();
 * const signal = AbortSignal.timeout(10_000);
 * await using strap = await ble.connect({ namePrefix: "TICKR" }, { signal });
 * ```
 */
export class BluezCentral implements BleCentral {
  readonly #options: Required<Omit<BluezCentralOptions, "busAddress">>;
  readonly #busAddress: string | undefined;
  readonly #adapterAddresses = new Map<string, string>();
  readonly #end = new AbortController();
  #radio: Promise<Radio> | undefined;

  /**
   * Makes a central that has not touched the bus.
   *
   * @param options How BlueZ is used.
   */
  constructor(options: BluezCentralOptions = {}) {
    this.#busAddress = options.busAddress;
    this.#options = {
      powerOn: options.powerOn ?? false,
      connectTimeoutMs: options.connectTimeoutMs ?? 15_000,
      resolveTimeoutMs: options.resolveTimeoutMs ?? 30_000,
      operationTimeoutMs: options.operationTimeoutMs ?? 10_000,
      clock: options.clock ?? systemClock,
    };
  }

  /**
   * Lists the radios.
   *
   * @returns All that are there, by name.
   * @throws {HardwareUnavailableError} If there is no bus or no bluetoothd, or it may not be used.
   */
  async adapters(): Promise<readonly BleAdapter[]> {
    const { session } = await this.#open();
    return session.adapters.map((
      { name, address, isPowered, isBlocked },
    ): BleAdapter => ({
      name,
      address,
      state: isPowered ? "on" : isBlocked ? "blocked" : "off",
    }));
  }

  /**
   * Reports what is around: each advertisement that fits, again and again.
   *
   * @param options Ends the scan, without an error.
   * @throws {HardwareUnavailableError} If there is no radio, it is off, or may not be used.
   */
  async *scan(
    filter: BleFilter,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<BleAdvertisement> {
    const signal = AbortSignal.any([options.signal, this.#end.signal]);
    if (signal.aborted) return;
    const heard = new Map<string, BleAdvertisement>();
    let news = Promise.withResolvers<void>();
    let failure: { readonly error: unknown } | undefined;
    const onAbort = () => news.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const { discovery } = await orAborted(this.#open(), signal);
      using _seeker = discovery.add({
        filter,
        onFound: ({ path, advertisement }) => {
          heard.set(path, advertisement);
          news.resolve();
        },
        onFailed: (error) => {
          failure = { error };
          news.resolve();
        },
      });
      for (;;) {
        await news.promise;
        news = Promise.withResolvers();
        for (const [path, advertisement] of heard) {
          heard.delete(path);
          if (signal.aborted) return;
          yield advertisement;
        }
        if (failure) throw failure.error;
        if (signal.aborted) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /**
   * Waits for the first peripheral that fits, connects to it and finds out
   * what it has.
   *
   * @param options When to give up.
   * @throws {HardwareUnavailableError} If there is no radio, it is off, or may not be used.
   * @throws {DeviceError} If it was found and does not let itself be connected to.
   * @throws {TimeoutError} If it was found and does not answer.
   */
  async connect(
    filter: BleFilter,
    options: BleConnectOptions,
  ): Promise<BlePeripheral> {
    const signal = AbortSignal.any([options.signal, this.#end.signal]);
    const search = AbortSignal.any([signal, options.searchSignal ?? signal]);
    const { discovery, links } = await orAborted(this.#open(), search);
    const device = await find(discovery, filter, search);
    return await links.connect(device, signal);
  }

  /** Ends all connections and looks for nothing any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#end.abort(makeClosedError());
    const radio = await this.#radio?.catch(() => undefined);
    await radio?.links[Symbol.asyncDispose]();
    await radio?.session[Symbol.asyncDispose]();
  }

  async #open(): Promise<Radio> {
    this.#end.signal.throwIfAborted();
    this.#radio ??= this.#openRadio();
    return await this.#radio;
  }

  async #openRadio(): Promise<Radio> {
    const forget = () => this.#radio = undefined;
    try {
      const address = this.#busAddress ??
        Deno.env.get("DBUS_SYSTEM_BUS_ADDRESS") ?? DEFAULT_BUS;
      const session = await BluezSession.open(address, this.#end.signal);
      session.lost.addEventListener("abort", forget);
      if (session.lost.aborted) throw session.lost.reason;
      const discovery = new BluezDiscovery(session, {
        powerOn: this.#options.powerOn,
        clock: this.#options.clock,
        adapterAddresses: this.#adapterAddresses,
      });
      const links = new BluezLinks(session, discovery, this.#options);
      return { session, discovery, links };
    } catch (error) {
      forget();
      throw error;
    }
  }
}

/** Waits for the first peripheral that fits. */
async function find(
  discovery: BluezDiscovery,
  filter: BleFilter,
  signal: AbortSignal,
): Promise<BluezDevice> {
  const { promise, resolve, reject } = Promise.withResolvers<BluezDevice>();
  using _seeker = discovery.add({
    filter,
    onFound: resolve,
    onFailed: reject,
  });
  return await orAborted(promise, signal);
}
