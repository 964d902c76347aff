/**
 * Texts that come again and again: topics, and the names of user properties.
 *
 * @module
 */
import { readShortAscii } from "#lib/base/octets.ts";

/** How many texts are remembered at most; a power of two. */
const SLOTS = 256;

/**
 * Reads texts, and gives the same string for the same bytes: nothing is made
 * anew, and a `Map` knows its hash already.
 */
export class TextCache {
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => "");

  /**
   * Reads a text.
   *
   * @returns Undefined for a long text, and for one with other characters than ASCII.
   */
  read(bytes: Uint8Array, start: number, end: number): string | undefined {
    const slot = slotOf(bytes, start, end);
    const known = this.#texts[slot] ?? "";
    if (isSame(known, bytes, start, end)) return known;
    const text = readShortAscii(bytes, start, end);
    if (text !== undefined) this.#texts[slot] = text;
    return text;
  }
}

/** Topics differ at their end, and in their length. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = Math.max(start, end - 12); at < end; at++) {
    hash = Math.imul(hash, 31) + (bytes[at] ?? 0);
  }
  return hash & (SLOTS - 1);
}

function isSame(
  text: string,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) !== bytes[start + at]) return false;
  }
  return true;
}
