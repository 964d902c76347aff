/**
 * What a driver of a device is written with, and what runs it. A driver of
 * somebody else is a file that exports `driver`; `smartbike start --driver
 * ./my_driver.ts` runs it.
 *
 * @example A driver of a device that sends a number a line, on a serial port
 * ```ts
 * import { type DriverDefinition, parseNumberLine, serialDriver } from "@smartbike/smartbike/driver";
 * import assert from "node:assert/strict";
 *
 * const driver: DriverDefinition = serialDriver({
 *   name: "my-watts",
 *   summary: "power meter that sends watts, a line each",
 *   port: "/dev/ttyACM0",
 *   start: ({ device }) => (line) =>
 *     device.report({ powerWatts: parseNumberLine(line) }),
 * });
 * assert.equal(driver.transport, "serial");
 * ```
 *
 * @module
 */
export * from "./ble_driver.ts";
export type { BleSession } from "./ble_session.ts";
export * from "./driver.ts";
export * from "./driver_host.ts";
export {
  parseNumberLine,
  serialDriver,
  type SerialDriverDefinition,
  type SerialSession,
} from "./serial_driver.ts";
export type { Clock } from "#lib/base/clock.ts";
export type {
  AddHandlerOptions,
  EventHandler,
  EventHook,
  Listenable,
} from "#lib/base/event_hook.ts";
export type { BackoffOptions } from "#lib/base/retry.ts";
export type { SettingValue, ValueRule } from "#lib/base/value_rule.ts";
export type {
  Applied,
  CarryOut,
  CarryOutOptions,
} from "#lib/bike/actuators.ts";
export type { Bike } from "#lib/bike/bike.ts";
export type { ButtonState } from "#lib/bike/buttons.ts";
export type {
  Calibrate,
  CALIBRATION_KINDS,
  CalibrationKind,
  CalibrationResult,
  CalibrationStep,
} from "#lib/bike/calibration.ts";
export type {
  CommandOptions,
  CommandOutcome,
  Controller,
  ControllerOptions,
} from "#lib/bike/controller.ts";
export type {
  ActuatorOptions,
  BikeDevice,
  DeviceReport,
  DeviceStatus,
  SourceOptions,
} from "#lib/bike/device.ts";
export type {
  LIMIT_NAMES,
  LimitName,
  Limits,
  SteppedRange,
  ValueRange,
} from "#lib/bike/limits.ts";
export type { Reading, VALUE_STATES, ValueState } from "#lib/bike/reading.ts";
export type {
  SensorField,
  SensorFields,
  SensorNumber,
  SensorReading,
  SensorReport,
} from "#lib/bike/sensors.ts";
export type {
  ACTUATOR_NAMES,
  ActuatorName,
  BikeReport,
  BikeValues,
  Channel,
  CHANNELS,
  HeartRate,
  METRIC_NAMES,
  MetricName,
  SimulationParameters,
} from "#lib/bike/values.ts";
export type { PeripheralLock } from "./peripheral_lock.ts";
export type {
  PeripheralMemory,
  PeripheralUser,
  RememberedPeripheral,
} from "./peripheral_memory.ts";
export type { LevelRange, Quirks } from "#lib/gatt/quirk.ts";
export type {
  BLE_PROPERTIES,
  BleAdapter,
  BleAdapterState,
  BleAdvertisement,
  BleCentral,
  BleCharacteristic,
  BleConnectOptions,
  BleFilter,
  BleOptions,
  BlePeripheral,
  BleProperty,
  BleWriteOptions,
} from "#lib/hardware/ble.ts";
export type {
  Gpio,
  GpioEdge,
  GpioLineOptions,
  GpioLines,
  GpioPull,
} from "#lib/hardware/gpio.ts";
export type {
  FlowControl,
  ModemLines,
  Parity,
  SerialOptions,
  SerialPort,
  SerialPortInfo,
  SerialPorts,
  SerialSelector,
} from "#lib/hardware/serial.ts";
export type { Logger } from "#lib/base/logger.ts";
