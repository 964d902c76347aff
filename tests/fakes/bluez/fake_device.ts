/**
 * One peripheral, as one radio of BlueZ knows it.
 *
 * @module
 */
import { pause, systemClock } from "#lib/base/clock.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import type { BusObject, BusService } from "./bus_service.ts";
import { FakeGatt } from "./fake_gatt.ts";
import { refusal } from "./refusals.ts";
import type { BluezTimings } from "./timings.ts";

/** What BlueZ says when a connection does not come about. */
const ABORTED = "le-connection-abort-by-local";

/** Stands for a strength that the radio does not report. */
const UNKNOWN_SIGNAL = 127;

/** What a device belongs to. */
export interface FakeDeviceOptions {
  /** BlueZ. */
  readonly service: BusService;
  /** The peripheral. */
  readonly peripheral: FakePeripheral;
  /** Path of the radio's object. */
  readonly adapterPath: string;
  /** How long things take. */
  readonly timings: BluezTimings;
  /** Aborts when the radio is put off or pulled out. */
  readonly off: () => AbortSignal;
  /** Called when somebody asks to connect. */
  readonly onConnect: () => void;
}

/** One peripheral, as one radio of BlueZ knows it. */
export class FakeDevice {
  readonly #options: FakeDeviceOptions;
  readonly #object: BusObject;
  readonly #gatt: FakeGatt;
  readonly #removed = new AbortController();
  #connecting: AbortController | undefined;
  #seenMs = 0;
  #isKept = false;

  /**
   * Shows a peripheral that was heard.
   *
   * @param options What it belongs to.
   */
  constructor(options: FakeDeviceOptions) {
    const { service, peripheral, adapterPath } = options;
    const path = `${adapterPath}/dev_${
      peripheral.address.replaceAll(":", "_")
    }`;
    this.#options = options;
    this.#gatt = new FakeGatt(service, peripheral, path);
    this.#object = this.#export(path);
    peripheral.onDisconnected.add(() => this.#onDisconnected(), {
      signal: this.#removed.signal,
    });
    this.hear();
  }

  /** Whether it is connected by this radio. */
  get isConnected(): boolean {
    return this.#object.get("Connected") === true;
  }

  /** An advertisement was heard. */
  hear(): void {
    this.#seenMs = performance.now();
    const { signalDbm = UNKNOWN_SIGNAL } = this.#options.peripheral;
    this.#object.setAnew({ RSSI: signalDbm });
  }

  /** Discovery has ended, and with it what it reported. */
  forgetSignal(): void {
    this.#object.unset("RSSI");
  }

  /** Checks whether BlueZ would forget it now: never connected and not heard for long. */
  isForgotten(): boolean {
    const { forgetMs } = this.#options.timings;
    return !this.#isKept && performance.now() - this.#seenMs > forgetMs;
  }

  /** Hangs up, from either side. */
  async hangUp(): Promise<void> {
    const { peripheral, timings } = this.#options;
    this.#gatt.detach();
    await pause(systemClock, timings.hangUpMs, this.#removed.signal);
    if (this.isConnected) peripheral.drop("somebody hung up");
  }

  /** Takes it away with its table. */
  remove(): void {
    this.stop();
    this.#gatt.remove();
    this.#object.remove();
  }

  /** Ends all that it does. */
  stop(): void {
    this.cut();
    this.#removed.abort();
  }

  /** Ends the connection at once, as a radio that goes off does. */
  cut(): void {
    this.#connecting?.abort();
    if (this.isConnected) this.#options.peripheral.drop("the radio is off");
  }

  #export(path: string): BusObject {
    const { service, peripheral, adapterPath } = this.#options;
    const { address, name, services } = peripheral;
    const alias = name || address.replaceAll(":", "-");
    return service.export(path, {
      name: "org.bluez.Device1",
      properties: {
        Address: { type: "s", value: address },
        AddressType: { type: "s", value: "random" },
        Name: { type: "s", value: name || undefined },
        Alias: { type: "s", value: alias, onSet: () => {} },
        Paired: { type: "b", value: false },
        Bonded: { type: "b", value: false },
        Trusted: { type: "b", value: false, onSet: () => {} },
        Blocked: { type: "b", value: false, onSet: () => {} },
        LegacyPairing: { type: "b", value: false },
        RSSI: { type: "n", value: undefined },
        Connected: { type: "b", value: false },
        UUIDs: { type: "as", value: [...services] },
        Adapter: { type: "o", value: adapterPath },
        ServicesResolved: { type: "b", value: false },
      },
      methods: {
        Connect: { run: () => this.#connect() },
        Disconnect: { run: () => this.#disconnect() },
      },
    });
  }

  async #connect(): Promise<void> {
    const { onConnect, timings } = this.#options;
    onConnect();
    const off = this.#options.off();
    if (off.aborted) throw refusal("NotReady", "Resource Not Ready");
    if (this.#connecting) throw refusal("InProgress", "Operation in progress");
    if (this.isConnected) {
      throw refusal("AlreadyConnected", "Already Connected");
    }
    this.#isKept = true;
    const connecting = new AbortController();
    this.#connecting = connecting;
    const end = AbortSignal.any([connecting.signal, off]);
    try {
      await pause(systemClock, timings.connectMs, end);
      await this.#accept(end);
    } finally {
      this.#connecting = undefined;
    }
  }

  /** It returns as soon as there is a connection; what the peripheral has comes later. */
  async #accept(end: AbortSignal): Promise<void> {
    const { peripheral, timings } = this.#options;
    if (end.aborted) throw refusal("Failed", ABORTED);
    try {
      const link = peripheral.accept();
      if (timings.isLinkFirst) this.#object.setUntold("Connected", true);
      else this.#object.set({ Connected: true });
      this.#resolve(link);
    } catch {
      await pause(systemClock, timings.silentMs, end);
      throw refusal("Failed", ABORTED);
    }
  }

  async #resolve(
    link: ReturnType<FakePeripheral["accept"]>,
  ): Promise<void> {
    const { service, peripheral, timings } = this.#options;
    await pause(systemClock, timings.resolveMs, link.lost);
    if (link.lost.aborted) return;
    const { characteristics, services } = peripheral;
    if (timings.isTableLate) {
      this.#object.set({ ServicesResolved: true });
      await service.delivered();
    }
    this.#gatt.attach(link);
    const uuids = [...services, ...characteristics.map((one) => one.service)];
    this.#object.set({ UUIDs: [...new Set(uuids)].sort() });
    this.#object.set({ ServicesResolved: true });
  }

  async #disconnect(): Promise<void> {
    if (this.#connecting) return this.#connecting.abort();
    if (!this.isConnected) throw refusal("NotConnected", "Not Connected");
    await this.hangUp();
  }

  #onDisconnected(): void {
    this.#gatt.detach();
    this.#object.set({ ServicesResolved: false });
    this.#object.set({ Connected: false });
  }
}
