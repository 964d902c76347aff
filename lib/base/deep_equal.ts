/**
 * Comparison of values by what they hold.
 *
 * @module
 */
import equal from "fast-deep-equal";

/**
 * Compares values of JSON, and such that hold them.
 *
 * @param a A value.
 * @param b Another one.
 * @returns True if they hold the same.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  return equal(a, b);
}
