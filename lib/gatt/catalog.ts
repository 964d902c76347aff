/**
 * All codecs by characteristic and direction, named as in traces.
 *
 * @module
 */

import * as battery from "#lib/gatt/battery_level.ts";
import { type Codec, codec } from "#lib/gatt/codec.ts";
import * as cscFeature from "#lib/gatt/csc_feature.ts";
import * as cscMeasurement from "#lib/gatt/csc_measurement.ts";
import * as powerControlPoint from "#lib/gatt/cycling_power_control_point.ts";
import * as powerFeature from "#lib/gatt/cycling_power_feature.ts";
import * as powerMeasurement from "#lib/gatt/cycling_power_measurement.ts";
import * as deviceInformation from "#lib/gatt/device_information.ts";
import * as dircon from "#lib/gatt/dircon.ts";
import * as machineControlPoint from "#lib/gatt/fitness_machine_control_point.ts";
import * as machineFeature from "#lib/gatt/fitness_machine_feature.ts";
import * as machineStatus from "#lib/gatt/fitness_machine_status.ts";
import * as heartRate from "#lib/gatt/heart_rate_measurement.ts";
import * as indoorBikeData from "#lib/gatt/indoor_bike_data.ts";
import * as sensorLocation from "#lib/gatt/sensor_location.ts";
import * as ranges from "#lib/gatt/supported_ranges.ts";
import * as tacx from "#lib/gatt/tacx_fec.ts";
import * as trainingStatus from "#lib/gatt/training_status.ts";
import * as headwind from "#lib/gatt/wahoo_headwind.ts";
import * as tilt from "#lib/gatt/wahoo_tilt.ts";
import * as wahooTrainer from "#lib/gatt/wahoo_trainer_control.ts";
import { PayloadError } from "#lib/errors.ts";
import { shortNameOf } from "#lib/gatt/uuids.ts";

/** Claims frames whose first byte is one of these. */
function startsWith(...marks: readonly number[]) {
  return (bytes: Uint8Array) =>
    bytes[0] !== undefined && marks.includes(bytes[0]);
}

const DIRCON_MESSAGE_ID = 1;
const DIRCON_RESPONSE_CODE = 3;
const DIRCON_NOTIFICATION = 6;
const DIRCON_HEADER_SIZE = 6;
const DIRCON_UUID_SIZE = 16;

/** Request bodies have a fixed length, but for writes; answers differ from it. */
function isDirconResponse(bytes: Uint8Array): boolean {
  if (bytes[DIRCON_RESPONSE_CODE] !== 0) return true;
  const bodyLength = bytes.length - DIRCON_HEADER_SIZE;
  switch (bytes[DIRCON_MESSAGE_ID]) {
    case 1:
      return bodyLength > 0;
    case 2:
    case 3:
      return bodyLength > DIRCON_UUID_SIZE;
    case 4:
    case 5:
      return bodyLength === DIRCON_UUID_SIZE;
    default:
      return false;
  }
}

const SENSORS: readonly Codec[] = [
  codec("2a37", "Heart Rate Measurement", ["notify"], {
    decode: heartRate.decodeHeartRateMeasurement,
    encode: heartRate.encodeHeartRateMeasurement,
  }),
  codec("2a5b", "CSC Measurement", ["notify"], {
    decode: cscMeasurement.decodeCscMeasurement,
    encode: cscMeasurement.encodeCscMeasurement,
  }),
  codec("2a5c", "CSC Feature", ["read"], {
    decode: cscFeature.decodeCscFeature,
    encode: cscFeature.encodeCscFeature,
  }),
  codec("2a5d", "Sensor Location", ["read"], {
    decode: sensorLocation.decodeSensorLocation,
    encode: sensorLocation.encodeSensorLocation,
  }),
  codec("2a63", "Cycling Power Measurement", ["notify"], {
    decode: powerMeasurement.decodeCyclingPowerMeasurement,
    encode: powerMeasurement.encodeCyclingPowerMeasurement,
  }),
  codec("2a65", "Cycling Power Feature", ["read"], {
    decode: powerFeature.decodeCyclingPowerFeature,
    encode: powerFeature.encodeCyclingPowerFeature,
  }),
  codec("2a66", "Cycling Power Control Point", ["write"], {
    decode: powerControlPoint.decodeCyclingPowerCommand,
    encode: powerControlPoint.encodeCyclingPowerCommand,
    parse: powerControlPoint.parseCyclingPowerCommand,
  }),
  codec("2a66", "Cycling Power Control Point", ["indicate"], {
    decode: (bytes) => powerControlPoint.decodeCyclingPowerResponse(bytes),
    encode: powerControlPoint.encodeCyclingPowerResponse,
    claims: startsWith(0x20),
  }),
];

const FITNESS_MACHINE: readonly Codec[] = [
  codec("2acc", "Fitness Machine Feature", ["read"], {
    decode: machineFeature.decodeFitnessMachineFeature,
    encode: machineFeature.encodeFitnessMachineFeature,
  }),
  codec("2ad2", "Indoor Bike Data", ["notify"], {
    decode: indoorBikeData.decodeIndoorBikeData,
    encode: indoorBikeData.encodeIndoorBikeData,
  }),
  codec("2ad3", "Training Status", ["notify", "read"], {
    decode: trainingStatus.decodeTrainingStatus,
    encode: trainingStatus.encodeTrainingStatus,
  }),
  codec("2ad4", "Supported Speed Range", ["read"], {
    decode: ranges.decodeSupportedSpeedRange,
    encode: ranges.encodeSupportedSpeedRange,
  }),
  codec("2ad5", "Supported Inclination Range", ["read"], {
    decode: ranges.decodeSupportedInclinationRange,
    encode: ranges.encodeSupportedInclinationRange,
  }),
  codec("2ad6", "Supported Resistance Level Range", ["read"], {
    decode: (bytes) => ranges.decodeSupportedResistanceLevelRange(bytes),
    encode: (value) => ranges.encodeSupportedResistanceLevelRange(value),
  }),
  codec("2ad7", "Supported Heart Rate Range", ["read"], {
    decode: (bytes) => ranges.decodeSupportedHeartRateRange(bytes),
    encode: (value) => ranges.encodeSupportedHeartRateRange(value),
  }),
  codec("2ad8", "Supported Power Range", ["read"], {
    decode: ranges.decodeSupportedPowerRange,
    encode: ranges.encodeSupportedPowerRange,
  }),
  codec("2ad9", "Fitness Machine Control Point", ["write"], {
    decode: machineControlPoint.decodeFitnessMachineCommand,
    encode: machineControlPoint.encodeFitnessMachineCommand,
    parse: machineControlPoint.parseFitnessMachineCommand,
  }),
  codec("2ad9", "Fitness Machine Control Point", ["indicate"], {
    decode: machineControlPoint.decodeFitnessMachineResponse,
    encode: machineControlPoint.encodeFitnessMachineResponse,
    claims: startsWith(0x80),
  }),
  codec("2ada", "Fitness Machine Status", ["notify"], {
    decode: machineStatus.decodeFitnessMachineStatus,
    encode: machineStatus.encodeFitnessMachineStatus,
  }),
];

const TEXTS = {
  "2a24": "Model Number String",
  "2a25": "Serial Number String",
  "2a26": "Firmware Revision String",
  "2a27": "Hardware Revision String",
  "2a28": "Software Revision String",
  "2a29": "Manufacturer Name String",
} as const;

const DEVICE: readonly Codec[] = [
  codec("2a19", "Battery Level", ["read", "notify"], {
    decode: battery.decodeBatteryLevel,
    encode: battery.encodeBatteryLevel,
  }),
  codec("2a23", "System ID", ["read"], {
    decode: deviceInformation.decodeSystemId,
    encode: deviceInformation.encodeSystemId,
  }),
  ...Object.entries(TEXTS).map(([characteristic, name]) =>
    codec(characteristic, name, ["read"], {
      decode: deviceInformation.decodeDeviceInformationText,
      encode: deviceInformation.encodeDeviceInformationText,
    })
  ),
  codec("2a50", "PnP ID", ["read"], {
    decode: deviceInformation.decodePnpId,
    encode: deviceInformation.encodePnpId,
  }),
];

const WAHOO_COMMANDS = {
  decode: wahooTrainer.decodeWahooTrainerCommand,
  encode: wahooTrainer.encodeWahooTrainerCommand,
  parse: wahooTrainer.parseWahooTrainerCommand,
} as const;

const VENDORS: readonly Codec[] = [
  codec("a026e002", "Wahoo unlock", ["write"], WAHOO_COMMANDS),
  codec("a026e005", "Wahoo trainer control", ["write"], WAHOO_COMMANDS),
  codec("a026e005", "Wahoo trainer control", ["indicate"], {
    decode: wahooTrainer.decodeWahooTrainerResponse,
    encode: wahooTrainer.encodeWahooTrainerResponse,
    claims: startsWith(0, 1, 2),
  }),
  codec("a026e037", "Wahoo tilt", ["write"], {
    decode: tilt.decodeTiltCommand,
    encode: tilt.encodeTiltCommand,
    parse: tilt.parseTiltCommand,
  }),
  codec("a026e037", "Wahoo tilt", ["notify", "read"], {
    decode: tilt.decodeTiltMessage,
    encode: tilt.encodeTiltMessage,
    claims: startsWith(0xfd, 0xfe),
  }),
  codec("a026e038", "Wahoo fan", ["write"], {
    decode: headwind.decodeHeadwindCommand,
    encode: headwind.encodeHeadwindCommand,
    parse: headwind.parseHeadwindCommand,
  }),
  codec("a026e038", "Wahoo fan", ["notify", "read"], {
    decode: headwind.decodeHeadwindMessage,
    encode: headwind.encodeHeadwindMessage,
    claims: startsWith(0xfd, 0xfe),
  }),
  codec("fec2", "Tacx FE-C from the trainer", ["notify"], {
    decode: tacx.decodeTacxMessage,
    encode: tacx.encodeTacxMessage,
  }),
  codec("fec3", "Tacx FE-C to the trainer", ["write"], {
    decode: tacx.decodeTacxMessage,
    encode: tacx.encodeTacxMessage,
    parse: tacx.parseTacxMessage,
  }),
  codec("dircon", "Wahoo Direct Connect", ["request"], {
    decode: dircon.decodeDirconRequest,
    encode: dircon.encodeDirconRequest,
    parse: dircon.parseDirconRequest,
  }),
  codec("dircon", "Wahoo Direct Connect", ["notification"], {
    decode: dircon.decodeDirconNotification,
    encode: dircon.encodeDirconNotification,
    claims: (bytes) => bytes[DIRCON_MESSAGE_ID] === DIRCON_NOTIFICATION,
  }),
  codec("dircon", "Wahoo Direct Connect", ["response"], {
    decode: dircon.decodeDirconResponse,
    encode: dircon.encodeDirconResponse,
    claims: isDirconResponse,
  }),
];

/** All codecs. */
export const CODECS: readonly Codec[] = [
  ...SENSORS,
  ...FITNESS_MACHINE,
  ...DEVICE,
  ...VENDORS,
];

/** A frame by its place. */
export interface FrameQuery {
  /** Short name or UUID of the characteristic, in any case. */
  readonly characteristic: string;
  /** Which way it goes; worked out from the bytes if left out. */
  readonly direction?: string;
}

/**
 * Decodes a frame.
 *
 * @param query Where the frame stands.
 * @param bytes The frame.
 * @returns The value.
 * @throws {FrameError} If the frame is short, corrupt or impossible.
 * @throws {PayloadError} If there is no such characteristic or direction.
 *
 * @example Usage
 * ```ts
 * import { decodeFrame } from "#lib/gatt/catalog.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   decodeFrame({ characteristic: "2a19" }, Uint8Array.of(70)),
 *   { chargePercent: 70 },
 * );
 * ```
 */
export function decodeFrame(query: FrameQuery, bytes: Uint8Array): object {
  const codecs = codecsOf(query.characteristic);
  const { direction } = query;
  const chosen = direction === undefined
    ? codecs.find((codec) => codec.claims?.(bytes)) ?? codecs[0]
    : codecs.find((codec) =>
      codec.directions.some((known) => known === direction)
    );
  if (chosen === undefined) {
    throw new PayloadError({
      path: "direction",
      received: JSON.stringify(direction),
      expected: codecs.flatMap((codec) => codec.directions).join(" or "),
    });
  }
  return chosen.decode(bytes);
}

/**
 * Encodes what is written to a device.
 *
 * @param characteristic Short name or UUID of the characteristic, in any case.
 * @param value The value, not checked before; decoded ones fit.
 * @returns The frame.
 * @throws {PayloadError} If there is no such characteristic, nothing is
 * written to it, or a part of the value is missing or impossible.
 *
 * @example Usage
 * ```ts
 * import { encodeFrame } from "#lib/gatt/catalog.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   encodeFrame("2ad9", { name: "setTargetPower", powerWatts: 225 }),
 *   Uint8Array.of(0x05, 0xe1, 0x00),
 * );
 * ```
 */
export function encodeFrame(
  characteristic: string,
  value: unknown,
): Uint8Array {
  for (const { encode } of codecsOf(characteristic)) {
    if (encode) return encode(value);
  }
  const written = CODECS.filter((codec) => codec.encode)
    .map((codec) => codec.characteristic);
  throw new PayloadError({
    path: "characteristic",
    received: JSON.stringify(characteristic),
    expected: `one that is written: ${written.join(", ")}`,
  });
}

function codecsOf(characteristic: string): readonly Codec[] {
  const name = shortNameOf(characteristic);
  const codecs = CODECS.filter((codec) => codec.characteristic === name);
  if (codecs.length > 0) return codecs;
  throw new PayloadError({
    path: "characteristic",
    received: JSON.stringify(characteristic.slice(0, 64)),
    expected: `one of ${
      [...new Set(CODECS.map((codec) => codec.characteristic))].join(", ")
    }`,
  });
}
