/**
 * Arbitrary JSON for properties.
 *
 * @module
 */
import { fc } from "../../property.ts";

/**
 * Any JSON in which no integer is so large that it would be read as a `bigint`.
 *
 * @returns Arbitrary values.
 */
export function safeJson(): fc.Arbitrary<unknown> {
  return fc.jsonValue()
    .map((value) => JSON.stringify(value))
    .filter((text) => !/\d{16}/.test(text))
    .map((text) => JSON.parse(text));
}
