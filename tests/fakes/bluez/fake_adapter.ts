/**
 * One radio of BlueZ.
 *
 * @module
 */
import { EventHook } from "#lib/base/event_hook.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import type { BusObject, BusService } from "./bus_service.ts";
import { FakeDevice } from "./fake_device.ts";
import { refusal } from "./refusals.ts";
import type { BluezTimings } from "./timings.ts";

/** What a radio belongs to. */
export interface FakeAdapterOptions {
  /** BlueZ. */
  readonly service: BusService;
  /** Its name, for example `hci0`. */
  readonly name: string;
  /** Its own address. */
  readonly address: string;
  /** What it can hear. */
  readonly peripherals: readonly FakePeripheral[];
  /** How long things take. */
  readonly timings: BluezTimings;
}

/** One radio of BlueZ, with the peripherals that it knows. */
export class FakeAdapter {
  /** What clients look for, by client: services, none for any. */
  readonly searches = new Map<string, readonly string[]>();
  /** Kinds of Bluetooth that clients have asked to look for, for example `le`. */
  readonly transports = new Set<unknown>();
  /** Fires when what clients look for has changed. */
  readonly onSearch: EventHook<[]> = new EventHook("search");
  /** How often it was asked to connect. */
  connectCount = 0;
  /** Fires when a client starts its search. */
  readonly onStarted: EventHook<[]> = new EventHook("started");
  /** Whether it starts searches, and hears nothing all the same. */
  isDeaf = false;
  readonly #options: FakeAdapterOptions;
  readonly #object: BusObject;
  readonly #filters = new Map<string, readonly string[]>();
  readonly #devices = new Map<FakePeripheral, FakeDevice>();
  readonly #timer: ReturnType<typeof setInterval>;
  #off = new AbortController();

  /**
   * Plugs a radio in; it is on.
   *
   * @param options What it belongs to.
   */
  constructor(options: FakeAdapterOptions) {
    this.#options = options;
    this.#object = this.#export();
    options.service.onClientGone.add((sender) => this.#stop(sender));
    this.#timer = setInterval(() => this.#beat(), options.timings.advertiseMs);
  }

  /** Whether it is on. */
  get isPowered(): boolean {
    return this.#object.get("Powered") === true;
  }

  /** Puts it on or off. */
  setPowered(isPowered: boolean): void {
    this.#object.set({
      Powered: isPowered,
      PowerState: isPowered ? "on" : "off",
    });
    this.#onPowered(isPowered);
  }

  /** Holds it off, as rfkill does, or lets it go. */
  setBlocked(isBlocked: boolean): void {
    this.setPowered(false);
    this.#object.set({ PowerState: isBlocked ? "off-blocked" : "off" });
  }

  /**
   * Stops looking for peripherals without a word to its clients, as a reset does.
   *
   * @param isForgotten Whether what they look for is forgotten too.
   */
  stopDiscovering(isForgotten: boolean): void {
    this.#object.set({ Discovering: false });
    for (const device of this.#devices.values()) device.forgetSignal();
    if (!isForgotten) return;
    this.searches.clear();
    this.onSearch.fire();
  }

  /** Goes on looking for peripherals, as BlueZ does after a rest. */
  resumeDiscovering(): void {
    this.#object.set({ Discovering: true });
  }

  /** Forgets a peripheral that it knows. */
  forget(peripheral: FakePeripheral): void {
    this.#devices.get(peripheral)?.remove();
    this.#devices.delete(peripheral);
  }

  /** Finds a peripheral that it knows. */
  device(peripheral: FakePeripheral): FakeDevice | undefined {
    return this.#devices.get(peripheral);
  }

  /** Pulls it out. */
  remove(): void {
    this.stop();
    for (const device of this.#devices.values()) device.remove();
    this.#devices.clear();
    this.#object.remove();
  }

  /** Ends all that it does, without notifying anybody. */
  stop(): void {
    clearInterval(this.#timer);
    this.#off.abort();
    for (const device of this.#devices.values()) device.stop();
  }

  #export(): BusObject {
    const { service, name, address } = this.#options;
    return service.export(`/org/bluez/${name}`, {
      name: "org.bluez.Adapter1",
      properties: {
        Address: { type: "s", value: address },
        AddressType: { type: "s", value: "public" },
        Name: { type: "s", value: name },
        Alias: { type: "s", value: name, onSet: () => {} },
        Class: { type: "u", value: 0 },
        Powered: {
          type: "b",
          value: true,
          onSet: (value) => this.#onPowered(value === true),
        },
        PowerState: { type: "s", value: "on" },
        Discoverable: { type: "b", value: false, onSet: () => {} },
        DiscoverableTimeout: { type: "u", value: 180, onSet: () => {} },
        Pairable: { type: "b", value: false, onSet: () => {} },
        PairableTimeout: { type: "u", value: 0, onSet: () => {} },
        Discovering: { type: "b", value: false },
        UUIDs: { type: "as", value: [] },
        Roles: { type: "as", value: ["central", "peripheral"] },
      },
      methods: {
        StartDiscovery: { run: (_, sender) => this.#startDiscovery(sender) },
        StopDiscovery: { run: (_, sender) => this.#stopDiscovery(sender) },
        SetDiscoveryFilter: {
          in: "a{sv}",
          run: ([filter], sender) => this.#setFilter(filter, sender),
        },
        RemoveDevice: { in: "o", run: ([path]) => this.#removeDevice(path) },
      },
    });
  }

  #startDiscovery(sender: string): void {
    this.#requireOn();
    if (this.searches.has(sender)) {
      throw refusal("InProgress", "Operation already in progress");
    }
    this.searches.set(sender, this.#filters.get(sender) ?? []);
    if (!this.isDeaf) this.#object.set({ Discovering: true });
    this.onSearch.fire();
    this.onStarted.fire();
  }

  #stopDiscovery(sender: string): void {
    this.#requireOn();
    if (!this.searches.has(sender)) {
      throw refusal("Failed", "No discovery started");
    }
    this.#stop(sender);
  }

  #stop(sender: string): void {
    this.#filters.delete(sender);
    if (!this.searches.delete(sender)) return;
    this.onSearch.fire();
    if (this.searches.size > 0) return;
    this.#object.set({ Discovering: false });
    for (const device of this.#devices.values()) device.forgetSignal();
  }

  #setFilter(filter: unknown, sender: string): void {
    const { Transport, UUIDs } = readFilter(filter);
    const isText = (value: unknown) => typeof value === "string";
    if (![Transport, ...UUIDs].every(isText)) {
      throw refusal("InvalidArguments", "Invalid arguments in method call");
    }
    this.transports.add(Transport);
    const services = UUIDs.map(String);
    this.#filters.set(sender, services);
    if (!this.searches.has(sender)) return;
    this.searches.set(sender, services);
    this.onSearch.fire();
  }

  #removeDevice(path: unknown): void {
    const { name } = this.#options;
    for (const [peripheral, device] of this.#devices) {
      const own = `/org/bluez/${name}/dev_${
        peripheral.address.replaceAll(":", "_")
      }`;
      if (own !== path) continue;
      device.remove();
      this.#devices.delete(peripheral);
      return;
    }
    throw refusal("DoesNotExist", "Does Not Exist");
  }

  #requireOn(): void {
    if (!this.isPowered) {
      throw refusal("NotReady", "Resource Not Ready");
    }
  }

  #onPowered(isPowered: boolean): void {
    if (isPowered) {
      this.#off = new AbortController();
      return;
    }
    this.#off.abort();
    for (const device of this.#devices.values()) device.cut();
    for (const sender of [...this.searches.keys()]) this.#stop(sender);
  }

  /** One interval of advertising: what is awake, wanted and not connected is heard. */
  #beat(): void {
    const { peripherals } = this.#options;
    for (const [peripheral, device] of this.#devices) {
      if (device.isForgotten()) this.forget(peripheral);
    }
    if (this.#object.get("Discovering") !== true) return;
    for (const peripheral of peripherals) {
      const { isAwake, isConnected } = peripheral;
      if (isAwake && !isConnected && this.#isWanted(peripheral)) {
        this.#hear(peripheral);
      }
    }
  }

  #isWanted({ services }: FakePeripheral): boolean {
    return [...this.searches.values()].some((wanted) =>
      wanted.length === 0 || wanted.some((uuid) => services.includes(uuid))
    );
  }

  #hear(peripheral: FakePeripheral): void {
    const known = this.#devices.get(peripheral);
    if (known) return known.hear();
    const { service, name, timings } = this.#options;
    const device = new FakeDevice({
      service,
      peripheral,
      adapterPath: `/org/bluez/${name}`,
      timings,
      off: () => this.#off.signal,
      onConnect: () => this.connectCount++,
    });
    this.#devices.set(peripheral, device);
  }
}

function readFilter(filter: unknown): {
  readonly Transport: unknown;
  readonly UUIDs: readonly unknown[];
} {
  const { Transport = "auto", UUIDs = [] }: Readonly<Record<string, unknown>> =
    Object(filter);
  return { Transport, UUIDs: Array.isArray(UUIDs) ? UUIDs : [UUIDs] };
}
