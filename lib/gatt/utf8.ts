/**
 * Text in characteristics: UTF-8 without a length.
 *
 * @module
 */

import type { ByteReader } from "#lib/base/bytes.ts";

/** Text, and the NUL bytes that some devices put behind it. */
export interface PaddedText {
  /** The text. */
  readonly text: string;
  /** NUL bytes behind the text; left out if there are none. */
  readonly paddingBytes?: number;
}

/**
 * Reads text up to the end of the frame.
 *
 * @param reader Where the text starts.
 * @returns The text without the NUL bytes behind it.
 * @throws {FrameError} If the bytes are no UTF-8.
 */
export function readText(reader: ByteReader): PaddedText {
  const { offset } = reader;
  const bytes = reader.rest();
  const length = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return {
      text: decoder.decode(bytes.subarray(0, length)),
      ...(length < bytes.length && { paddingBytes: bytes.length - length }),
    };
  } catch (cause) {
    throw reader.error("UTF-8", offset, { cause });
  }
}

/**
 * Encodes text.
 *
 * @param value The text and the NUL bytes behind it.
 * @returns The bytes.
 */
export function encodeText(value: PaddedText): Uint8Array {
  const text = new TextEncoder().encode(value.text);
  const bytes = new Uint8Array(text.length + (value.paddingBytes ?? 0));
  bytes.set(text);
  return bytes;
}
