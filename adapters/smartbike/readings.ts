/**
 * Values of the hub as values of the module `smartbike`.
 *
 * @module
 */
import {
  type CommandFailure,
  describeFailure,
} from "#lib/bike/command_failure.ts";
import type { CommandOutcome as Outcome } from "#lib/bike/controller.ts";
import type { DeviceStatus } from "#lib/bike/device.ts";
import type { ButtonState } from "#lib/bike/buttons.ts";
import { LIMIT_NAMES, type Limits } from "#lib/bike/limits.ts";
import type { Reading, ValueState as State } from "#lib/bike/reading.ts";
import type {
  Channel as ChannelName,
  HeartRate as Heart,
  SimulationParameters,
} from "#lib/bike/values.ts";
import type {
  CalibrationKind as KindName,
  CalibrationResult,
} from "#lib/bike/calibration.ts";
import type { SensorField, SensorReading } from "#lib/bike/sensors.ts";
import {
  type Button,
  type Calibration,
  CalibrationKind,
  Channel,
  type CommandOutcome,
  defaultSimulation,
  type Device,
  type HeartRate,
  type Limit,
  type Measurement,
  type Sensor,
  type SensorPart,
  type SimulationState,
  SkinContact,
  ValueState,
} from "./api.gen.ts";

const STATES: Readonly<Record<State, ValueState>> = {
  unknown: ValueState.Unknown,
  live: ValueState.Live,
  stale: ValueState.Stale,
  disconnected: ValueState.Disconnected,
};

/** Channels of the hub, as the module calls them. */
export const CHANNEL_MEMBERS: Readonly<Record<ChannelName, Channel>> = {
  incline: Channel.Incline,
  brake: Channel.Brake,
  fan: Channel.Fan,
};

const CALIBRATION_KINDS: Readonly<Record<KindName, CalibrationKind>> = {
  "zero_offset": CalibrationKind.ZeroOffset,
  "spin_down": CalibrationKind.SpinDown,
};

/**
 * A number of the hub.
 *
 * @param reading What the hub says.
 * @returns The same, with defaults where it is unknown.
 */
export function toMeasurement(reading: Reading<number>): Measurement {
  return { value: reading.value ?? 0, ...origin(reading) };
}

/**
 * The hub's heart rate.
 *
 * @param reading What the hub says.
 * @returns The same, with defaults where it is unknown.
 */
export function toHeartRate(reading: Reading<Heart>): HeartRate {
  const { rateBpm = 0, rrIntervalsMs = [], contact } = reading.value ?? {};
  const known = contact ? SkinContact.Detected : SkinContact.NotDetected;
  return {
    rateBpm,
    rrIntervalsMs: [...rrIntervalsMs],
    contact: contact === undefined ? SkinContact.NotSupported : known,
    ...origin(reading),
  };
}

/**
 * The hub's road.
 *
 * @param reading What the hub says.
 * @returns The same, with defaults where it is unknown.
 */
export function toSimulationState(
  reading: Reading<SimulationParameters>,
): SimulationState {
  return { road: reading.value ?? defaultSimulation(), ...origin(reading) };
}

/**
 * A button of the hub.
 *
 * @param state What the hub says.
 */
export function toButton(state: ButtonState): Button {
  const { device, button: name, isPressed, timeMs } = state;
  return { device, name, isPressed, timeMs };
}

/**
 * A device of the hub.
 *
 * @param status What the hub says.
 * @returns The same, with defaults where something is unknown.
 */
export function toDevice(status: DeviceStatus): Device {
  return {
    id: status.device,
    isConnected: status.isConnected,
    batteryPercent: toMeasurement(status.batteryPercent),
    signalDbm: toMeasurement(status.signalDbm),
  };
}

/**
 * The hub's limits.
 *
 * @param limits What the hub says.
 * @returns One for each number of a command.
 */
export function toLimits(limits: Limits): Limit[] {
  return LIMIT_NAMES.map((name) => {
    const { min, max, step = 0 } = limits.get(name);
    return { name, min, max, step };
  });
}

/**
 * The end of a command.
 *
 * @param outcome What the hub says.
 * @returns The same as plain data.
 */
export function toCommandOutcome(outcome: Outcome): CommandOutcome {
  const { actuator, controller, timeMs } = outcome;
  const isCarriedOut = outcome.applied !== undefined;
  const failure: CommandFailure = isCarriedOut
    ? { code: "", message: "" }
    : describeFailure(outcome.error);
  const { code, message, device = "", resultCode = -1 } = failure;
  const details = { code, message, device, resultCode };
  return { controller, actuator, isCarriedOut, ...details, timeMs };
}

function origin(reading: Reading<unknown>) {
  const { device = "", state, timeMs = 0 } = reading;
  return { state: STATES[state], timeMs, device };
}

/**
 * The end of a calibration.
 *
 * @param result What the hub says.
 */
export function toCalibration(result: CalibrationResult): Calibration {
  const { kind, offsetRaw } = result;
  return {
    kind: CALIBRATION_KINDS[kind],
    hasOffset: offsetRaw !== undefined,
    offsetRaw: offsetRaw ?? 0,
  };
}

/**
 * A report of a sensor.
 *
 * @param reading What the hub says.
 * @returns The same, in parts.
 */
export function toSensor(reading: SensorReading): Sensor {
  const { sensor: name, device, timeMs } = reading;
  const parts = "fields" in reading
    ? Object.entries(reading.fields).map(([part, value]) =>
      toPart(part, value, "")
    )
    : [toPart("", reading.value, reading.unitName)];
  return { name, device, timeMs, parts };
}

function toPart(name: string, value: SensorField, unit: string): SensorPart {
  return {
    name,
    isAvailable: value !== null,
    number: typeof value === "string" ? 0 : Number(value),
    text: typeof value === "string" ? value : "",
    unit,
  };
}
