/**
 * Assigned numbers and vendor UUIDs, lower case, as BlueZ prints them.
 *
 * @module
 */

const BASE = "-0000-1000-8000-00805f9b34fb";
const WAHOO = "-0a7d-4ab3-97fa-f1500f9feb8b";
const TACX = "-b5a3-f393-e0a9-e50e24dcca9e";

/**
 * Expands an assigned number on the Bluetooth base UUID.
 *
 * @param assigned The assigned number, 0 to 0xffff.
 * @returns The full UUID, lower case.
 *
 * @example Usage
 * ```ts
 * import { assignedUuid } from "#lib/gatt/uuids.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(assignedUuid(0x2ad2), "00002ad2-0000-1000-8000-00805f9b34fb");
 * ```
 */
export function assignedUuid(assigned: number): string {
  return `0000${assigned.toString(16).padStart(4, "0")}${BASE}`;
}

/**
 * Gives the short name that characteristics carry in the catalog and in
 * traces: `2ad2`, `a026e037`, `fec2`.
 *
 * @param uuid A full UUID, an assigned number in hexadecimal digits, or a short name.
 * @returns The short name, lower case; other text comes back as it is, lower case.
 */
export function shortNameOf(uuid: string): string {
  const text = uuid.trim().toLowerCase().replace(/^0x/, "");
  if (text.startsWith("0000") && text.endsWith(BASE)) return text.slice(4, 8);
  if (text.startsWith("6e40") && text.endsWith(TACX)) return text.slice(4, 8);
  return text.endsWith(WAHOO) ? text.slice(0, 8) : text;
}

/** What stands behind the number in a UUID of Zwift's controllers. */
const ZWIFT = "-19ca-4651-86e5-fa29dcdd09d1";

/** Services, by what they are. */
export const SERVICES = {
  /** Zwift Click and Play. */
  zwiftController: `00000001${ZWIFT}`,
  /** Zwift Ride, and the second Click. */
  zwiftRide: `0000fc82${BASE}`,
  /** Heart Rate. */
  heartRate: `0000180d${BASE}`,
  /** Cycling Speed and Cadence. */
  cyclingSpeedAndCadence: `00001816${BASE}`,
  /** Cycling Power. */
  cyclingPower: `00001818${BASE}`,
  /** Fitness Machine. */
  fitnessMachine: `00001826${BASE}`,
  /** Battery. */
  battery: `0000180f${BASE}`,
  /** Device Information. */
  deviceInformation: `0000180a${BASE}`,
  /** Wahoo's unlock service. */
  wahooDevice: `a026ee01${WAHOO}`,
  /** Wahoo's tilt service. */
  wahooTilt: `a026ee0b${WAHOO}`,
  /** Wahoo's fan service. */
  wahooHeadwind: `a026ee0c${WAHOO}`,
  /** Tacx's ANT FE-C over BLE. */
  tacxFec: `6e40fec1${TACX}`,
  /** Zwift's own, of bikes with virtual gears and of controllers. */
  zwift: `0000fc82${BASE}`,
} as const;

/**
 * Says what a service is, for people.
 *
 * @param uuid A full UUID, lower case.
 * @returns For example `fitness machine`; the short name of a service that is not known.
 *
 * @example Usage
 * ```ts
 * import { assignedUuid, nameOfService } from "#lib/gatt/uuids.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(nameOfService(assignedUuid(0x1826)), "fitness machine");
 * assert.equal(nameOfService(assignedUuid(0xfe59)), "fe59");
 * ```
 */
export function nameOfService(uuid: string): string {
  const [name] = Object.entries(SERVICES).find(([, known]) => known === uuid) ??
    [];
  return name?.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) ??
    shortNameOf(uuid);
}

/** Characteristics, by what they are. */
export const CHARACTERISTICS = {
  /** Heart Rate Measurement. */
  heartRateMeasurement: `00002a37${BASE}`,
  /** CSC Measurement. */
  cscMeasurement: `00002a5b${BASE}`,
  /** CSC Feature. */
  cscFeature: `00002a5c${BASE}`,
  /** Sensor Location. */
  sensorLocation: `00002a5d${BASE}`,
  /** Cycling Power Measurement. */
  cyclingPowerMeasurement: `00002a63${BASE}`,
  /** Cycling Power Feature. */
  cyclingPowerFeature: `00002a65${BASE}`,
  /** Cycling Power Control Point. */
  cyclingPowerControlPoint: `00002a66${BASE}`,
  /** Fitness Machine Feature. */
  fitnessMachineFeature: `00002acc${BASE}`,
  /** Indoor Bike Data. */
  indoorBikeData: `00002ad2${BASE}`,
  /** Training Status. */
  trainingStatus: `00002ad3${BASE}`,
  /** Supported Speed Range. */
  supportedSpeedRange: `00002ad4${BASE}`,
  /** Supported Inclination Range. */
  supportedInclinationRange: `00002ad5${BASE}`,
  /** Supported Resistance Level Range. */
  supportedResistanceLevelRange: `00002ad6${BASE}`,
  /** Supported Heart Rate Range. */
  supportedHeartRateRange: `00002ad7${BASE}`,
  /** Supported Power Range. */
  supportedPowerRange: `00002ad8${BASE}`,
  /** Fitness Machine Control Point. */
  fitnessMachineControlPoint: `00002ad9${BASE}`,
  /** Fitness Machine Status. */
  fitnessMachineStatus: `00002ada${BASE}`,
  /** Battery Level. */
  batteryLevel: `00002a19${BASE}`,
  /** System ID. */
  systemId: `00002a23${BASE}`,
  /** Model Number String. */
  modelNumber: `00002a24${BASE}`,
  /** Serial Number String. */
  serialNumber: `00002a25${BASE}`,
  /** Firmware Revision String. */
  firmwareRevision: `00002a26${BASE}`,
  /** Hardware Revision String. */
  hardwareRevision: `00002a27${BASE}`,
  /** Software Revision String. */
  softwareRevision: `00002a28${BASE}`,
  /** Manufacturer Name String. */
  manufacturerName: `00002a29${BASE}`,
  /** PnP ID. */
  pnpId: `00002a50${BASE}`,
  /** Where Wahoo devices are unlocked. */
  wahooUnlock: `a026e002${WAHOO}`,
  /** Wahoo trainer control, inside the Cycling Power service. */
  wahooTrainerControl: `a026e005${WAHOO}`,
  /** Wahoo tilt control. */
  wahooTilt: `a026e037${WAHOO}`,
  /** Wahoo fan control. */
  wahooHeadwind: `a026e038${WAHOO}`,
  /** FE-C messages from a Tacx trainer. */
  tacxFecNotify: `6e40fec2${TACX}`,
  /** FE-C messages to a Tacx trainer. */
  tacxFecWrite: `6e40fec3${TACX}`,
  /** What buttons of Zwift's controllers do. */
  zwiftEvents: `00000002${ZWIFT}`,
  /** Commands to Zwift's controllers. */
  zwiftCommands: `00000003${ZWIFT}`,
  /** Answers of Zwift's controllers. */
  zwiftAnswers: `00000004${ZWIFT}`,
} as const;
