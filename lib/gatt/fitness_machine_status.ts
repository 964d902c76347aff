/**
 * Fitness Machine Status, 0x2ADA: what changed on a trainer, and who did it.
 *
 * @module
 */
import { uint8 } from "./fields.ts";
import * as targets from "./fitness_machine_targets.ts";
import { fields } from "./groups.ts";
import {
  type Named,
  NO_PARAMETERS,
  operation,
  OperationTable,
  type UnknownOperation,
} from "./operations.ts";
import { openName, type ReservedName } from "./scales.ts";

/** How far a spin-down is. */
export type SpinDownState = "requested" | "success" | "error" | "stopPedaling";

/** State of a spin-down. */
export interface SpinDownProgress {
  /** How far it is. */
  readonly spinDown: SpinDownState | ReservedName;
}

/** What characteristic 0x2ADA notifies (Fitness Machine Service 1.0, section 4.17). */
export type FitnessMachineStatus =
  | Named<"reset">
  | Named<"stoppedOrPausedByUser", targets.StopAction>
  | Named<"stoppedBySafetyKey">
  | Named<"startedOrResumedByUser">
  | Named<"targetSpeedChanged", targets.SpeedTarget>
  | Named<"targetInclinationChanged", targets.InclinationTarget>
  | Named<"targetResistanceChanged", targets.ResistanceTarget>
  | Named<"targetPowerChanged", targets.PowerTarget>
  | Named<"targetHeartRateChanged", targets.HeartRateTarget>
  | Named<"targetedEnergyChanged", targets.EnergyTarget>
  | Named<"targetedStepsChanged", targets.StepsTarget>
  | Named<"targetedStridesChanged", targets.StridesTarget>
  | Named<"targetedDistanceChanged", targets.DistanceTarget>
  | Named<"targetedTimeChanged", targets.TimeTarget>
  | Named<"timesInTwoHeartRateZonesChanged", targets.ZoneTimesTarget>
  | Named<"timesInThreeHeartRateZonesChanged", targets.ZoneTimesTarget>
  | Named<"timesInFiveHeartRateZonesChanged", targets.ZoneTimesTarget>
  | Named<"simulationParametersChanged", targets.SimulationTarget>
  | Named<"wheelCircumferenceChanged", targets.WheelCircumference>
  | Named<"spinDownStatus", SpinDownProgress>
  | Named<"targetedCadenceChanged", targets.CadenceTarget>
  | Named<"controlPermissionLost">;

const SPIN_DOWN_PROGRESS = fields<SpinDownProgress>({
  spinDown: uint8(openName<SpinDownState>({
    1: "requested",
    2: "success",
    3: "error",
    4: "stopPedaling",
  })),
});

const STATUSES = new OperationTable<FitnessMachineStatus>(
  "fitness machine status",
  [
    operation(0x01, "reset", NO_PARAMETERS),
    operation(0x02, "stoppedOrPausedByUser", targets.STOP_ACTION),
    operation(0x03, "stoppedBySafetyKey", NO_PARAMETERS),
    operation(0x04, "startedOrResumedByUser", NO_PARAMETERS),
    operation(0x05, "targetSpeedChanged", targets.SPEED),
    operation(0x06, "targetInclinationChanged", targets.INCLINATION),
    operation(0x07, "targetResistanceChanged", targets.RESISTANCE),
    operation(0x08, "targetPowerChanged", targets.POWER),
    operation(0x09, "targetHeartRateChanged", targets.HEART_RATE),
    operation(0x0a, "targetedEnergyChanged", targets.ENERGY),
    operation(0x0b, "targetedStepsChanged", targets.STEPS),
    operation(0x0c, "targetedStridesChanged", targets.STRIDES),
    operation(0x0d, "targetedDistanceChanged", targets.DISTANCE),
    operation(0x0e, "targetedTimeChanged", targets.TIME),
    operation(0x0f, "timesInTwoHeartRateZonesChanged", targets.zoneTimes(2)),
    operation(0x10, "timesInThreeHeartRateZonesChanged", targets.zoneTimes(3)),
    operation(0x11, "timesInFiveHeartRateZonesChanged", targets.zoneTimes(5)),
    operation(0x12, "simulationParametersChanged", targets.SIMULATION),
    operation(0x13, "wheelCircumferenceChanged", targets.WHEEL_CIRCUMFERENCE),
    operation(0x14, "spinDownStatus", SPIN_DOWN_PROGRESS),
    operation(0x15, "targetedCadenceChanged", targets.CADENCE),
    operation(0xff, "controlPermissionLost", NO_PARAMETERS),
  ],
);

/**
 * Decodes a notification of characteristic 0x2ADA.
 *
 * @param bytes The characteristic's value.
 * @returns What changed; `unknown` if its op code has no name.
 * @throws {FrameError} If the value is short or a parameter is impossible.
 *
 * @example Usage
 * ```ts
 * import { decodeFitnessMachineStatus } from "#lib/gatt/fitness_machine_status.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(decodeFitnessMachineStatus(Uint8Array.of(0x08, 0x60, 0x00)), {
 *   opCode: 0x08,
 *   name: "targetPowerChanged",
 *   powerWatts: 96,
 * });
 * ```
 */
export function decodeFitnessMachineStatus(
  bytes: Uint8Array,
): FitnessMachineStatus | UnknownOperation {
  return STATUSES.decode(bytes);
}

/**
 * Encodes a notification of characteristic 0x2ADA.
 *
 * @param status What changed.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function encodeFitnessMachineStatus(
  status: FitnessMachineStatus,
): Uint8Array {
  return STATUSES.encode(status);
}
