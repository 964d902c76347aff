/**
 * Names that nobody can guess.
 *
 * @module
 */
import { readLatin1 } from "./octets.ts";

/** Each stands for six random bits. */
const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Characters of a token: 96 random bits. */
const TOKEN_LENGTH = 16;

/** Random numbers cost less when many are asked for at once. */
const pool = new Uint8Array(TOKEN_LENGTH * 128);
let used = pool.length;

/**
 * Makes a name that is used by nobody else, and that nobody can guess.
 *
 * @returns 16 letters, digits, `+` or `/`.
 */
export function randomToken(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    for (let at = 0; at < pool.length; at++) {
      pool[at] = ALPHABET.charCodeAt((pool[at] ?? 0) & 63);
    }
    used = 0;
  }
  return readLatin1(pool, used, used += TOKEN_LENGTH);
}
