/**
 * Fitness Machine Control Point, 0x2AD9: how a trainer is commanded.
 *
 * @module
 */
import { uint16, uint8 } from "./fields.ts";
import * as targets from "./fitness_machine_targets.ts";
import { fields } from "./groups.ts";
import {
  type Named,
  NO_PARAMETERS,
  operation,
  OperationTable,
  type UnknownOperation,
} from "./operations.ts";
import { type ResponseHeader, ResponseTable } from "./responses.ts";
import { name, number } from "./scales.ts";

/** Whether to start or to skip a spin-down. */
export interface SpinDownAction {
  /** What to do. */
  readonly action: "start" | "ignore";
}

/**
 * What can be written to characteristic 0x2AD9 (Fitness Machine Service 1.0,
 * section 4.16.1). `requestControl` comes first in each connection.
 */
export type FitnessMachineCommand =
  | Named<"requestControl">
  | Named<"reset">
  | Named<"setTargetSpeed", targets.SpeedTarget>
  | Named<"setTargetInclination", targets.InclinationTarget>
  | Named<"setTargetResistance", targets.ResistanceTarget>
  | Named<"setTargetPower", targets.PowerTarget>
  | Named<"setTargetHeartRate", targets.HeartRateTarget>
  | Named<"startOrResume">
  | Named<"stopOrPause", targets.StopAction>
  | Named<"setTargetedEnergy", targets.EnergyTarget>
  | Named<"setTargetedSteps", targets.StepsTarget>
  | Named<"setTargetedStrides", targets.StridesTarget>
  | Named<"setTargetedDistance", targets.DistanceTarget>
  | Named<"setTargetedTime", targets.TimeTarget>
  | Named<"setTimesInTwoHeartRateZones", targets.ZoneTimesTarget>
  | Named<"setTimesInThreeHeartRateZones", targets.ZoneTimesTarget>
  | Named<"setTimesInFiveHeartRateZones", targets.ZoneTimesTarget>
  | Named<"setSimulation", targets.SimulationTarget>
  | Named<"setWheelCircumference", targets.WheelCircumference>
  | Named<"spinDownControl", SpinDownAction>
  | Named<"setTargetedCadence", targets.CadenceTarget>;

/** What the answer to a spin-down carries besides its result. */
export interface SpinDownSpeeds {
  /** Lower end of the speed to reach, 0 to 655.35 km/h. */
  readonly targetSpeedLowKph: number;
  /** Upper end of the speed to reach, 0 to 655.35 km/h. */
  readonly targetSpeedHighKph: number;
}

/** What characteristic 0x2AD9 indicates (Fitness Machine Service 1.0, section 4.16.2.22). */
export type FitnessMachineResponse = ResponseHeader & Partial<SpinDownSpeeds>;

const SPIN_DOWN = 0x13;
const COMMANDS = new OperationTable<FitnessMachineCommand>(
  "fitness machine control point",
  [
    operation(0x00, "requestControl", NO_PARAMETERS),
    operation(0x01, "reset", NO_PARAMETERS),
    operation(0x02, "setTargetSpeed", targets.SPEED),
    operation(0x03, "setTargetInclination", targets.INCLINATION),
    operation(0x04, "setTargetResistance", targets.RESISTANCE),
    operation(0x05, "setTargetPower", targets.POWER),
    operation(0x06, "setTargetHeartRate", targets.HEART_RATE),
    operation(0x07, "startOrResume", NO_PARAMETERS),
    operation(0x08, "stopOrPause", targets.STOP_ACTION),
    operation(0x09, "setTargetedEnergy", targets.ENERGY),
    operation(0x0a, "setTargetedSteps", targets.STEPS),
    operation(0x0b, "setTargetedStrides", targets.STRIDES),
    operation(0x0c, "setTargetedDistance", targets.DISTANCE),
    operation(0x0d, "setTargetedTime", targets.TIME),
    operation(0x0e, "setTimesInTwoHeartRateZones", targets.zoneTimes(2)),
    operation(0x0f, "setTimesInThreeHeartRateZones", targets.zoneTimes(3)),
    operation(0x10, "setTimesInFiveHeartRateZones", targets.zoneTimes(5)),
    operation(0x11, "setSimulation", targets.SIMULATION),
    operation(0x12, "setWheelCircumference", targets.WHEEL_CIRCUMFERENCE),
    operation(
      SPIN_DOWN,
      "spinDownControl",
      fields<SpinDownAction>({
        action: uint8(
          name<SpinDownAction["action"]>({ 1: "start", 2: "ignore" }),
        ),
      }),
    ),
    operation(0x14, "setTargetedCadence", targets.CADENCE),
  ],
);

const HUNDREDTHS = number({ divisor: 100 });
const SUCCESS = 1;
const RESPONSES = new ResponseTable<SpinDownSpeeds>({
  subject: "fitness machine control point answer",
  opCode: 0x80,
  requests: COMMANDS,
  results: {
    [SUCCESS]: "success",
    2: "opCodeNotSupported",
    3: "invalidParameter",
    4: "operationFailed",
    5: "controlNotPermitted",
  },
  parameters: [{
    requestOpCode: SPIN_DOWN,
    resultCode: SUCCESS,
    group: fields({
      targetSpeedLowKph: uint16(HUNDREDTHS),
      targetSpeedHighKph: uint16(HUNDREDTHS),
    }),
  }],
});

/**
 * Decodes a write to characteristic 0x2AD9.
 *
 * @param bytes The characteristic's value.
 * @returns The command; `unknown` if its op code has no name.
 * @throws {FrameError} If the value is short or a parameter is impossible.
 */
export function decodeFitnessMachineCommand(
  bytes: Uint8Array,
): FitnessMachineCommand | UnknownOperation {
  return COMMANDS.decode(bytes);
}

/**
 * Takes a value from outside as a command.
 *
 * @param value The command, not checked before; decoded ones fit.
 * @returns The command.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function parseFitnessMachineCommand(
  value: unknown,
): FitnessMachineCommand {
  return COMMANDS.parse(value);
}

/**
 * Encodes a write to characteristic 0x2AD9.
 *
 * @param command The command.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 *
 * @example Usage
 * ```ts
 * import { encodeFitnessMachineCommand } from "#lib/gatt/fitness_machine_control_point.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   encodeFitnessMachineCommand({ name: "setTargetPower", powerWatts: 225 }),
 *   Uint8Array.of(0x05, 0xe1, 0x00),
 * );
 * ```
 */
export function encodeFitnessMachineCommand(
  command: FitnessMachineCommand,
): Uint8Array {
  return COMMANDS.encode(command);
}

/**
 * Decodes an indication of characteristic 0x2AD9. Bytes behind the result,
 * which some devices add, are ignored.
 *
 * @param bytes The characteristic's value.
 * @returns The answer.
 * @throws {FrameError} If the value is no answer or short.
 *
 * @example Usage
 * ```ts
 * import { decodeFitnessMachineResponse } from "#lib/gatt/fitness_machine_control_point.ts";
 * import assert from "node:assert/strict";
 *
 * const answer = decodeFitnessMachineResponse(Uint8Array.of(0x80, 0x05, 0x01));
 * assert.equal(answer.requestName, "setTargetPower");
 * assert.equal(answer.result, "success");
 * ```
 */
export function decodeFitnessMachineResponse(
  bytes: Uint8Array,
): FitnessMachineResponse {
  return RESPONSES.decode(bytes);
}

/**
 * Encodes an indication of characteristic 0x2AD9.
 *
 * @param response The answer.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a speed is missing or impossible.
 */
export function encodeFitnessMachineResponse(
  response: FitnessMachineResponse,
): Uint8Array {
  return RESPONSES.encode(response);
}
