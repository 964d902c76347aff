/**
 * The bytes of Bluetooth devices on a bike, as values and back: the standard
 * characteristics, and those of Tacx and Wahoo. Pure, without any hardware.
 *
 * @example A notification of a heart rate strap
 * ```ts
 * import { decodeFrame, encodeFrame } from "@smartbike/smartbike/gatt";
 * import assert from "node:assert/strict";
 *
 * const frame = Uint8Array.fromHex("0048");
 * assert.deepEqual(decodeFrame({ characteristic: "2a37" }, frame), {
 *   heartRateBpm: 72,
 *   contactSupported: false,
 * });
 * assert.equal(
 *   encodeFrame("2ad9", { name: "setTargetPower", powerWatts: 225 }).toHex(),
 *   "05e100",
 * );
 * ```
 *
 * @module
 */
export { decodeFrame, encodeFrame, type FrameQuery } from "./catalog.ts";
export { parseHex, stringifyHex } from "./hex.ts";
export { CHARACTERISTICS, SERVICES } from "./uuids.ts";
export * from "./battery_level.ts";
export * from "./csc_measurement.ts";
export * from "./cycling_power_control_point.ts";
export * from "./cycling_power_measurement.ts";
export * from "./fitness_machine_control_point.ts";
export * from "./fitness_machine_feature.ts";
export * from "./fitness_machine_status.ts";
export * from "./heart_rate_measurement.ts";
export * from "./indoor_bike_data.ts";
export * from "./training_status.ts";
export * from "./wahoo_headwind.ts";
export * from "./wahoo_tilt.ts";
export * from "./wahoo_trainer_control.ts";
export type {
  CadenceTarget,
  DistanceTarget,
  EnergyTarget,
  HeartRateTarget,
  InclinationTarget,
  PowerTarget,
  ResistanceTarget,
  SimulationTarget,
  SpeedTarget,
  StepsTarget,
  StopAction,
  StridesTarget,
  TimeTarget,
  WheelCircumference,
  ZoneTimesTarget,
} from "./fitness_machine_targets.ts";
export type { Flaws } from "./flaws.ts";
export type { Named, OperationHeader, UnknownOperation } from "./operations.ts";
export type { ResponseHeader, ResponseOptions } from "./responses.ts";
export type { ReservedName } from "./scales.ts";
export type { Revolutions } from "./revolutions.ts";
export { SENSOR_LOCATIONS, type SensorLocation } from "./sensor_location.ts";
export type { Trailing } from "./trailing.ts";
export type { PaddedText } from "./utf8.ts";
