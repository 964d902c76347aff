/**
 * JSON as the bike's older programs wrote it: `, ` and `: ` between parts, and
 * numbers with or without a decimal point.
 *
 * @module
 */
import type { JsonData } from "#lib/objectapi/mod.ts";

/**
 * Writes a number with a decimal point, as readers that distinguish integers from
 * fractions need it.
 *
 * @returns A JSON number, for example `6.0`.
 * @throws {RangeError} If the number is not finite.
 */
export function stringifyDecimal(value: number): string {
  const text = stringifyNumber(value);
  return text.includes(".") ? text : text.replace(/(?=e|$)/, ".0");
}

/**
 * Writes a number.
 *
 * @returns A JSON number, for example `6`.
 * @throws {RangeError} If the number is not finite.
 */
export function stringifyNumber(value: number): string {
  if (Number.isFinite(value)) return JSON.stringify(value);
  throw new RangeError(`Cannot write ${value}: expected a finite number`);
}

/**
 * Writes an object in the order of its members.
 *
 * @param members Names, each with a value that is JSON already.
 * @returns JSON on one line.
 */
export function stringifyMembers(
  members: readonly (readonly [name: string, json: string])[],
): string {
  const texts = members.map(([name, json]) =>
    `${JSON.stringify(name)}: ${json}`
  );
  return `{${texts.join(", ")}}`;
}

/**
 * Writes any JSON value.
 *
 * @returns JSON on one line.
 */
export function stringifyData(data: JsonData): string {
  if (typeof data !== "object" || data === null) return JSON.stringify(data);
  if (isList(data)) return `[${data.map(stringifyData).join(", ")}]`;
  return stringifyMembers(
    Object.entries(data).map(([name, part]) => [name, stringifyData(part)]),
  );
}

function isList(
  data: Extract<JsonData, object>,
): data is readonly JsonData[] {
  return Array.isArray(data);
}
