/**
 * The BLE radio in the role of central, as drivers see it: bytes only.
 *
 * @module
 */
import type { Listenable } from "#lib/base/event_hook.ts";

/** What a peripheral says about itself before anybody connects to it. */
export interface BleAdvertisement {
  /** Its address, upper case, for example `EC:B2:8A:26:85:C5`. */
  readonly address: string;
  /** The radio that heard it, for example `hci0`. */
  readonly adapter: string;
  /** Its name; empty where it has none. Anybody can choose any name. */
  readonly name: string;
  /** Full UUIDs of the services it names, lower case. */
  readonly services: readonly string[];
  /** Strength of its signal, -127 to 20 dBm; left out where the radio does not report it. */
  readonly signalDbm?: number;
}

/** Peripherals that are meant by their name. */
export interface BleNamedFilter {
  /** How the name begins, in any case. */
  readonly namePrefix: string;
  /** Full UUIDs, lower case; it advertises at least one of them. */
  readonly services: readonly string[];
}

/** Which peripherals are meant; all that is given must hold. */
export interface BleFilter {
  /** The address, in any case. */
  readonly address?: string;
  /** How the name begins, in any case. */
  readonly namePrefix?: string;
  /** Full UUIDs, lower case; it advertises at least one of them, or none at all is asked for. */
  readonly services?: readonly string[];
  /** Peripherals that are meant too, though they advertise none of `services`. */
  readonly byName?: readonly BleNamedFilter[];
  /** The radio to use: its name, for example `hci1`, or its own address. */
  readonly adapter?: string;
  /** Addresses that others use; read anew for each advertisement. */
  readonly exceptAddresses?: ReadonlySet<string>;
}

/** What can be done with a characteristic (Core Specification 5.4, volume 3, part G, 3.3.1.1). */
export const BLE_PROPERTIES = [
  "read",
  "write",
  "write-without-response",
  "notify",
  "indicate",
] as const;

/** What can be done with a characteristic. */
export type BleProperty = (typeof BLE_PROPERTIES)[number];

/** A characteristic of a connected peripheral. */
export interface BleCharacteristic {
  /** Full UUID of the characteristic, lower case. */
  readonly uuid: string;
  /** Full UUID of its service, lower case. */
  readonly service: string;
  /** What can be done with it. */
  readonly properties: readonly BleProperty[];
}

/** How long something may take. */
export interface BleOptions {
  /** Gives up; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long a peripheral is looked for. */
export interface BleConnectOptions {
  /** Gives up; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Gives up too, but only until a peripheral that fits was found. */
  readonly searchSignal?: AbortSignal;
}

/** How a value is written. */
export interface BleWriteOptions extends BleOptions {
  /**
   * Does not wait until the peripheral has it.
   *
   * @default {false} where the characteristic has the property `write`
   */
  readonly withoutResponse?: boolean;
}

/** A peripheral with a connection and known services; the connection ends when it is disposed. */
export interface BlePeripheral extends AsyncDisposable {
  /** Its address, upper case. */
  readonly address: string;
  /** The radio that it is connected by. */
  readonly adapter: string;
  /** Its name; empty where it has none. */
  readonly name: string;
  /** What it has, in the order of its table. */
  readonly characteristics: readonly BleCharacteristic[];
  /** Aborts when the connection is lost or ended; the reason is a `DeviceError`, `disconnected`. */
  readonly lost: AbortSignal;
  /** Strength of its signal when it was measured last, in dBm; undefined where the radio does not report it. */
  readonly signalDbm?: number | undefined;
  /** The largest frame that both sides take, 23 to 517 bytes; undefined where the radio does not report it. */
  readonly mtuBytes?: number | undefined;
  /** Fires with the strength of its signal, in dBm, where the radio reports it. */
  readonly onSignal: Listenable<[signalDbm: number]>;
  /**
   * Reads a value.
   *
   * @param characteristic Full UUID.
   * @param options When to give up.
   * @returns The value.
   * @throws {DeviceError} `not_found` without such a characteristic, `refused` by the peripheral, `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  read(characteristic: string, options?: BleOptions): Promise<Uint8Array>;
  /**
   * Writes a value. Values are written one after another, in the order of the calls.
   *
   * @param characteristic Full UUID.
   * @param value The value.
   * @param options How it is written, and when to give up.
   * @throws {DeviceError} `not_found` without such a characteristic, `refused` by the peripheral, `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  write(
    characteristic: string,
    value: Uint8Array,
    options?: BleWriteOptions,
  ): Promise<void>;
  /**
   * Asks for notifications or indications, until the connection ends.
   *
   * @param characteristic Full UUID.
   * @param onValue Called with each value; values that come before the promise resolves too.
   * @param options When to give up.
   * @returns Resolves when the peripheral has agreed.
   * @throws {DeviceError} `not_found` without such a characteristic, `refused` by the peripheral, `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  subscribe(
    characteristic: string,
    onValue: (value: Uint8Array) => void,
    options?: BleOptions,
  ): Promise<void>;
}

/** Whether a radio can be used: it is on, it is off, or something else holds it off. */
export type BleAdapterState = "on" | "off" | "blocked";

/** A radio. */
export interface BleAdapter {
  /** Its name, for example `hci0`; it may have another one after it was plugged in anew. */
  readonly name: string;
  /** Its own address, upper case; stays the same. */
  readonly address: string;
  /** Whether it can be used. */
  readonly state: BleAdapterState;
}

/** The BLE radios of this machine, in the role of central. */
export interface BleCentral extends AsyncDisposable {
  /**
   * Lists the radios.
   *
   * @returns All that are there, by name.
   * @throws {HardwareUnavailableError} If no radio could be used, whatever is there.
   */
  adapters(): Promise<readonly BleAdapter[]>;
  /**
   * Reports what is around: each advertisement that fits, again and again.
   *
   * @param filter Which ones.
   * @param options Ends the scan, without an error.
   * @throws {HardwareUnavailableError} If there is no radio, it is off, or may not be used.
   */
  scan(
    filter: BleFilter,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<BleAdvertisement>;
  /**
   * Waits for the first peripheral that fits, connects to it and finds out
   * what it has. Two callers may use the same peripheral; the connection ends
   * when both have let it go.
   *
   * @param filter Which one.
   * @param options When to give up.
   * @returns The peripheral.
   * @throws {HardwareUnavailableError} If there is no radio, it is off, or may not be used.
   * @throws {DeviceError} If it was found and does not let itself be connected to.
   * @throws {TimeoutError} If it was found and does not answer.
   */
  connect(
    filter: BleFilter,
    options: BleConnectOptions,
  ): Promise<BlePeripheral>;
}

/**
 * Checks whether a peripheral is meant.
 *
 * @param advertisement What it says about itself.
 * @param filter Which ones are meant.
 * @returns True if all that is given holds.
 *
 * @example Usage
 * ```ts
 * import { fitsFilter } from "#lib/hardware/ble.ts";
 * import assert from "node:assert/strict";
 *
 * const strap = { address: "EC:B2:8A:26:85:C5", adapter: "hci0", name: "TICKR 4A2B", services: [] };
 * assert(fitsFilter(strap, { namePrefix: "tickr" }));
 * assert(!fitsFilter(strap, { namePrefix: "tickr", adapter: "hci1" }));
 * ```
 */
export function fitsFilter(
  advertisement: BleAdvertisement,
  filter: BleFilter,
): boolean {
  const { address, namePrefix, services, adapter, exceptAddresses } = filter;
  const { name } = advertisement;
  const checks = [
    address === undefined || address.toUpperCase() === advertisement.address,
    namePrefix === undefined ||
    name.toLowerCase().startsWith(namePrefix.toLowerCase()),
    services === undefined ||
    servicesOf(advertisement, filter).some((uuid) =>
      advertisement.services.includes(uuid)
    ),
    adapter === undefined || adapter === advertisement.adapter,
    !exceptAddresses?.has(advertisement.address),
  ];
  return checks.every(Boolean);
}

/** The services of which it must advertise one, its name taken into account. */
function servicesOf(
  { name }: BleAdvertisement,
  { services = [], byName = [] }: BleFilter,
): readonly string[] {
  const rows = byName.filter(({ namePrefix }) =>
    name.toLowerCase().startsWith(namePrefix.toLowerCase())
  );
  return [...services, ...rows.flatMap((row) => row.services)];
}

/**
 * The services that a radio must look for.
 *
 * @param filter Which peripherals are meant.
 * @returns Full UUIDs; undefined where any peripheral may be meant.
 */
export function servicesToSeek(
  { services, byName = [] }: BleFilter,
): readonly string[] | undefined {
  if (services === undefined) return undefined;
  return [...services, ...byName.flatMap((row) => row.services)];
}
