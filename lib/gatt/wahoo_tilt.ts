/**
 * Tilt of a Wahoo KICKR CLIMB or KICKR BIKE, characteristic a026e037 of the
 * trainer. There is no public specification; layouts come from Wahoo's public
 * SDK headers and from captures.
 *
 * @module
 */
import { sint16, uint16, uint8 } from "./fields.ts";
import { fields } from "./groups.ts";
import {
  type Named,
  NO_PARAMETERS,
  operation,
  OperationTable,
  type UnknownOperation,
} from "./operations.ts";
import { type ResponseHeader, ResponseTable } from "./responses.ts";
import { number, openName, type ReservedName } from "./scales.ts";

/** Whether the tilt follows commands: it does while it is unlocked. */
export type TiltMode = "unlocked" | "locked" | "unavailable" | ReservedName;

/** What the tilt's messages carry. */
export interface TiltValues {
  /** -327.68 to 327.67 %, in steps of 0.01; real devices reach about -10 to 20. */
  readonly tiltPercent: number;
  /** Whether the tilt follows commands. */
  readonly mode: TiltMode;
  /** Steepest descent, in %. */
  readonly minimumTiltPercent: number;
  /** Steepest climb, in %. */
  readonly maximumTiltPercent: number;
  /** Height of the front hub at 0 %, 0 to 65535 mm. */
  readonly hubHeightMillimeters: number;
  /** 0 to 65535 mm. */
  readonly wheelBaseMillimeters: number;
}

/** What can be written to characteristic a026e037. */
export type TiltCommand =
  | Named<"getHubHeight">
  | Named<"setHubHeight", Pick<TiltValues, "hubHeightMillimeters">>
  | Named<"getWheelBase">
  | Named<"setWheelBase", Pick<TiltValues, "wheelBaseMillimeters">>
  | Named<"getTargetTilt">
  | Named<"setTargetTilt", Pick<TiltValues, "tiltPercent">>
  | Named<"getTiltMode">
  | Named<"getCurrentTilt">
  | Named<"getTiltLimits">;

/** What the trainer reports unasked; `opCode` is the event's code. */
export type TiltEvent =
  | Named<"hubHeight", Pick<TiltValues, "hubHeightMillimeters">>
  | Named<"wheelBase", Pick<TiltValues, "wheelBaseMillimeters">>
  | Named<"targetTilt", Pick<TiltValues, "tiltPercent">>
  | Named<"tiltMode", Pick<TiltValues, "mode">>
  | Named<"currentTilt", Pick<TiltValues, "tiltPercent">>
  | Named<"tiltLimitsChanged">
  | Named<
    "tiltLimitsAvailable",
    Pick<TiltValues, "minimumTiltPercent" | "maximumTiltPercent">
  >;

/** What the trainer answers to a command. */
export type TiltResponse = ResponseHeader & Partial<TiltValues>;

const HUNDREDTHS = number({ divisor: 100 });
const HUB_HEIGHT = fields({ hubHeightMillimeters: uint16() });
const WHEEL_BASE = fields({ wheelBaseMillimeters: uint16() });
const TILT = fields({ tiltPercent: sint16(HUNDREDTHS) });
const MODE = fields<Pick<TiltValues, "mode">>({
  mode: uint8(openName<"unlocked" | "locked" | "unavailable">({
    0x00: "unlocked",
    0x01: "locked",
    0xff: "unavailable",
  })),
});
const LIMITS = fields({
  minimumTiltPercent: sint16(HUNDREDTHS),
  maximumTiltPercent: sint16(HUNDREDTHS),
});

const COMMANDS = new OperationTable<TiltCommand>("tilt command", [
  operation(0x01, "getHubHeight", NO_PARAMETERS),
  operation(0x02, "setHubHeight", HUB_HEIGHT),
  operation(0x03, "getWheelBase", NO_PARAMETERS),
  operation(0x04, "setWheelBase", WHEEL_BASE),
  operation(0x65, "getTargetTilt", NO_PARAMETERS),
  operation(0x66, "setTargetTilt", TILT),
  operation(0x67, "getTiltMode", NO_PARAMETERS),
  operation(0x68, "getCurrentTilt", NO_PARAMETERS),
  operation(0x69, "getTiltLimits", NO_PARAMETERS),
]);

const EVENT_MARK = 0xfd;
const EVENTS = new OperationTable<TiltEvent>("tilt event", [
  operation(0x01, "hubHeight", HUB_HEIGHT),
  operation(0x02, "wheelBase", WHEEL_BASE),
  operation(0x32, "targetTilt", TILT),
  operation(0x33, "tiltMode", MODE),
  operation(0x34, "currentTilt", TILT),
  operation(0x35, "tiltLimitsChanged", NO_PARAMETERS),
  operation(0x36, "tiltLimitsAvailable", LIMITS),
], EVENT_MARK);

const RESPONSE_MARK = 0xfe;
const SUCCESS = 1;
const RESPONSES = new ResponseTable<TiltValues>({
  subject: "tilt answer",
  opCode: RESPONSE_MARK,
  requests: COMMANDS,
  results: {
    [SUCCESS]: "success",
    2: "opCodeNotSupported",
    3: "invalidParameter",
    4: "operationFailed",
    5: "deviceNotAvailable",
  },
  parameters: [
    { requestOpCode: 0x01, resultCode: SUCCESS, group: HUB_HEIGHT },
    {
      requestOpCode: 0x02,
      resultCode: SUCCESS,
      group: HUB_HEIGHT,
    },
    { requestOpCode: 0x03, resultCode: SUCCESS, group: WHEEL_BASE },
    {
      requestOpCode: 0x04,
      resultCode: SUCCESS,
      group: WHEEL_BASE,
    },
    { requestOpCode: 0x65, resultCode: SUCCESS, group: TILT },
    {
      requestOpCode: 0x66,
      resultCode: SUCCESS,
      group: TILT,
    },
    { requestOpCode: 0x67, resultCode: SUCCESS, group: MODE },
    { requestOpCode: 0x68, resultCode: SUCCESS, group: TILT },
    { requestOpCode: 0x69, resultCode: SUCCESS, group: LIMITS },
  ],
});

/**
 * Decodes a write to characteristic a026e037.
 *
 * @param bytes The characteristic's value.
 * @returns The command; `unknown` if its op code has no name.
 * @throws {FrameError} If the value is short.
 */
export function decodeTiltCommand(
  bytes: Uint8Array,
): TiltCommand | UnknownOperation {
  return COMMANDS.decode(bytes);
}

/**
 * Takes a value from outside as a command.
 *
 * @param value The command, not checked before; decoded ones fit.
 * @returns The command.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function parseTiltCommand(value: unknown): TiltCommand {
  return COMMANDS.parse(value);
}

/**
 * Encodes a write to characteristic a026e037. Negative tilts are two's
 * complement; see {@linkcode tiltAsWahooSends} for what Wahoo's app writes.
 *
 * @param command The command.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 *
 * @example Usage
 * ```ts
 * import { encodeTiltCommand } from "#lib/gatt/wahoo_tilt.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   encodeTiltCommand({ name: "setTargetTilt", tiltPercent: -5 }),
 *   Uint8Array.of(0x66, 0x0c, 0xfe),
 * );
 * ```
 */
export function encodeTiltCommand(command: TiltCommand): Uint8Array {
  return COMMANDS.encode(command);
}

/**
 * Decodes a notification of characteristic a026e037.
 *
 * @param bytes The characteristic's value.
 * @returns An answer, whose name is `response`, or an event.
 * @throws {FrameError} If the value is neither, or short.
 */
export function decodeTiltMessage(
  bytes: Uint8Array,
): TiltEvent | TiltResponse | UnknownOperation {
  return bytes[0] === RESPONSE_MARK
    ? RESPONSES.decode(bytes)
    : EVENTS.decode(bytes);
}

/**
 * Encodes a notification of characteristic a026e037.
 *
 * @param message The answer or the event.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function encodeTiltMessage(
  message: TiltEvent | TiltResponse,
): Uint8Array {
  return message.name === "response"
    ? RESPONSES.encode(message)
    : EVENTS.encode(message);
}

/** The smallest difference between two tilts, in %. */
const TILT_STEP_PERCENT = 0.01;

/**
 * Gives the tilt that Wahoo's own app writes: one step more for a descent.
 *
 * @param tiltPercent The tilt wanted, in %.
 * @returns The tilt to write, in %.
 *
 * @example Usage
 * ```ts
 * import { tiltAsWahooSends } from "#lib/gatt/wahoo_tilt.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(tiltAsWahooSends(-10), -9.99);
 * assert.equal(tiltAsWahooSends(10), 10);
 * ```
 */
export function tiltAsWahooSends(tiltPercent: number): number {
  const hundredths = Math.round(tiltPercent / TILT_STEP_PERCENT);
  return (hundredths < 0 ? hundredths + 1 : hundredths) / 100;
}

/**
 * Checks whether two tilts are the same but for the step that Wahoo's app adds.
 *
 * @param tiltPercent One tilt, in %.
 * @param otherPercent The other tilt, in %.
 * @returns Whether they differ by one step at most.
 */
export function isSameTilt(tiltPercent: number, otherPercent: number): boolean {
  const difference = Math.abs(tiltPercent - otherPercent);
  return Math.round(difference / TILT_STEP_PERCENT) <= 1;
}
