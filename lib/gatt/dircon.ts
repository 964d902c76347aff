/**
 * Wahoo Direct Connect: GATT over TCP. Each message has a header of six bytes,
 * most significant byte first; UUIDs stand in reading order.
 *
 * There is no public specification; layouts come from agreeing public drivers.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOfNames, namesOfBits } from "./bits.ts";
import {
  DIRCON_PROPERTIES,
  DIRCON_RESPONSES,
  type DirconCharacteristic,
  type DirconNotification,
  type DirconRequest,
  type DirconRequestBody,
  type DirconResponse,
  type DirconSuccessBody,
  type UnknownDirconMessage,
} from "./dircon_message.ts";
import { type Field, list, octets, refusal, uint8 } from "./fields.ts";
import {
  fields,
  join,
  optional,
  parseGroup,
  type Properties,
} from "./groups.ts";
import { parseHex, stringifyHex } from "./hex.ts";
import {
  NO_PARAMETERS,
  operation,
  OperationTable,
  propertiesOf,
} from "./operations.ts";
import { boolean } from "./scales.ts";
import { trailing } from "./trailing.ts";

const SUBJECT = "Direct Connect message";
const VERSION = 1;
const NOTIFICATION = 6;

const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UUID: Field<string> = {
  read(reader) {
    const digits = stringifyHex(reader.bytes(16));
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
  write(writer, value, path) {
    if (typeof value !== "string" || !UUID_PATTERN.test(value)) {
      throw refusal(path, value, "a full UUID");
    }
    writer.bytes(parseHex(value.replaceAll("-", "")));
  },
};

const CHARACTERISTIC: Field<DirconCharacteristic> = {
  read: (reader) => ({
    uuid: UUID.read(reader),
    properties: namesOfBits(reader.uint8(), DIRCON_PROPERTIES),
  }),
  write(writer, value, path) {
    const { uuid, properties } = propertiesOf(value);
    UUID.write(writer, uuid, `${path}.uuid`);
    if (!Array.isArray(properties)) {
      throw refusal(`${path}.properties`, properties, "a list of names");
    }
    writer.uint8(
      bitsOfNames<string>(properties.map(String), DIRCON_PROPERTIES),
    );
  },
};

const TARGET = fields({ characteristic: UUID });
const VALUE = fields({ characteristic: UUID, value: octets() });
const MAYBE_VALUE = join(
  TARGET,
  optional(fields({ value: octets() }), "value"),
);

const REQUESTS = new OperationTable<DirconRequestBody>(SUBJECT, [
  operation(1, "discoverServices", NO_PARAMETERS),
  operation(2, "discoverCharacteristics", fields({ service: UUID })),
  operation(3, "readCharacteristic", TARGET),
  operation(4, "writeCharacteristic", VALUE),
  operation(
    5,
    "enableNotifications",
    fields({ characteristic: UUID, enable: uint8(boolean()) }),
  ),
  operation(7, "keepAlive", NO_PARAMETERS),
]);

const SUCCESSES = new OperationTable<DirconSuccessBody>(SUBJECT, [
  operation(1, "discoverServices", fields({ services: list(UUID) })),
  operation(
    2,
    "discoverCharacteristics",
    fields({ service: UUID, characteristics: list(CHARACTERISTIC) }),
  ),
  operation(3, "readCharacteristic", VALUE),
  operation(4, "writeCharacteristic", MAYBE_VALUE),
  operation(5, "enableNotifications", TARGET),
  operation(7, "keepAlive", NO_PARAMETERS),
]);

/** Reads the header and checks the length. */
function readHeader(bytes: Uint8Array) {
  const reader = new ByteReader(bytes, SUBJECT, { bigEndian: true });
  const version = reader.uint8();
  if (version !== VERSION) throw reader.error("version 1", 0);
  const messageId = reader.uint8();
  const sequence = reader.uint8();
  const responseCode = reader.uint8();
  const response = DIRCON_RESPONSES[responseCode] ?? "unknown" as const;
  const bodyLength = reader.uint16();
  const missing = bodyLength - reader.remaining;
  if (missing > 0) throw reader.error(`${missing} more bytes`, bytes.length);
  if (missing < 0) {
    throw reader.error("the end of the frame", bytes.length + missing);
  }
  const header = {
    messageId,
    sequence,
    responseCode,
    response,
    version,
    bodyLength,
  };
  return { reader, header };
}

function writeFrame(
  messageId: number,
  values: Properties,
  body: Uint8Array,
): Uint8Array {
  const writer = new ByteWriter({ bigEndian: true });
  writer.uint8(VERSION).uint8(messageId);
  uint8().write(writer, values["sequence"], "sequence");
  uint8().write(writer, values["responseCode"] ?? 0, "responseCode");
  return writer.uint16(body.length).bytes(body).toBytes();
}

function encodeWith<C extends { readonly name: string }>(
  table: OperationTable<C>,
  message: unknown,
): Uint8Array {
  const values = propertiesOf(message);
  const row = table.row(values);
  const body = new ByteWriter();
  row.write(body, values);
  return writeFrame(row.opCode, values, body.toBytes());
}

/**
 * Decodes a whole request; {@linkcode DirconStream} finds it in the stream.
 *
 * @param bytes The message with its header.
 * @returns The request; `unknown` if its number has no name.
 * @throws {FrameError} If the message is short, long or impossible.
 *
 * @example Usage
 * ```ts
 * import { decodeDirconRequest } from "#lib/gatt/dircon.ts";
 * import { parseHex } from "#lib/gatt/hex.ts";
 * import assert from "node:assert/strict";
 *
 * const request = decodeDirconRequest(
 *   parseHex("01050200001100002a3700001000800000805f9b34fb01"),
 * );
 * assert(request.name === "enableNotifications");
 * assert.equal(request.characteristic, "00002a37-0000-1000-8000-00805f9b34fb");
 * assert.equal(request.sequence, 2);
 * ```
 */
export function decodeDirconRequest(
  bytes: Uint8Array,
): DirconRequest | UnknownDirconMessage {
  const { reader, header } = readHeader(bytes);
  const { opCode: _opCode, ...body } = REQUESTS.read(header.messageId, reader);
  return { ...header, ...body };
}

const HEADER = fields({ sequence: uint8(), responseCode: uint8() });

/**
 * Takes a value from outside as a request.
 *
 * @param value The request, not checked before; decoded ones fit.
 * @throws {PayloadError} If a value is missing or impossible.
 */
export function parseDirconRequest(value: unknown): DirconRequest {
  const { sequence, responseCode = 0 } = propertiesOf(value);
  const { opCode: _opCode, ...body } = REQUESTS.parse(value);
  return { ...parseGroup(HEADER, { sequence, responseCode }), ...body };
}

/**
 * Encodes a request with its header.
 *
 * @throws {PayloadError} If a value is missing or impossible.
 * @throws {RangeError} If the body has more than 65535 bytes.
 */
export function encodeDirconRequest(request: DirconRequest): Uint8Array {
  return encodeWith(REQUESTS, request);
}

/**
 * Decodes a whole answer.
 *
 * @param bytes The message with its header.
 * @returns The answer; `unknown` if its number has no name.
 * @throws {FrameError} If the message is short, long or impossible.
 */
export function decodeDirconResponse(
  bytes: Uint8Array,
): DirconResponse | UnknownDirconMessage {
  const { reader, header } = readHeader(bytes);
  const { messageId, responseCode } = header;
  if (responseCode !== 0) {
    const requestName = REQUESTS.nameOf(messageId);
    return { ...header, name: "failure", requestName, ...trailing(reader) };
  }
  const { opCode: _opCode, ...body } = SUCCESSES.read(messageId, reader);
  return { ...header, ...body };
}

/**
 * Encodes an answer with its header.
 *
 * @throws {PayloadError} If a value is missing or impossible.
 * @throws {RangeError} If the body has more than 65535 bytes.
 */
export function encodeDirconResponse(response: DirconResponse): Uint8Array {
  return response.name === "failure"
    ? writeFrame(response.messageId, propertiesOf(response), new Uint8Array())
    : encodeWith(SUCCESSES, response);
}

/**
 * Decodes a whole notification.
 *
 * @param bytes The message with its header.
 * @throws {FrameError} If the message is none, short, long or impossible.
 */
export function decodeDirconNotification(
  bytes: Uint8Array,
): DirconNotification {
  const { reader, header } = readHeader(bytes);
  if (header.messageId !== NOTIFICATION) throw reader.error("message 6", 1);
  return { ...header, name: "notification", ...VALUE.read(reader) };
}

/**
 * Encodes a notification with its header.
 *
 * @throws {PayloadError} If a value is missing or impossible.
 * @throws {RangeError} If the body has more than 65535 bytes.
 */
export function encodeDirconNotification(
  notification: DirconNotification,
): Uint8Array {
  const values = propertiesOf(notification);
  const body = new ByteWriter();
  VALUE.write(body, values);
  return writeFrame(NOTIFICATION, values, body.toBytes());
}
