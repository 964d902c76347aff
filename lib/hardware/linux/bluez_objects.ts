/**
 * BlueZ's objects, read with care: what is odd is left out, as names, UUIDs
 * and strengths come from whoever is in the air.
 *
 * @module
 */
import {
  BLE_PROPERTIES,
  type BleAdvertisement,
  type BleCharacteristic,
} from "#lib/hardware/ble.ts";
import type { ObjectTree, PropertyBag } from "./dbus.ts";

/** BlueZ's name on the bus. */
export const BLUEZ = "org.bluez";

/** The interfaces of BlueZ that are used. */
export const BLUEZ_INTERFACES = {
  /** A radio. */
  adapter: "org.bluez.Adapter1",
  /** A peripheral, heard now or known from before. */
  device: "org.bluez.Device1",
  /** A service of a peripheral. */
  service: "org.bluez.GattService1",
  /** A characteristic of a peripheral. */
  characteristic: "org.bluez.GattCharacteristic1",
} as const;

/** A radio. */
export interface BluezAdapter {
  /** Path of its object. */
  readonly path: string;
  /** Its name, for example `hci0`; another one after it was pulled out and put back. */
  readonly name: string;
  /** Its own address, upper case. */
  readonly address: string;
  /** Whether it is on. */
  readonly isPowered: boolean;
  /** Whether it cannot be put on, as rfkill holds it off. */
  readonly isBlocked: boolean;
  /** Whether it looks for peripherals, for whomever. */
  readonly isDiscovering: boolean;
}

/** A peripheral that BlueZ knows. */
export interface BluezDevice {
  /** Path of its object. */
  readonly path: string;
  /** Path of the object of its radio. */
  readonly adapterPath: string;
  /** What it says about itself. */
  readonly advertisement: BleAdvertisement;
  /** Whether it is there: heard in the running discovery, or connected. */
  readonly isPresent: boolean;
  /** Whether it is connected. */
  readonly isConnected: boolean;
  /** Whether all that it has is known. */
  readonly isResolved: boolean;
}

/** A characteristic of a peripheral. */
export interface BluezCharacteristic extends BleCharacteristic {
  /** Path of its object. */
  readonly path: string;
}

/** Strengths that a radio can mean; 127 stands for unknown (Core Specification 5.4, volume 4, part E, 7.7.65.2). */
const SIGNAL_DBM = { min: -127, max: 20 };

/**
 * Reads all radios.
 *
 * @returns The radios, by name.
 */
export function readAdapters(objects: ObjectTree): readonly BluezAdapter[] {
  return Object.entries(objects)
    .flatMap(([path, { [BLUEZ_INTERFACES.adapter]: bag }]) =>
      bag ? [readAdapter(path, bag)] : []
    )
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

function readAdapter(path: string, bag: PropertyBag): BluezAdapter {
  return {
    path,
    name: lastPartOf(path),
    address: textOf(bag, "Address").toUpperCase(),
    isPowered: bag["Powered"] === true,
    isBlocked: bag["PowerState"] === "off-blocked",
    isDiscovering: bag["Discovering"] === true,
  };
}

/**
 * Reads a peripheral.
 *
 * @returns The peripheral; undefined without a peripheral there.
 */
export function readDevice(
  objects: ObjectTree,
  path: string,
): BluezDevice | undefined {
  const bag = objects[path]?.[BLUEZ_INTERFACES.device];
  if (!bag) return undefined;
  const adapterPath = path.slice(0, path.lastIndexOf("/"));
  const address = textOf(bag, "Address").toUpperCase();
  const alias = textOf(bag, "Alias");
  const signalDbm = readSignal(bag["RSSI"]);
  const isResolved = bag["ServicesResolved"] === true;
  // BlueZ does not report that it is connected where the link was faster than the kernel's word of it.
  const isConnected = bag["Connected"] === true || isResolved;
  return {
    path,
    adapterPath,
    advertisement: {
      address,
      adapter: lastPartOf(adapterPath),
      // The alias of a device without a name is its address.
      name: alias === address.replaceAll(":", "-") ? "" : alias,
      services: textsOf(bag, "UUIDs").map((uuid) => uuid.toLowerCase()),
      ...(signalDbm !== undefined && { signalDbm }),
    },
    isPresent: isConnected || bag["RSSI"] !== undefined,
    isConnected,
    isResolved,
  };
}

/**
 * Reads the strength of a signal.
 *
 * @returns In dBm; undefined where the radio does not report it.
 */
export function readSignal(value: unknown): number | undefined {
  const isStrength = typeof value === "number" &&
    value >= SIGNAL_DBM.min && value <= SIGNAL_DBM.max;
  return isStrength ? value : undefined;
}

/**
 * Reads the characteristics of a peripheral.
 *
 * @param devicePath Path of the peripheral's object.
 * @returns What it has, in the order of its table.
 */
export function readCharacteristics(
  objects: ObjectTree,
  devicePath: string,
): readonly BluezCharacteristic[] {
  return Object.entries(objects)
    .filter(([path]) => path.startsWith(`${devicePath}/`))
    // Paths end in handles, four hexadecimal digits each: their order is that of the table.
    .sort(([a], [b]) => a < b ? -1 : 1)
    .flatMap(([path, { [BLUEZ_INTERFACES.characteristic]: bag }]) => {
      if (!bag) return [];
      const servicePath = path.slice(0, path.lastIndexOf("/"));
      const service = objects[servicePath]?.[BLUEZ_INTERFACES.service] ?? {};
      const flags = textsOf(bag, "Flags");
      return [{
        path,
        uuid: textOf(bag, "UUID").toLowerCase(),
        service: textOf(service, "UUID").toLowerCase(),
        properties: BLE_PROPERTIES.filter((name) => flags.includes(name)),
      }];
    });
}

function lastPartOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function textOf(bag: PropertyBag, name: string): string {
  const value = bag[name];
  return typeof value === "string" ? value : "";
}

function textsOf(bag: PropertyBag, name: string): readonly string[] {
  const value = bag[name];
  return Array.isArray(value)
    ? value.filter((item) => typeof item === "string")
    : [];
}
