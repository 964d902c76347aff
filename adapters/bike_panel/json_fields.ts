/**
 * Fields of JSON that came from outside.
 *
 * @module
 */
import { parseForeignJson } from "#lib/base/foreign_json.ts";

/** A JSON object that came from outside. */
export type Fields = Readonly<Record<string, unknown>>;

/** The longest text that is kept, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 1000;

/**
 * Reads a JSON object.
 *
 * @returns The object; undefined for anything else.
 */
export function readFields(payload: Uint8Array): Fields | undefined {
  const data = parseForeignJson(payload);
  return isFields(data) ? data : undefined;
}

/**
 * Checks whether a value is a JSON object.
 *
 * @returns True for objects that are no lists.
 */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads an own field that is a finite number.
 *
 * @returns The number, or null.
 */
export function numberIn(fields: Fields, name: string): number | null {
  const value = fieldIn(fields, name);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/**
 * Reads an own field that is a text, cut where it is absurdly long.
 *
 * @returns The text, or null.
 */
export function textIn(fields: Fields, name: string): string | null {
  const value = fieldIn(fields, name);
  if (typeof value !== "string") return null;
  return value.slice(0, MAX_TEXT_LENGTH).toWellFormed();
}

/** Reads an own field that is a list of objects; what is none is left out. */
export function listIn(fields: Fields, name: string): readonly Fields[] {
  const value = fieldIn(fields, name);
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/**
 * Reads an own field.
 *
 * @returns Its value; undefined where there is none.
 */
export function fieldIn(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
