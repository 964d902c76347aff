/**
 * Codecs of the Bluetooth SIG's characteristics.
 *
 * @module
 */
import * as battery from "./battery_level.ts";
import * as cscFeature from "./csc_feature.ts";
import * as cscMeasurement from "./csc_measurement.ts";
import * as powerControlPoint from "./cycling_power_control_point.ts";
import * as powerFeature from "./cycling_power_feature.ts";
import * as powerMeasurement from "./cycling_power_measurement.ts";
import * as deviceInformation from "./device_information.ts";
import * as machineControlPoint from "./fitness_machine_control_point.ts";
import * as machineFeature from "./fitness_machine_feature.ts";
import * as machineStatus from "./fitness_machine_status.ts";
import * as heartRate from "./heart_rate_measurement.ts";
import * as indoorBikeData from "./indoor_bike_data.ts";
import * as sensorLocation from "./sensor_location.ts";
import * as ranges from "./supported_ranges.ts";
import * as trainingStatus from "./training_status.ts";
import { type Codec, codec, startsWith } from "./codec.ts";

/** Sensors: heart rate, speed, cadence and power. */
export const SENSOR_CODECS: readonly Codec[] = [
  codec({
    characteristic: "2a37",
    name: "Heart Rate Measurement",
    directions: ["notify"],
    decode: heartRate.decodeHeartRateMeasurement,
    encode: heartRate.encodeHeartRateMeasurement,
  }),
  codec({
    characteristic: "2a5b",
    name: "CSC Measurement",
    directions: ["notify"],
    decode: cscMeasurement.decodeCscMeasurement,
    encode: cscMeasurement.encodeCscMeasurement,
  }),
  codec({
    characteristic: "2a5c",
    name: "CSC Feature",
    directions: ["read"],
    decode: cscFeature.decodeCscFeature,
    encode: cscFeature.encodeCscFeature,
  }),
  codec({
    characteristic: "2a5d",
    name: "Sensor Location",
    directions: ["read"],
    decode: sensorLocation.decodeSensorLocation,
    encode: sensorLocation.encodeSensorLocation,
  }),
  codec({
    characteristic: "2a63",
    name: "Cycling Power Measurement",
    directions: ["notify"],
    decode: powerMeasurement.decodeCyclingPowerMeasurement,
    encode: powerMeasurement.encodeCyclingPowerMeasurement,
  }),
  codec({
    characteristic: "2a65",
    name: "Cycling Power Feature",
    directions: ["read"],
    decode: powerFeature.decodeCyclingPowerFeature,
    encode: powerFeature.encodeCyclingPowerFeature,
  }),
  codec({
    characteristic: "2a66",
    name: "Cycling Power Control Point",
    directions: ["write"],
    decode: powerControlPoint.decodeCyclingPowerCommand,
    encode: powerControlPoint.encodeCyclingPowerCommand,
    parse: powerControlPoint.parseCyclingPowerCommand,
  }),
  codec({
    characteristic: "2a66",
    name: "Cycling Power Control Point",
    directions: ["indicate"],
    decode: (bytes) => powerControlPoint.decodeCyclingPowerResponse(bytes),
    encode: powerControlPoint.encodeCyclingPowerResponse,
    claims: startsWith(0x20),
  }),
];

/** Fitness machines. */
export const FITNESS_MACHINE_CODECS: readonly Codec[] = [
  codec({
    characteristic: "2acc",
    name: "Fitness Machine Feature",
    directions: ["read"],
    decode: machineFeature.decodeFitnessMachineFeature,
    encode: machineFeature.encodeFitnessMachineFeature,
  }),
  codec({
    characteristic: "2ad2",
    name: "Indoor Bike Data",
    directions: ["notify"],
    decode: indoorBikeData.decodeIndoorBikeData,
    encode: indoorBikeData.encodeIndoorBikeData,
  }),
  codec({
    characteristic: "2ad3",
    name: "Training Status",
    directions: ["notify", "read"],
    decode: trainingStatus.decodeTrainingStatus,
    encode: trainingStatus.encodeTrainingStatus,
  }),
  codec({
    characteristic: "2ad4",
    name: "Supported Speed Range",
    directions: ["read"],
    decode: ranges.decodeSupportedSpeedRange,
    encode: ranges.encodeSupportedSpeedRange,
  }),
  codec({
    characteristic: "2ad5",
    name: "Supported Inclination Range",
    directions: ["read"],
    decode: ranges.decodeSupportedInclinationRange,
    encode: ranges.encodeSupportedInclinationRange,
  }),
  codec({
    characteristic: "2ad6",
    name: "Supported Resistance Level Range",
    directions: ["read"],
    decode: (bytes) => ranges.decodeSupportedResistanceLevelRange(bytes),
    encode: (value) => ranges.encodeSupportedResistanceLevelRange(value),
  }),
  codec({
    characteristic: "2ad7",
    name: "Supported Heart Rate Range",
    directions: ["read"],
    decode: (bytes) => ranges.decodeSupportedHeartRateRange(bytes),
    encode: (value) => ranges.encodeSupportedHeartRateRange(value),
  }),
  codec({
    characteristic: "2ad8",
    name: "Supported Power Range",
    directions: ["read"],
    decode: ranges.decodeSupportedPowerRange,
    encode: ranges.encodeSupportedPowerRange,
  }),
  codec({
    characteristic: "2ad9",
    name: "Fitness Machine Control Point",
    directions: ["write"],
    decode: machineControlPoint.decodeFitnessMachineCommand,
    encode: machineControlPoint.encodeFitnessMachineCommand,
    parse: machineControlPoint.parseFitnessMachineCommand,
  }),
  codec({
    characteristic: "2ad9",
    name: "Fitness Machine Control Point",
    directions: ["indicate"],
    decode: machineControlPoint.decodeFitnessMachineResponse,
    encode: machineControlPoint.encodeFitnessMachineResponse,
    claims: startsWith(0x80),
  }),
  codec({
    characteristic: "2ada",
    name: "Fitness Machine Status",
    directions: ["notify"],
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

/** Battery and device information. */
export const DEVICE_CODECS: readonly Codec[] = [
  codec({
    characteristic: "2a19",
    name: "Battery Level",
    directions: ["read", "notify"],
    decode: battery.decodeBatteryLevel,
    encode: battery.encodeBatteryLevel,
  }),
  codec({
    characteristic: "2a23",
    name: "System ID",
    directions: ["read"],
    decode: deviceInformation.decodeSystemId,
    encode: deviceInformation.encodeSystemId,
  }),
  ...Object.entries(TEXTS).map(([characteristic, name]) =>
    codec({
      characteristic,
      name,
      directions: ["read"],
      decode: deviceInformation.decodeDeviceInformationText,
      encode: deviceInformation.encodeDeviceInformationText,
    })
  ),
  codec({
    characteristic: "2a50",
    name: "PnP ID",
    directions: ["read"],
    decode: deviceInformation.decodePnpId,
    encode: deviceInformation.encodePnpId,
  }),
];
