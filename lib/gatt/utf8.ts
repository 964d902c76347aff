/**
 * Text in characteristics: UTF-8 without a length.
 *
 * @module
 */
import type { ByteReader } from "#lib/base/bytes.ts";

/** Text, and the NUL bytes that some devices put behind it. */
export interface PaddedText {
  /** The text; what is no UTF-8 has become U+FFFD. */
  readonly text: string;
  /** Bytes from the first NUL on; left out if there are none. Encoders write NUL. */
  readonly paddingBytes?: number;
}

/**
 * Reads text up to the first NUL or the end of the frame.
 *
 * @param reader Where the text starts.
 */
export function readText(reader: ByteReader): PaddedText {
  const bytes = reader.rest();
  const nul = bytes.indexOf(0);
  const text = new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(nul < 0 ? bytes : bytes.subarray(0, nul));
  return { text, ...(nul >= 0 && { paddingBytes: bytes.length - nul }) };
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
