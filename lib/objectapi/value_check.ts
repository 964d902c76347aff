/**
 * Whether a value is what an interface says it is.
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";
import type { TypeDescriptor } from "./descriptor.ts";
import { encodeValue } from "./encode_value.ts";
import { isRecord } from "./value.ts";

/**
 * Checks whether a value has a type, all the way down.
 *
 * @param type The type.
 * @param value Anything.
 * @returns True if it can be sent as a value of that type.
 *
 * @example Usage
 * ```ts
 * import { isValue } from "#lib/objectapi/value_check.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(isValue({ kind: "int32" }, 2 ** 31 - 1));
 * assert.ok(!isValue({ kind: "int32" }, 2 ** 31));
 * ```
 */
export function isValue(type: TypeDescriptor, value: unknown): boolean {
  switch (type.kind) {
    case "enum":
      return Object.values(type.members).some((member) => member === value);
    case "bytes":
      return value instanceof Uint8Array;
    case "array":
      return Array.isArray(value) &&
        value.every((item) => isValue(type.element, item));
    case "struct":
      return isRecord(value) &&
        Object.entries(type.fields).every(([name, field]) =>
          Object.hasOwn(value, name) && isValue(field, value[name])
        ) &&
        Object.keys(value).every((name) => Object.hasOwn(type.fields, name));
    default:
      return isEncodable(type, value);
  }
}

function isEncodable(type: TypeDescriptor, value: unknown): boolean {
  try {
    encodeValue(type, value);
    return true;
  } catch (error) {
    if (error instanceof PayloadError) return false;
    throw error;
  }
}
