/**
 * Tacx FE-C over BLE: ANT messages of 13 bytes, notified by 6e40fec2 and
 * written to 6e40fec3.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { uint8 } from "./fields.ts";
import { fields, parseGroup } from "./groups.ts";
import { propertiesOf, type UnknownOperation } from "./operations.ts";
import type { FecPage } from "./tacx_page.ts";
import { FEC_PAGES } from "./tacx_pages.ts";

/** Length of a message. */
export const TACX_MESSAGE_SIZE = 13;

/** The first byte of a message. */
export const TACX_SYNC = 0xa4;

const CONTENT_SIZE = 9;
const BROADCAST = 0x4e;
const ACKNOWLEDGED = 0x4f;
const CHANNEL = 5;
const UNUSED_BYTE = 0xff;

/** Part of each message. */
export interface TacxMessageHeader {
  /**
   * 0x4e for broadcasts from the trainer, 0x4f for acknowledged messages to it.
   *
   * @default {0x4f}
   */
  readonly messageId?: number;
  /**
   * ANT channel, 0 to 255.
   *
   * @default {5}
   */
  readonly channel?: number;
  /** The page's number as decoded; encoders take it from the name. */
  readonly page?: number;
  /** What unused bytes hold where it is not 0xff. */
  readonly unusedByte?: number;
}

/** A message with its data page. */
export type TacxMessage = TacxMessageHeader & FecPage;

/** A message whose page has no name. It cannot be encoded. */
export type UnknownTacxMessage =
  & TacxMessageHeader
  & Omit<UnknownOperation, "opCode">;

/**
 * Works out the checksum of a message.
 *
 * @param bytes The message; what follows the first twelve bytes is ignored.
 * @returns The exclusive or of the first twelve bytes.
 */
export function tacxChecksum(bytes: Uint8Array): number {
  return bytes.subarray(0, TACX_MESSAGE_SIZE - 1)
    .reduce((sum, byte) => sum ^ byte, 0);
}

/**
 * Decodes a message from or to a Tacx trainer.
 *
 * @returns The message; its name is `unknown` if its page has none.
 * @throws {FrameError} If the sync byte, the length, the message ID or the
 * checksum is wrong, or a value is impossible.
 *
 * @example Usage
 * ```ts
 * import { decodeTacxMessage } from "#lib/gatt/tacx_fec.ts";
 * import { parseHex } from "#lib/gatt/hex.ts";
 * import assert from "node:assert/strict";
 *
 * const message = decodeTacxMessage(parseHex("a4094e0519105a2c01c8003060"));
 * assert(message.name === "trainerData");
 * assert.equal(message.powerWatts, 200);
 * ```
 */
export function decodeTacxMessage(
  bytes: Uint8Array,
): TacxMessage | UnknownTacxMessage {
  const reader = checkedReader(bytes);
  const messageId = reader.uint8();
  if (messageId !== BROADCAST && messageId !== ACKNOWLEDGED) {
    throw reader.error("message ID 0x4e or 0x4f", 2);
  }
  const channel = reader.uint8();
  const { opCode: page, ...content } = FEC_PAGES.read(reader.uint8(), reader);
  const { filler = UNUSED_BYTE } = reader;
  return {
    ...content,
    messageId,
    channel,
    ...(page !== undefined && { page }),
    ...(filler !== UNUSED_BYTE && { unusedByte: filler }),
  };
}

/** Checks the frame around a message and reads up to the message ID. */
function checkedReader(bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(
    bytes.subarray(0, TACX_MESSAGE_SIZE - 1),
    "FE-C message",
  );
  if (bytes[0] !== TACX_SYNC) throw reader.error("sync byte 0xa4", 0);
  if (bytes[1] !== CONTENT_SIZE) throw reader.error("length 9", 1);
  if (bytes.length !== TACX_MESSAGE_SIZE) {
    throw reader.error(`${TACX_MESSAGE_SIZE} bytes`, bytes.length);
  }
  const checksum = tacxChecksum(bytes);
  if (bytes[TACX_MESSAGE_SIZE - 1] !== checksum) {
    throw reader.error(
      `checksum 0x${checksum.toString(16)}`,
      TACX_MESSAGE_SIZE - 1,
    );
  }
  reader.uint16();
  return reader;
}

const HEADER = fields({
  messageId: uint8(),
  channel: uint8(),
  unusedByte: uint8(),
});

/**
 * Takes a value from outside as a message.
 *
 * @param value The message, not checked before; decoded ones fit.
 * @throws {PayloadError} If a value is missing or impossible.
 */
export function parseTacxMessage(value: unknown): TacxMessage {
  const given = propertiesOf(value);
  const header = parseGroup(HEADER, {
    messageId: given["messageId"] ?? ACKNOWLEDGED,
    channel: given["channel"] ?? CHANNEL,
    unusedByte: given["unusedByte"] ?? UNUSED_BYTE,
  });
  const { opCode: _opCode, ...page } = FEC_PAGES.parse(value);
  return { ...header, ...page };
}

/**
 * Encodes a message from or to a Tacx trainer.
 *
 * @throws {PayloadError} If a value of the page is missing or impossible.
 * @throws {RangeError} If a number of the header does not fit a byte.
 *
 * @example Usage
 * ```ts
 * import { encodeTacxMessage } from "#lib/gatt/tacx_fec.ts";
 * import { stringifyHex } from "#lib/gatt/hex.ts";
 * import assert from "node:assert/strict";
 *
 * const bytes = encodeTacxMessage({
 *   name: "targetPower",
 *   powerWatts: 200,
 * });
 * assert.equal(stringifyHex(bytes), "a4094f0531ffffffffff20030a");
 * ```
 */
export function encodeTacxMessage(message: TacxMessage): Uint8Array {
  const { unusedByte: filler = UNUSED_BYTE } = message;
  const { messageId = ACKNOWLEDGED, channel = CHANNEL } = message;
  const writer = new ByteWriter({ filler });
  writer.uint8(TACX_SYNC).uint8(CONTENT_SIZE);
  writer.uint8(messageId).uint8(channel);
  const values = propertiesOf(message);
  const page = FEC_PAGES.row(values);
  page.write(writer.uint8(page.opCode), values);
  return writer.uint8(tacxChecksum(writer.toBytes())).toBytes();
}
