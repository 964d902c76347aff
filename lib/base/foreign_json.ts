/**
 * JSON that came from outside.
 *
 * @module
 */

/** The longest text that is read, in bytes. */
const MAX_BYTES = 65_536;

/** The most levels of arrays and objects: the engine takes seconds for a megabyte of brackets. */
const MAX_DEPTH = 64;

const decoder = new TextDecoder();

/**
 * Reads JSON that came from outside.
 *
 * @param maxBytes The longest text that is read.
 * @returns The value; undefined where it is too long, nested too deeply, or no JSON.
 */
export function parseForeignJson(
  bytes: Uint8Array,
  maxBytes: number = MAX_BYTES,
): unknown {
  if (bytes.length > maxBytes || isDeep(bytes)) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

function isDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isText && byte === BACKSLASH) at++;
    else if (byte === QUOTE) isText = !isText;
    else if (isText) continue;
    else if (OPENING.includes(byte) && ++depth > MAX_DEPTH) return true;
    else if (CLOSING.includes(byte)) depth--;
  }
  return false;
}
