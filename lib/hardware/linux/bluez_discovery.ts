/**
 * Looking for peripherals, for any number of callers on any number of radios.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import {
  type BleFilter,
  fitsFilter,
  servicesToSeek,
} from "#lib/hardware/ble.ts";
import { BLUETOOTH } from "./bluez_error.ts";
import type { BluezAdapter, BluezDevice } from "./bluez_objects.ts";
import { BluezScan, type ScanFilter } from "./bluez_scan.ts";
import type { BluezSession } from "./bluez_session.ts";

/** Somebody who looks for peripherals. */
interface Seeker {
  /** Which ones. */
  readonly filter: BleFilter;
  /** Called with each one that fits, again and again. */
  onFound(device: BluezDevice): void;
  /** Called when no radio is left to look with; a `HardwareUnavailableError`. */
  onFailed(error: unknown): void;
}

/** How peripherals are looked for. */
interface BluezDiscoveryOptions {
  /** Puts radios on that are off. */
  readonly powerOn: boolean;
  /** Says how long a discovery has rested. */
  readonly clock: Clock;
  /** Addresses of radios by the name they had when they were seen first; kept over sessions. */
  readonly adapterAddresses: Map<string, string>;
}

/** Discovery on all radios that somebody wants it on; shared by all who look. */
export class BluezDiscovery {
  readonly #session: BluezSession;
  readonly #options: BluezDiscoveryOptions;
  readonly #seekers = new Set<Seeker>();
  readonly #scans = new Map<string, BluezScan>();
  readonly #paused = new Map<string, number>();
  readonly #failures = new Map<string, unknown>();
  /** Peripherals that did not take a connection, and were not heard since. */
  readonly #distrusted = new Set<string>();

  /**
   * Begins with nobody who looks.
   *
   * @param options How peripherals are looked for.
   */
  constructor(session: BluezSession, options: BluezDiscoveryOptions) {
    this.#session = session;
    this.#options = options;
    this.#rememberAdapters();
    session.onAdapterChanged.add((path) => this.#onAdapterChanged(path));
    session.onPresent.add((path) => this.#onPresent(path));
    session.lost.addEventListener("abort", () => {
      for (const seeker of this.#seekers) seeker.onFailed(session.lost.reason);
    });
  }

  /**
   * Looks for peripherals. Those that are there already are reported at once.
   *
   * @returns Ends it when disposed.
   * @throws {HardwareUnavailableError} If there is no radio to look with.
   */
  add(seeker: Seeker): Disposable {
    this.#failures.clear();
    this.#requireAdapter(seeker);
    this.#seekers.add(seeker);
    for (const device of this.#session.devices) {
      const isThere = device.isPresent && !this.#distrusted.has(device.path);
      if (isThere) this.#offer(device, seeker);
    }
    this.#update();
    return {
      [Symbol.dispose]: () => {
        this.#seekers.delete(seeker);
        this.#update();
      },
    };
  }

  /**
   * Keeps a radio from looking while it connects, which few can do at once.
   *
   * @param adapterPath Path of the radio's object.
   * @returns Resolves when it does not look; lets it go on when disposed.
   */
  async pause(adapterPath: string): Promise<Disposable> {
    const count = (by: number) => {
      const count = (this.#paused.get(adapterPath) ?? 0) + by;
      if (count > 0) this.#paused.set(adapterPath, count);
      else this.#paused.delete(adapterPath);
    };
    count(1);
    await this.#scans.get(adapterPath)?.set(this.#filterFor(adapterPath));
    return {
      [Symbol.dispose]: () => {
        count(-1);
        this.#update();
      },
    };
  }

  /**
   * Takes a peripheral for gone until it is heard again: while others search,
   * BlueZ keeps the strength of a signal that has long faded.
   *
   * @param path Path of the peripheral's object.
   */
  distrust(path: string): void {
    this.#distrusted.add(path);
  }

  #onAdapterChanged(path: string): void {
    this.#rememberAdapters();
    const adapter = this.#session.adapter(path);
    this.#failures.delete(path);
    if (!adapter?.isPowered) this.#scans.get(path)?.forget();
    if (!adapter) this.#scans.delete(path);
    this.#checkSeekers();
    this.#update();
  }

  #onPresent(path: string): void {
    this.#distrusted.delete(path);
    if (this.#seekers.size === 0) return;
    const device = this.#session.device(path);
    if (!device?.isPresent) return;
    for (const seeker of this.#seekers) this.#offer(device, seeker);
  }

  #offer(device: BluezDevice, seeker: Seeker): void {
    const { advertisement, adapterPath } = device;
    const { adapter, ...rest } = seeker.filter;
    if (adapter !== undefined) {
      const chosen = this.#adaptersFor(seeker);
      if (!chosen.some(({ path }) => path === adapterPath)) return;
    }
    if (fitsFilter(advertisement, rest)) seeker.onFound(device);
  }

  /** The radios that a seeker may use, on or off. */
  #adaptersFor({ filter }: Seeker): readonly BluezAdapter[] {
    const { adapters } = this.#session;
    const { adapter: wanted } = filter;
    if (wanted === undefined) return adapters;
    const known = this.#options.adapterAddresses.get(wanted) ??
      wanted.toUpperCase();
    const byAddress = adapters.filter(({ address }) => address === known);
    return byAddress.length > 0
      ? byAddress
      : adapters.filter(({ name }) => name === wanted);
  }

  #isUsable(adapter: BluezAdapter): boolean {
    const isOn = adapter.isPowered ||
      (this.#options.powerOn && !adapter.isBlocked);
    return isOn && !this.#failures.has(adapter.path);
  }

  #requireAdapter(seeker: Seeker): void {
    const adapters = this.#adaptersFor(seeker);
    if (adapters.some((adapter) => this.#isUsable(adapter))) return;
    const [first] = adapters;
    if (!first) throw makeMissingError(seeker.filter, this.#session.adapters);
    throw this.#failures.get(first.path) ?? makeOffError(first);
  }

  #checkSeekers(): void {
    for (const seeker of this.#seekers) {
      try {
        this.#requireAdapter(seeker);
      } catch (error) {
        seeker.onFailed(error);
      }
    }
  }

  /** Makes each radio look for what those want who may use it. */
  #update(): void {
    if (this.#session.lost.aborted) return;
    for (const { path } of this.#session.adapters) {
      const filter = this.#filterFor(path);
      const scan = this.#scans.get(path) ?? this.#makeScan(path);
      if (!this.#failures.has(path)) void scan.set(filter);
    }
  }

  #makeScan(path: string): BluezScan {
    const scan = new BluezScan(this.#session, path, {
      powerOn: this.#options.powerOn,
      clock: this.#options.clock,
      onFailed: (error) => {
        this.#failures.set(path, error);
        this.#checkSeekers();
      },
    });
    this.#scans.set(path, scan);
    return scan;
  }

  /** The services that a radio looks for: any, as soon as one seeker says so. */
  #filterFor(path: string): ScanFilter | undefined {
    const adapter = this.#session.adapter(path);
    if (!adapter || !this.#isUsable(adapter) || this.#paused.has(path)) {
      return undefined;
    }
    const filters = [...this.#seekers]
      .filter((seeker) =>
        this.#adaptersFor(seeker).some((one) => one.path === path)
      )
      .map(({ filter }) => servicesToSeek(filter));
    if (filters.length === 0) return undefined;
    return filters.includes(undefined)
      ? []
      : filters.flatMap((services) => services ?? []);
  }

  /** A radio that is pulled out and put back has another name, and the same address. */
  #rememberAdapters(): void {
    const { adapterAddresses } = this.#options;
    for (const { name, address } of this.#session.adapters) {
      if (!adapterAddresses.has(name)) adapterAddresses.set(name, address);
    }
  }
}

function makeMissingError(
  { adapter }: BleFilter,
  adapters: readonly BluezAdapter[],
): HardwareUnavailableError {
  const names = adapters.map(({ name }) => name).join(", ");
  const [device, state] = adapter === undefined || names === ""
    ? [adapter ?? BLUETOOTH, "there is no radio, plug one in or enable it"]
    : [adapter, `there is no such radio, choose one of ${names}`];
  return new HardwareUnavailableError(
    `Cannot use "${device}": ${state}`,
    device,
    "absent",
  );
}

function makeOffError(
  { name, isBlocked }: BluezAdapter,
): HardwareUnavailableError {
  const advice = isBlocked
    ? "rfkill unblock bluetooth"
    : "bluetoothctl power on";
  return new HardwareUnavailableError(
    `Cannot use "${name}": it is off, run "${advice}"`,
    name,
    "powered_off",
  );
}
