/**
 * Comparing what was decoded with what a vector expects.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Vector } from "./fixtures.ts";
import { partOf, PATHS, PATHS_BY_CHARACTERISTIC } from "./names.ts";

/**
 * Checks every value of a vector that is no error.
 *
 * @param vector What is expected.
 * @param value What came, as JSON gives it.
 */
export function assertVector(vector: Vector, value: unknown): void {
  const { expected, tolerance = {} } = vector;
  for (const key of Object.keys(expected)) assertPart(vector, value, key);
  const slack = Math.max(0, ...Object.values(tolerance));
  const numbers = numbersIn(value);
  for (const number of numbersIn(expected)) {
    assert(
      numbers.some((part) => Math.abs(part - number) <= slack),
      `${number} is missing`,
    );
  }
}

function assertPart(vector: Vector, value: unknown, key: string): void {
  const own = PATHS_BY_CHARACTERISTIC[vector.characteristic] ?? {};
  const path = key in own ? own[key] : key in PATHS ? PATHS[key] : key;
  if (path === null || path === undefined) return;
  const expected = vector.expected[key];
  const part = partOf(value, path);
  const tolerance = vector.tolerance?.[key];
  if (tolerance === undefined) return assert.deepEqual(part, expected, key);
  assert(typeof part === "number" && typeof expected === "number", key);
  assert(Math.abs(part - expected) <= tolerance, `${key}: ${part}`);
}

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}
