/**
 * Bytes as texts and keys, without what only Node has.
 *
 * @module
 */

/** Longer texts are read faster by a `TextDecoder`. */
const SHORT_TEXT_BYTES = 128;

/** Memory that short pieces of bytes share. */
const SHARED_BYTES = 8 * 1024;
let shared: Uint8Array = new Uint8Array();
let sharedAt = 0;

/**
 * Writes each byte as the character of its number.
 *
 * @param bytes The bytes.
 * @returns A text of the same length, with characters up to U+00FF.
 */
export function toLatin1(bytes: Uint8Array): string {
  return readLatin1(bytes, 0, bytes.length);
}

/**
 * Reads a short text that has ASCII characters only, much faster than a
 * `TextDecoder`.
 *
 * @returns Undefined for a text that is longer, or has other characters.
 */
export function readShortAscii(
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  if (end - start > SHORT_TEXT_BYTES) return undefined;
  for (let at = start; at < end; at++) {
    if ((bytes[at] ?? 0) >= 0x80) return undefined;
  }
  return readLatin1(bytes, start, end);
}

/**
 * Reads a piece of bytes as {@linkcode toLatin1} does.
 *
 * @returns A text of as many characters.
 */
export function readLatin1(
  bytes: Uint8Array,
  start: number,
  end: number,
): string {
  // Each step of joining texts leaves one behind, so they are long ones.
  const at = (index: number) => bytes[index] ?? 0;
  let text = "";
  let i = start;
  for (; i + 16 <= end; i += 16) {
    text += String.fromCharCode(
      at(i),
      at(i + 1),
      at(i + 2),
      at(i + 3),
      at(i + 4),
      at(i + 5),
      at(i + 6),
      at(i + 7),
      at(i + 8),
      at(i + 9),
      at(i + 10),
      at(i + 11),
      at(i + 12),
      at(i + 13),
      at(i + 14),
      at(i + 15),
    );
  }
  for (; i < end; i++) text += String.fromCharCode(at(i));
  return text;
}

/**
 * Reads what {@linkcode toLatin1} wrote. Making memory costs more than filling
 * it, so few bytes are a piece of what many share.
 *
 * @param text A text of characters up to U+00FF.
 * @returns The bytes; nobody else ever gets the same piece.
 */
export function fromLatin1(text: string): Uint8Array {
  const bytes = memoryFor(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function memoryFor(length: number): Uint8Array {
  if (length > SHORT_TEXT_BYTES) return new Uint8Array(length);
  if (sharedAt + length > shared.length) {
    shared = new Uint8Array(SHARED_BYTES);
    sharedAt = 0;
  }
  return shared.subarray(sharedAt, sharedAt += length);
}

/**
 * Compares bytes.
 *
 * @param a Bytes.
 * @returns True if they are the same.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/**
 * A short digest against accidents, not against attacks: two FNV-1a hashes
 * with different starts.
 *
 * @param bytes The bytes.
 */
export function quickDigest(bytes: Uint8Array): string {
  let one = 0x811c9dc5;
  let other = 0x01000193;
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(other ^ byte, 0x85ebca6b);
  }
  return [one, other]
    .map((hash) => (hash >>> 0).toString(16).padStart(8, "0")).join("");
}

/**
 * Writes bytes as base64. Node has a method for that from version 25 on.
 *
 * @param bytes The bytes.
 */
export function encodeBase64(bytes: Uint8Array): string {
  return bytes.toBase64?.() ?? btoa(toLatin1(bytes));
}

/**
 * Reads base64.
 *
 * @param text Base64; white space in it is ignored.
 * @returns The bytes.
 * @throws {Error} If it is no base64.
 */
export function decodeBase64(text: string): Uint8Array {
  return Uint8Array.fromBase64?.(text) ?? fromLatin1(atob(text));
}

/**
 * Writes bytes as hexadecimal digits.
 *
 * @param bytes The bytes.
 * @returns Two lower-case digits a byte.
 */
export function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/**
 * Reads hexadecimal digits.
 *
 * @param digits Two digits a byte, checked before.
 * @returns The bytes.
 */
export function decodeHex(digits: string): Uint8Array {
  return Uint8Array.from(
    digits.match(/../g) ?? [],
    (pair) => parseInt(pair, 16),
  );
}
