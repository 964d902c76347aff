/**
 * Values of an interface's types: their defaults, and whether two are equal.
 *
 * @module
 */
import { deepEqual } from "#lib/base/deep_equal.ts";
import { equalBytes } from "#lib/base/octets.ts";
import type { PrimitiveDescriptor, TypeDescriptor } from "./descriptor.ts";

/**
 * The value that stands before the first message.
 *
 * @param type A type, or undefined for void.
 * @returns 0, false, an empty text, array or `Uint8Array`, the first member of an enum, a struct of defaults.
 */
export function defaultValue(type: TypeDescriptor | undefined): unknown {
  switch (type?.kind) {
    case undefined:
      return undefined;
    case "bool":
      return false;
    case "string":
      return "";
    case "bytes":
      return new Uint8Array();
    case "any":
      return null;
    case "array":
      return [];
    case "enum":
      return Object.values(type.members)[0] ?? 0;
    case "struct":
      return Object.fromEntries(
        Object.entries(type.fields).map(([name, field]) => [
          name,
          defaultValue(field),
        ]),
      );
    case "extern":
      return structuredClone(type.default);
    case "int64":
      return representInt64(type, 0);
    default:
      return 0;
  }
}

/**
 * Gives an int64 the type that the program has for it.
 *
 * @returns The same as a bigint, number or text.
 */
export function representInt64(
  { as }: PrimitiveDescriptor,
  value: number | bigint,
): number | bigint | string {
  switch (as) {
    case "bigint":
      return BigInt(value);
    case "string":
      return `${value}`;
    default:
      return value;
  }
}

/**
 * Checks whether two values of a type are the same. Services written in C++
 * hold `float` and `float32` in 32 bits and echo the nearest such number, so
 * these are compared as such.
 *
 * @param type Their type.
 * @param a A value.
 * @param b Another one.
 * @returns True if they are the same all the way down.
 */
export function equalValues(
  type: TypeDescriptor,
  a: unknown,
  b: unknown,
): boolean {
  if (Object.is(a, b)) return true;
  switch (type.kind) {
    case "float":
    case "float32":
      return typeof a === "number" && typeof b === "number" &&
        Math.fround(a) === Math.fround(b);
    case "array":
      return Array.isArray(a) && Array.isArray(b) && a.length === b.length &&
        a.every((item, index) => equalValues(type.element, item, b[index]));
    case "struct":
      return isRecord(a) && isRecord(b) &&
        Object.entries(type.fields).every(([name, field]) =>
          equalValues(field, a[name], b[name])
        );
    case "bytes":
      return a instanceof Uint8Array && b instanceof Uint8Array &&
        equalBytes(a, b);
    case "any":
    case "extern":
      return deepEqual(a, b);
    default:
      return a === b;
  }
}

/**
 * Checks whether a value is an object with named fields.
 *
 * @returns True unless it is a primitive, null or an array.
 */
export function isRecord(
  value: unknown,
): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
