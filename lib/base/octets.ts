/**
 * Bytes as texts and keys, without what only Node has.
 *
 * @module
 */

/**
 * Writes each byte as the character of its number.
 *
 * @param bytes The bytes.
 * @returns A text of the same length, with characters up to U+00FF.
 */
export function toLatin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/**
 * Reads what {@linkcode toLatin1} wrote.
 *
 * @param text A text of characters up to U+00FF.
 * @returns The bytes.
 */
export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
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
