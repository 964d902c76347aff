/**
 * Whole Direct Connect messages from TCP, which cuts and glues them at will.
 *
 * @module
 */
import { ByteReader } from "#lib/base/bytes.ts";

const HEADER_SIZE = 6;
const LENGTH_OFFSET = 4;
const VERSION = 1;

/**
 * Finds the messages in a stream of bytes; one per connection.
 *
 * @example Usage
 * ```ts
 * import { DirconStream } from "#lib/gatt/dircon_stream.ts";
 * import { parseHex } from "#lib/gatt/hex.ts";
 * import assert from "node:assert/strict";
 *
 * const stream = new DirconStream();
 * assert.equal(stream.push(parseHex("010101")).length, 0);
 * assert.equal(stream.push(parseHex("000000")).length, 1);
 * ```
 */
export class DirconStream {
  #pending = new Uint8Array();

  /** Bytes that wait for the rest of their message, at most 65540. */
  get pendingBytes(): number {
    return this.#pending.length;
  }

  /**
   * Takes bytes and gives the messages that are complete.
   *
   * @param chunk Bytes as they came.
   * @returns Complete messages with their headers, to be decoded one by one.
   * @throws {FrameError} If a header has another version. The stream is then
   * out of step and the connection of no more use.
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const bytes = new Uint8Array(this.#pending.length + chunk.length);
    bytes.set(this.#pending);
    bytes.set(chunk, this.#pending.length);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at < bytes.length) {
      const size = sizeOf(bytes.subarray(at));
      if (size === undefined || at + size > bytes.length) break;
      messages.push(bytes.slice(at, at + size));
      at += size;
    }
    this.#pending = bytes.slice(at);
    return messages;
  }
}

/** Gives the size of the first message; nothing if its header is incomplete. */
function sizeOf(bytes: Uint8Array): number | undefined {
  const reader = new ByteReader(bytes, "Direct Connect stream", {
    bigEndian: true,
  });
  if (reader.uint8() !== VERSION) throw reader.error("version 1", 0);
  if (bytes.length < HEADER_SIZE) return undefined;
  reader.skip(LENGTH_OFFSET - 1);
  return HEADER_SIZE + reader.uint16();
}
