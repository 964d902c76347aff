/**
 * Wahoo KICKR HEADWIND fan, characteristic a026e038. There is no public
 * specification; layouts come from a captured session.
 *
 * @module
 */
import { octets, uint8 } from "./fields.ts";
import { fields, type Group, join } from "./groups.ts";
import {
  type Named,
  NO_PARAMETERS,
  operation,
  OperationTable,
  type UnknownOperation,
} from "./operations.ts";
import { type ResponseHeader, ResponseTable } from "./responses.ts";
import { number, openName, type ReservedName } from "./scales.ts";

/** What the fan follows; newer firmware may know more. */
export type HeadwindMode =
  | "error"
  | "off"
  | "heartRate"
  | "speed"
  | "manual"
  | "standby"
  | ReservedName;

/** How fast the fan turns. */
export interface HeadwindSpeed {
  /** 0 to 100 %. */
  readonly speedPercent: number;
}

/** What the fan follows. */
export interface HeadwindModeValue {
  /** What the fan follows. */
  readonly mode: HeadwindMode;
  /** The mode's code as decoded, 0 to 255; encoders take it from the mode. */
  readonly modeCode?: number;
}

/** What can be written to characteristic a026e038. The fan takes a speed only in manual mode. */
export type HeadwindCommand =
  | Named<"getSpeed">
  | Named<"setSpeed", HeadwindSpeed>
  | Named<"getMode">
  | Named<"setMode", HeadwindModeValue>;

/** What the fan reports unasked: `state` about once a second; `opCode` is the event's code. */
export type HeadwindEvent =
  | Named<"state", HeadwindSpeed & HeadwindModeValue>
  | Named<"sensors", { readonly slots: Uint8Array }>;

/** What the fan answers to a command. */
export type HeadwindResponse =
  & ResponseHeader
  & Partial<HeadwindSpeed & HeadwindModeValue>;

const SPEED = fields<HeadwindSpeed>({
  speedPercent: uint8(number({ maximum: 100 })),
});

const MODES = {
  0: "error",
  1: "off",
  2: "heartRate",
  3: "speed",
  4: "manual",
  5: "standby",
} as const;
const MODE_NAME = uint8(openName(MODES));
const MODE: Group<HeadwindModeValue> = {
  keys: ["mode"],
  read(reader) {
    const modeCode = reader.uint8();
    return { modeCode, mode: nameOfMode(modeCode) };
  },
  write: (writer, { mode }) => MODE_NAME.write(writer, mode, "mode"),
};

function nameOfMode(code: number): HeadwindMode {
  const names: Readonly<Record<number, HeadwindMode>> = MODES;
  return names[code] ?? `reserved${code}`;
}

const COMMANDS = new OperationTable<HeadwindCommand>("fan command", [
  operation(0x01, "getSpeed", NO_PARAMETERS),
  operation(0x02, "setSpeed", SPEED),
  operation(0x03, "getMode", NO_PARAMETERS),
  operation(0x04, "setMode", MODE),
]);

const EVENT_MARK = 0xfd;
const EVENTS = new OperationTable<HeadwindEvent>("fan event", [
  operation(0x01, "state", join(SPEED, MODE)),
  operation(0x02, "sensors", fields({ slots: octets() })),
], EVENT_MARK);

const RESPONSE_MARK = 0xfe;
const SUCCESS = 1;
const FAILURE = 2;
const RESPONSES = new ResponseTable<HeadwindSpeed & HeadwindModeValue>({
  subject: "fan answer",
  opCode: RESPONSE_MARK,
  requests: COMMANDS,
  results: { [SUCCESS]: "success", [FAILURE]: "failure" },
  parameters: [
    ...[0x01, 0x02].flatMap((requestOpCode) => [
      { requestOpCode, resultCode: SUCCESS, group: SPEED },
      {
        requestOpCode,
        resultCode: FAILURE,
        group: SPEED,
      },
    ]),
    ...[0x03, 0x04].flatMap((requestOpCode) => [
      { requestOpCode, resultCode: SUCCESS, group: MODE },
      { requestOpCode, resultCode: FAILURE, group: MODE },
    ]),
  ],
});

/**
 * Decodes a write to characteristic a026e038.
 *
 * @param bytes The characteristic's value.
 * @returns The command; `unknown` if its op code has no name.
 * @throws {FrameError} If the value is short or a speed is above 100 %.
 */
export function decodeHeadwindCommand(
  bytes: Uint8Array,
): HeadwindCommand | UnknownOperation {
  return COMMANDS.decode(bytes);
}

/**
 * Takes a value from outside as a command.
 *
 * @param value The command, not checked before; decoded ones fit.
 * @returns The command.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function parseHeadwindCommand(value: unknown): HeadwindCommand {
  return COMMANDS.parse(value);
}

/**
 * Encodes a write to characteristic a026e038.
 *
 * @param command The command.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 *
 * @example Usage
 * ```ts
 * import { encodeHeadwindCommand } from "#lib/gatt/wahoo_headwind.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   encodeHeadwindCommand({ name: "setMode", mode: "manual" }),
 *   Uint8Array.of(0x04, 0x04),
 * );
 * ```
 */
export function encodeHeadwindCommand(command: HeadwindCommand): Uint8Array {
  return COMMANDS.encode(command);
}

/**
 * Decodes a notification of characteristic a026e038.
 *
 * @param bytes The characteristic's value.
 * @returns An answer, whose name is `response`, or an event.
 * @throws {FrameError} If the value is neither, short, or a speed is above 100 %.
 *
 * @example Usage
 * ```ts
 * import { decodeHeadwindMessage } from "#lib/gatt/wahoo_headwind.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   decodeHeadwindMessage(Uint8Array.of(0xfd, 0x01, 25, 0x04)),
 *   { opCode: 1, name: "state", speedPercent: 25, modeCode: 4, mode: "manual" },
 * );
 * ```
 */
export function decodeHeadwindMessage(
  bytes: Uint8Array,
): HeadwindEvent | HeadwindResponse | UnknownOperation {
  return bytes[0] === RESPONSE_MARK
    ? RESPONSES.decode(bytes)
    : EVENTS.decode(bytes);
}

/**
 * Encodes a notification of characteristic a026e038.
 *
 * @param message The answer or the event.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function encodeHeadwindMessage(
  message: HeadwindEvent | HeadwindResponse,
): Uint8Array {
  return message.name === "response"
    ? RESPONSES.encode(message)
    : EVENTS.encode(message);
}
