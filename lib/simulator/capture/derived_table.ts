/**
 * The table of a device whose table was not captured: what passed shows which
 * characteristics it has, and what can be done with them.
 *
 * @module
 */
import { assignedUuid, CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import type { BleCharacteristic, BleProperty } from "#lib/hardware/ble.ts";
import type { CapturedEvent, Passed } from "./captured.ts";

/** Which service each characteristic belongs to. */
const SERVICE_OF = new Map<string, string>(
  Object.entries({
    [SERVICES.heartRate]: [CHARACTERISTICS.heartRateMeasurement],
    [SERVICES.cyclingSpeedAndCadence]: [
      CHARACTERISTICS.cscMeasurement,
      CHARACTERISTICS.cscFeature,
      assignedUuid(0x2a55),
    ],
    [SERVICES.cyclingPower]: [
      CHARACTERISTICS.cyclingPowerMeasurement,
      CHARACTERISTICS.cyclingPowerFeature,
      CHARACTERISTICS.cyclingPowerControlPoint,
      CHARACTERISTICS.sensorLocation,
      CHARACTERISTICS.wahooTrainerControl,
    ],
    [SERVICES.fitnessMachine]: [
      CHARACTERISTICS.fitnessMachineFeature,
      CHARACTERISTICS.indoorBikeData,
      CHARACTERISTICS.trainingStatus,
      CHARACTERISTICS.supportedSpeedRange,
      CHARACTERISTICS.supportedInclinationRange,
      CHARACTERISTICS.supportedResistanceLevelRange,
      CHARACTERISTICS.supportedHeartRateRange,
      CHARACTERISTICS.supportedPowerRange,
      CHARACTERISTICS.fitnessMachineControlPoint,
      CHARACTERISTICS.fitnessMachineStatus,
    ],
    [SERVICES.battery]: [CHARACTERISTICS.batteryLevel],
    [SERVICES.deviceInformation]: [
      CHARACTERISTICS.systemId,
      CHARACTERISTICS.modelNumber,
      CHARACTERISTICS.serialNumber,
      CHARACTERISTICS.firmwareRevision,
      CHARACTERISTICS.hardwareRevision,
      CHARACTERISTICS.softwareRevision,
      CHARACTERISTICS.manufacturerName,
      CHARACTERISTICS.pnpId,
    ],
    [SERVICES.wahooDevice]: [CHARACTERISTICS.wahooUnlock],
    [SERVICES.wahooTilt]: [CHARACTERISTICS.wahooTilt],
    [SERVICES.wahooHeadwind]: [CHARACTERISTICS.wahooHeadwind],
    [SERVICES.tacxFec]: [
      CHARACTERISTICS.tacxFecNotify,
      CHARACTERISTICS.tacxFecWrite,
    ],
  }).flatMap(([service, uuids]) =>
    uuids.map((uuid): [string, string] => [uuid, service])
  ),
);

/** Those that take writes without response, on all devices that have them. */
const WITHOUT_RESPONSE: readonly string[] = [
  CHARACTERISTICS.wahooUnlock,
  CHARACTERISTICS.wahooTilt,
  CHARACTERISTICS.wahooHeadwind,
  CHARACTERISTICS.tacxFecWrite,
];

/**
 * Derives a table.
 *
 * @param events What passed with the device.
 * @returns Each characteristic that something passed with; one of an unknown
 * service stands in a service of its own number.
 */
export function deriveTable(
  events: readonly CapturedEvent[],
): readonly BleCharacteristic[] {
  const table = new Map<string, Set<BleProperty>>();
  for (const { characteristic, dir } of events) {
    const property = propertyOf(dir, characteristic);
    if (property === undefined) continue;
    const properties = table.get(characteristic) ?? new Set();
    table.set(characteristic, properties.add(property));
  }
  return [...table].map(([uuid, properties]) => ({
    uuid,
    service: SERVICE_OF.get(uuid) ?? uuid,
    properties: [...properties],
  }));
}

function propertyOf(
  dir: Passed,
  characteristic: string,
): BleProperty | undefined {
  if (dir === "read" || dir === "notify" || dir === "indicate") return dir;
  if (dir !== "write") return undefined;
  return WITHOUT_RESPONSE.includes(characteristic)
    ? "write-without-response"
    : "write";
}
