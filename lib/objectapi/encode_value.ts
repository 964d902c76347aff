/**
 * From values of an interface's types to JSON.
 *
 * @module
 */
import {
  decodeArguments,
  type DecodeOptions,
  decodeValue,
} from "./decode_value.ts";
import { encodeBase64 } from "#lib/base/octets.ts";
import type { ParameterDescriptor, TypeDescriptor } from "./descriptor.ts";
import { isRecord } from "./value.ts";

/** Where a value goes, for the error. */
type EncodeOptions = Pick<DecodeOptions, "topic" | "path">;

/**
 * Checks a value and turns it into JSON.
 *
 * @param type The type it must have.
 * @param value The value, with all fields and no others.
 * @throws {PayloadError} If the value does not have the type.
 */
export function encodeValue(
  type: TypeDescriptor,
  value: unknown,
  options: EncodeOptions = {},
): unknown {
  const { topic = "", path = "" } = options;
  return toJson(type, decodeValue(type, value, { topic, path, strict: true }));
}

/**
 * Checks arguments and turns them into JSON.
 *
 * @param params The parameters of an operation or a signal.
 * @param values One value a parameter.
 * @throws {PayloadError} If one is missing, does not fit, or is too many.
 */
export function encodeArguments(
  params: readonly ParameterDescriptor[],
  values: readonly unknown[],
  options: EncodeOptions = {},
): readonly unknown[] {
  const { topic = "", path = "" } = options;
  const checked = decodeArguments(params, values, {
    topic,
    path,
    strict: true,
  });
  return params.map(({ type }, index) => toJson(type, checked[index]));
}

/** Only `bytes` and texts of integers look different in JSON, so only what may hold them is rebuilt. */
function toJson(type: TypeDescriptor, value: unknown): unknown {
  if (value instanceof Uint8Array) return encodeBase64(value);
  if (!looksDifferent(type)) return value;
  if (type.kind === "int64" && typeof value === "string") return BigInt(value);
  if (type.kind === "array" && Array.isArray(value)) {
    return value.map((item) => toJson(type.element, item));
  }
  if (type.kind !== "struct" || !isRecord(value)) return value;
  const fields = Object.entries(type.fields);
  return Object.fromEntries(
    fields.map(([name, field]) => [name, toJson(field, value[name])]),
  );
}

/** A struct that may hold itself counts as one that looks different. */
const differentStructs = new WeakMap<TypeDescriptor, boolean>();

function looksDifferent(type: TypeDescriptor): boolean {
  if (type.kind === "array") return looksDifferent(type.element);
  if (type.kind === "int64") return type.as === "string";
  if (type.kind !== "struct") return type.kind === "bytes";
  const known = differentStructs.get(type);
  if (known !== undefined) return known;
  differentStructs.set(type, true);
  const found = Object.values(type.fields).some(looksDifferent);
  differentStructs.set(type, found);
  return found;
}
