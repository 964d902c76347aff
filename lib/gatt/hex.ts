/**
 * Bytes as text, the way traces and the command line show them.
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";
import { decodeHex, encodeHex } from "#lib/base/octets.ts";

/**
 * Reads bytes from hexadecimal digits; white space between bytes is allowed.
 *
 * @param text For example `4400ca0c` or `44 00 CA 0C`.
 * @returns The bytes.
 * @throws {PayloadError} If a character is no hexadecimal digit or a byte is half.
 *
 * @example Usage
 * ```ts
 * import { parseHex } from "#lib/gatt/hex.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseHex("80 05 01"), Uint8Array.of(0x80, 0x05, 0x01));
 * ```
 */
export function parseHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s+/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new PayloadError({
      path: "hex",
      received: JSON.stringify(text.slice(0, 64)),
      expected: "pairs of hexadecimal digits",
    });
  }
  return decodeHex(digits);
}

/**
 * Writes bytes as lower-case hexadecimal digits without separators.
 *
 * @param bytes What to write.
 * @returns Two digits a byte.
 */
export function stringifyHex(bytes: Uint8Array): string {
  return encodeHex(bytes);
}
