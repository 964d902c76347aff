/**
 * How long a payload may be, as its types say.
 *
 * @module
 */
import type { TypeDescriptor } from "./descriptor.ts";

/** The longest payload of types whose values have a fixed number of parts, in bytes. */
const FIXED_LIMIT_BYTES = 64 * 1024;

/** The longest payload of types that hold texts, arrays or any JSON, in bytes. */
export const OPEN_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * The longest payload that is read.
 *
 * @param types The types of the values that it holds.
 * @param openLimitBytes The limit where one of them has no size of its own.
 * @returns Bytes.
 */
export function payloadLimit(
  types: Iterable<TypeDescriptor | undefined>,
  openLimitBytes: number,
): number {
  const seen = new Set<TypeDescriptor>();
  for (const type of types) {
    if (type && isOpen(type, seen)) return openLimitBytes;
  }
  return Math.min(FIXED_LIMIT_BYTES, openLimitBytes);
}

function isOpen(type: TypeDescriptor, seen: Set<TypeDescriptor>): boolean {
  switch (type.kind) {
    case "string":
    case "bytes":
    case "array":
    case "any":
    case "extern":
      return true;
    case "struct":
      if (seen.has(type)) return false;
      seen.add(type);
      return Object.values(type.fields).some((field) => isOpen(field, seen));
    default:
      return false;
  }
}
