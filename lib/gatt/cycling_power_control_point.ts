/**
 * Cycling Power Control Point, 0x2A66: settings and calibration of power
 * meters.
 *
 * @module
 */
import { list, sint16, sizedOctets, uint16, uint32, uint8 } from "./fields.ts";
import { fields } from "./groups.ts";
import {
  type Named,
  NO_PARAMETERS,
  operation,
  OperationTable,
  type UnknownOperation,
} from "./operations.ts";
import {
  type ResponseHeader,
  type ResponseOptions,
  ResponseTable,
} from "./responses.ts";
import { number, numberOrNull, openName, type ReservedName } from "./scales.ts";
import {
  SENSOR_LOCATION_SCALE,
  type SensorLocation,
} from "./sensor_location.ts";

/** Why an enhanced calibration failed. */
export type CalibrationFailure =
  | "incorrectPosition"
  | "manufacturerSpecific"
  | ReservedName;

/** What an answer may carry besides its result. */
export interface CyclingPowerAnswer {
  /** Places the sensor can sit. */
  readonly locations: readonly SensorLocation[];
  /** 0 to 32767.5 mm. */
  readonly crankLengthMillimeters: number;
  /** 0 to 65535 mm. */
  readonly chainLengthMillimeters: number;
  /** 0 to 65535 g. */
  readonly chainWeightGrams: number;
  /** 0 to 65535 mm. */
  readonly spanLengthMillimeters: number;
  /** Raw zero offset, in N or 1/32 Nm; `null` if not available. */
  readonly offsetRaw: number | null;
  /** 0 to 255 Hz. */
  readonly samplingRateHertz: number;
  /** Year of the factory calibration; 0 if unknown. */
  readonly year: number;
  /** Month, 0 to 12; 0 if unknown. */
  readonly month: number;
  /** Day of the month, 0 to 31; 0 if unknown. */
  readonly day: number;
  /** Hour, 0 to 23. */
  readonly hours: number;
  /** Minute, 0 to 59. */
  readonly minutes: number;
  /** Second, 0 to 59. */
  readonly seconds: number;
  /** Why an enhanced calibration failed. */
  readonly failureReason: CalibrationFailure;
  /** Company that defines the manufacturer's data. */
  readonly companyId: number;
  /** The manufacturer's own bytes. */
  readonly manufacturerData: Uint8Array;
}

/** What can be written to characteristic 0x2A66 (Cycling Power Service 1.1, section 3.4). */
export type CyclingPowerCommand =
  | Named<"setCumulativeValue", { readonly cumulativeValue: number }>
  | Named<"updateSensorLocation", { readonly location: SensorLocation }>
  | Named<"requestSupportedSensorLocations">
  | Named<"setCrankLength", Pick<CyclingPowerAnswer, "crankLengthMillimeters">>
  | Named<"requestCrankLength">
  | Named<"setChainLength", Pick<CyclingPowerAnswer, "chainLengthMillimeters">>
  | Named<"requestChainLength">
  | Named<"setChainWeight", Pick<CyclingPowerAnswer, "chainWeightGrams">>
  | Named<"requestChainWeight">
  | Named<"setSpanLength", Pick<CyclingPowerAnswer, "spanLengthMillimeters">>
  | Named<"requestSpanLength">
  | Named<"startOffsetCompensation">
  | Named<"maskMeasurementContent", { readonly contentMask: number }>
  | Named<"requestSamplingRate">
  | Named<"requestFactoryCalibrationDate">
  | Named<"startEnhancedOffsetCompensation">;

/** What characteristic 0x2A66 indicates (Cycling Power Service 1.1, section 3.4). */
export type CyclingPowerResponse = ResponseHeader & Partial<CyclingPowerAnswer>;

const HALVES = number({ divisor: 2 });
const CRANK_LENGTH = fields({ crankLengthMillimeters: uint16(HALVES) });
const CHAIN_LENGTH = fields({ chainLengthMillimeters: uint16() });
const CHAIN_WEIGHT = fields({ chainWeightGrams: uint16() });
const SPAN_LENGTH = fields({ spanLengthMillimeters: uint16() });

const COMMANDS = new OperationTable<CyclingPowerCommand>(
  "cycling power control point",
  [
    operation(
      0x01,
      "setCumulativeValue",
      fields({ cumulativeValue: uint32() }),
    ),
    operation(
      0x02,
      "updateSensorLocation",
      fields({ location: uint8(SENSOR_LOCATION_SCALE) }),
    ),
    operation(0x03, "requestSupportedSensorLocations", NO_PARAMETERS),
    operation(0x04, "setCrankLength", CRANK_LENGTH),
    operation(0x05, "requestCrankLength", NO_PARAMETERS),
    operation(0x06, "setChainLength", CHAIN_LENGTH),
    operation(0x07, "requestChainLength", NO_PARAMETERS),
    operation(0x08, "setChainWeight", CHAIN_WEIGHT),
    operation(0x09, "requestChainWeight", NO_PARAMETERS),
    operation(0x0a, "setSpanLength", SPAN_LENGTH),
    operation(0x0b, "requestSpanLength", NO_PARAMETERS),
    operation(0x0c, "startOffsetCompensation", NO_PARAMETERS),
    operation(
      0x0d,
      "maskMeasurementContent",
      fields({ contentMask: uint16() }),
    ),
    operation(0x0e, "requestSamplingRate", NO_PARAMETERS),
    operation(0x0f, "requestFactoryCalibrationDate", NO_PARAMETERS),
    operation(0x10, "startEnhancedOffsetCompensation", NO_PARAMETERS),
  ],
);

/** A raw offset: 0xFFFF, which is also -1, means "not available". */
const OFFSET = fields({ offsetRaw: sint16(numberOrNull(-1)) });

const ENHANCED_OFFSET = fields({
  offsetRaw: uint16(numberOrNull(0xffff)),
  companyId: uint16(),
  manufacturerData: sizedOctets(),
});

const CALIBRATION_DATE = fields({
  year: uint16(),
  month: uint8(number({ maximum: 12 })),
  day: uint8(number({ maximum: 31 })),
  hours: uint8(number({ maximum: 23 })),
  minutes: uint8(number({ maximum: 59 })),
  seconds: uint8(number({ maximum: 59 })),
});

const FAILURE_REASON = fields({
  failureReason: uint8(
    openName<"incorrectPosition" | "manufacturerSpecific">({
      0x01: "incorrectPosition",
      0xff: "manufacturerSpecific",
    }),
  ),
});

const SUCCESS = 1;
const FAILED = 4;
const RESPONSES = new ResponseTable<CyclingPowerAnswer>({
  subject: "cycling power control point answer",
  opCode: 0x20,
  requests: COMMANDS,
  results: {
    [SUCCESS]: "success",
    2: "opCodeNotSupported",
    3: "invalidParameter",
    [FAILED]: "operationFailed",
  },
  parameters: [
    {
      requestOpCode: 0x03,
      resultCode: SUCCESS,
      group: fields({ locations: list(uint8(SENSOR_LOCATION_SCALE)) }),
    },
    { requestOpCode: 0x05, resultCode: SUCCESS, group: CRANK_LENGTH },
    { requestOpCode: 0x07, resultCode: SUCCESS, group: CHAIN_LENGTH },
    { requestOpCode: 0x09, resultCode: SUCCESS, group: CHAIN_WEIGHT },
    { requestOpCode: 0x0b, resultCode: SUCCESS, group: SPAN_LENGTH },
    { requestOpCode: 0x0c, resultCode: SUCCESS, group: OFFSET },
    {
      requestOpCode: 0x0e,
      resultCode: SUCCESS,
      group: fields({ samplingRateHertz: uint8() }),
    },
    { requestOpCode: 0x0f, resultCode: SUCCESS, group: CALIBRATION_DATE },
    { requestOpCode: 0x10, resultCode: SUCCESS, group: ENHANCED_OFFSET },
    { requestOpCode: 0x10, resultCode: FAILED, group: FAILURE_REASON },
  ],
});

/**
 * Decodes a write to characteristic 0x2A66.
 *
 * @param bytes The characteristic's value.
 * @returns The command; `unknown` if its op code has no name.
 * @throws {FrameError} If the value is short or a parameter is impossible.
 */
export function decodeCyclingPowerCommand(
  bytes: Uint8Array,
): CyclingPowerCommand | UnknownOperation {
  return COMMANDS.decode(bytes);
}

/**
 * Takes a value from outside as a command.
 *
 * @param value The command, not checked before; decoded ones fit.
 * @returns The command.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function parseCyclingPowerCommand(value: unknown): CyclingPowerCommand {
  return COMMANDS.parse(value);
}

/**
 * Encodes a write to characteristic 0x2A66.
 *
 * @param command The command.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 *
 * @example Usage
 * ```ts
 * import { encodeCyclingPowerCommand } from "#lib/gatt/cycling_power_control_point.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   encodeCyclingPowerCommand({ name: "setCrankLength", crankLengthMillimeters: 172.5 }),
 *   Uint8Array.of(0x04, 0x59, 0x01),
 * );
 * ```
 */
export function encodeCyclingPowerCommand(
  command: CyclingPowerCommand,
): Uint8Array {
  return COMMANDS.encode(command);
}

/**
 * Decodes an indication of characteristic 0x2A66.
 *
 * @param bytes The characteristic's value.
 * @param options How the device answers: some leave the result byte out.
 * @returns The answer.
 * @throws {FrameError} If the value is no answer, short or impossible.
 */
export function decodeCyclingPowerResponse(
  bytes: Uint8Array,
  options: ResponseOptions = {},
): CyclingPowerResponse {
  return RESPONSES.decode(bytes, options);
}

/**
 * Encodes an indication of characteristic 0x2A66.
 *
 * @param response The answer.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function encodeCyclingPowerResponse(
  response: CyclingPowerResponse,
): Uint8Array {
  return RESPONSES.encode(response);
}
