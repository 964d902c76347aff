/**
 * Times as people write them.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** The longest time that a timer takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Reads a time.
 *
 * @example Usage
 * ```ts
 * import { parseDuration } from "#lib/cli/options/duration.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(parseDuration("1.5s", "--timeout"), 1500);
 * ```
 *
 * @param text A number and its unit `ms`, `s`, `m` or `h`, for example `500ms`.
 * @param option The option it was given for, for the error.
 * @returns Milliseconds, from 1 to 2^31 - 1.
 * @throws {UsageError} If the text is no such time.
 */
export function parseDuration(text: string, option: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const duration = Math.round(Number(number) * (UNITS_MS[unit] ?? NaN));
  if (duration >= 1 && duration <= LONGEST_MS) return duration;
  throw new UsageError(
    `Cannot use ${option} "${text}": expected a time such as 500ms, 5s or 2m, at most 24 days`,
    option,
  );
}
