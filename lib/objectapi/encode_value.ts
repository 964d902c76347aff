/**
 * From values of an interface's types to JSON.
 *
 * @module
 */
import type { ParameterDescriptor, TypeDescriptor } from "./descriptor.ts";
import {
  decodeArguments,
  type DecodeOptions,
  decodeValue,
} from "./decode_value.ts";
import { isRecord } from "./value.ts";

/** Where a value goes, for the error. */
export type EncodeOptions = Pick<DecodeOptions, "topic" | "path">;

/**
 * Checks a value and turns it into JSON.
 *
 * @param type The type it must have.
 * @param value The value, with all fields and no others.
 * @param options Where it goes.
 * @returns What `stringifyJson` takes.
 * @throws {PayloadError} If the value does not have the type.
 */
export function encodeValue(
  type: TypeDescriptor,
  value: unknown,
  options: EncodeOptions = {},
): unknown {
  return toJson(type, decodeValue(type, value, { ...options, strict: true }));
}

/**
 * Checks arguments and turns them into JSON.
 *
 * @param params The parameters of an operation or a signal.
 * @param values One value a parameter.
 * @param options Where they go.
 * @returns What `stringifyJson` takes.
 * @throws {PayloadError} If one is missing, does not fit, or is too many.
 */
export function encodeArguments(
  params: readonly ParameterDescriptor[],
  values: readonly unknown[],
  options: EncodeOptions = {},
): readonly unknown[] {
  const checked = decodeArguments(params, values, { ...options, strict: true });
  return params.map(({ type }, index) => toJson(type, checked[index]));
}

function toJson(type: TypeDescriptor, value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toBase64();
  if (type.kind === "array" && Array.isArray(value)) {
    return value.map((item) => toJson(type.element, item));
  }
  if (type.kind === "struct" && isRecord(value)) {
    return Object.fromEntries(
      Object.entries(type.fields).map(([name, field]) => [
        name,
        toJson(field, value[name]),
      ]),
    );
  }
  return value;
}
