/**
 * Names that nobody can guess.
 *
 * @module
 */
import { toLatin1 } from "./octets.ts";

/** Random bytes of a token: 96 bits. */
const TOKEN_BYTES = 12;

/** Random numbers cost less when many are asked for at once. */
const pool = new Uint8Array(TOKEN_BYTES * 128);
let used = pool.length;

/**
 * Makes a name that is used by nobody else, and that nobody can guess.
 *
 * @returns 16 letters, digits, `+` or `/`.
 */
export function randomToken(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, used += TOKEN_BYTES);
  return btoa(toLatin1(bytes));
}
