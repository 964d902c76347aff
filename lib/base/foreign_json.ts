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
  if (bytes.length > maxBytes) return undefined;
  return parseForeignText(decoder.decode(bytes));
}

/**
 * Reads JSON that came from outside and was decoded before, within a bound.
 *
 * @returns The value; undefined where it is nested too deeply, or no JSON.
 */
export function parseForeignText(text: string): unknown {
  if (isDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isDeep(text: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (isInText && character === "\\") at++;
    else if (character === '"') isInText = !isInText;
    else if (isInText) continue;
    else if ("[{".includes(character) && ++depth > MAX_DEPTH) return true;
    else if ("]}".includes(character)) depth--;
  }
  return false;
}
