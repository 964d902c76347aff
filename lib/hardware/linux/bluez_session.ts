/**
 * The time from finding bluetoothd on the bus to its end, or that of the bus.
 *
 * @module
 */
import { EventHook } from "#lib/base/event_hook.ts";
import {
  isAbsent,
  makeAbsentError,
  makeClosedError,
  toUnavailable,
} from "./bluez_error.ts";
import {
  BLUEZ,
  BLUEZ_INTERFACES,
  type BluezAdapter,
  type BluezCharacteristic,
  type BluezDevice,
  readAdapters,
  readCharacteristics,
  readDevice,
} from "./bluez_objects.ts";
import {
  Bus,
  type BusCall,
  type ObjectHandlers,
  type ObjectView,
  type PropertyBag,
} from "./dbus.ts";

/** Properties that become true when a peripheral is connected: BlueZ may say the second alone. */
const SIGNS_OF_CONNECTION = ["Connected", "ServicesResolved"];

/** Properties that change when a peripheral is heard. */
const SIGNS_OF_LIFE = [
  "RSSI",
  "ManufacturerData",
  "ServiceData",
  "AdvertisingData",
  "AdvertisingFlags",
  "TxPower",
];

/** Called with the properties of an object that have changed. */
type PropertyListener = (
  interfaceName: string,
  changed: PropertyBag,
) => void;

/** BlueZ's objects and methods while bluetoothd runs. */
export class BluezSession implements AsyncDisposable {
  /** Fires when a radio has come, gone or changed. */
  readonly onAdapterChanged: EventHook<[path: string]> = new EventHook(
    "onAdapterChanged",
  );
  /** Fires when a peripheral is heard or connected. */
  readonly onPresent: EventHook<[path: string]> = new EventHook("onPresent");
  /** Fires when a peripheral has gone. */
  readonly onDeviceRemoved: EventHook<[path: string]> = new EventHook(
    "onDeviceRemoved",
  );
  readonly #bus: Bus;
  readonly #lost = new AbortController();
  readonly #listeners = new Map<string, Set<PropertyListener>>();
  #view: ObjectView = { objects: {} };
  /** Read once for many advertisements; until something changes. */
  #adapters: readonly BluezAdapter[] | undefined;

  private constructor(bus: Bus) {
    this.#bus = bus;
    bus.lost.addEventListener("abort", () => {
      this.#lose(toUnavailable(bus.lost.reason));
    });
  }

  /**
   * Looks for bluetoothd.
   *
   * @param signal Gives up; the promise then rejects with the signal's reason.
   * @throws {HardwareUnavailableError} If there is no bus or no bluetoothd, or it may not be used.
   */
  static async open(
    address: string,
    signal: AbortSignal,
  ): Promise<BluezSession> {
    try {
      const session = new BluezSession(await Bus.open(address, signal));
      await session.#watch();
      return session;
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  /** Aborts when bluetoothd or the bus has ended; the reason is a `HardwareUnavailableError`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The radios, by name. */
  get adapters(): readonly BluezAdapter[] {
    this.#adapters ??= readAdapters(this.#view.objects);
    return this.#adapters;
  }

  /** The peripherals that BlueZ knows. */
  get devices(): readonly BluezDevice[] {
    return Object.keys(this.#view.objects).flatMap((path) =>
      this.device(path) ?? []
    );
  }

  /**
   * Finds a radio.
   *
   * @returns The radio; undefined if it is gone.
   */
  adapter(path: string): BluezAdapter | undefined {
    return this.adapters.find((adapter) => adapter.path === path);
  }

  /**
   * Finds a peripheral.
   *
   * @returns The peripheral; undefined if BlueZ has forgotten it.
   */
  device(path: string): BluezDevice | undefined {
    return readDevice(this.#view.objects, path);
  }

  /**
   * Lists what a peripheral has.
   *
   * @param devicePath Path of the peripheral's object.
   * @returns Its characteristics, in the order of its table.
   */
  characteristics(devicePath: string): readonly BluezCharacteristic[] {
    return readCharacteristics(this.#view.objects, devicePath);
  }

  /**
   * Reads a property.
   *
   * @returns Its value; undefined where there is none.
   */
  property(path: string, interfaceName: string, name: string): unknown {
    return this.#view.objects[path]?.[interfaceName]?.[name];
  }

  /**
   * Listens to the properties of one object.
   *
   * @param listener Called with what has changed.
   * @returns Stops listening when disposed.
   */
  listen(path: string, listener: PropertyListener): Disposable {
    const listeners = this.#listeners.get(path) ?? new Set();
    this.#listeners.set(path, listeners.add(listener));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#listeners.delete(path);
      },
    };
  }

  /**
   * Calls a method.
   *
   * @param signal Gives up; the promise then rejects with the signal's reason.
   * @throws {BusError} If the call fails.
   */
  async call(
    call: Omit<BusCall, "service">,
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      return await this.#bus.call({ service: BLUEZ, ...call }, signal);
    } catch (error) {
      if (isAbsent(error)) this.#lose(toUnavailable(error));
      throw error;
    }
  }

  /** Ends it; what was asked of BlueZ is withdrawn. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.lost.aborted) this.#lost.abort(makeClosedError());
    await this.#bus[Symbol.asyncDispose]();
  }

  async #watch(): Promise<void> {
    const handlers: ObjectHandlers = {
      onAdded: (path) => this.#onAdded(path),
      onRemoved: (path, names) => this.#onRemoved(path, names),
      onChanged: (...change) => this.#onChanged(...change),
      onGone: () => this.#lose(makeAbsentError()),
    };
    try {
      this.#view = await this.#bus.watch(BLUEZ, handlers);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  #onAdded(path: string): void {
    const { adapter } = BLUEZ_INTERFACES;
    if (this.#view.objects[path]?.[adapter]) this.#onAdapter(path);
    else if (this.device(path)?.isPresent) this.onPresent.fire(path);
  }

  #onRemoved(path: string, interfaceNames: readonly string[]): void {
    const { adapter, device } = BLUEZ_INTERFACES;
    if (interfaceNames.includes(device)) this.onDeviceRemoved.fire(path);
    if (interfaceNames.includes(adapter)) this.#onAdapter(path);
  }

  #onChanged(path: string, interfaceName: string, changed: PropertyBag): void {
    this.#listeners.get(path)?.forEach((notify) =>
      notify(interfaceName, changed)
    );
    const { adapter, device } = BLUEZ_INTERFACES;
    if (interfaceName === device) {
      const isHeard = SIGNS_OF_LIFE.some((name) => name in changed) ||
        SIGNS_OF_CONNECTION.some((name) => changed[name] === true);
      if (isHeard) this.onPresent.fire(path);
    } else if (interfaceName === adapter) this.#onAdapter(path);
  }

  #onAdapter(path: string): void {
    this.#adapters = undefined;
    this.onAdapterChanged.fire(path);
  }

  #lose(reason: unknown): void {
    if (this.lost.aborted) return;
    this.#lost.abort(reason);
    void this[Symbol.asyncDispose]();
  }
}
