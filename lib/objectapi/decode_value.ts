/**
 * From JSON to values of an interface's types.
 *
 * @module
 */
import { PayloadError } from "#lib/errors.ts";
import type {
  EnumDescriptor,
  ParameterDescriptor,
  StructDescriptor,
  TypeDescriptor,
} from "./descriptor.ts";
import { describeJson } from "./json.ts";
import { defaultValue, isRecord } from "./value.ts";

/** How forgiving decoding is. */
export interface DecodeOptions {
  /** Where the JSON came from, for the error. */
  readonly topic?: string;
  /**
   * Path of the value, for the error.
   *
   * @default {""}
   */
  readonly path?: string;
  /**
   * Refuses missing and unknown fields and missing arguments. Otherwise a
   * missing one gets its default and an unknown one is ignored, as foreign
   * programs expect.
   *
   * @default {false}
   */
  readonly strict?: boolean;
}

/** Smallest and largest value of each integer type. */
const INTEGER_RANGES = {
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

/**
 * Reads a value. Enum members may stand as integer or name in any case,
 * struct fields in their own spelling or in snake case.
 *
 * @param type The type it should have.
 * @param json Parsed JSON.
 * @param options How forgiving decoding is.
 * @returns The value.
 * @throws {PayloadError} If the JSON has another type, or a number is out of range.
 */
export function decodeValue(
  type: TypeDescriptor,
  json: unknown,
  options: DecodeOptions = {},
): unknown {
  switch (type.kind) {
    case "bool":
      return typeof json === "boolean" ? json : refuse(json, "bool", options);
    case "string":
      return typeof json === "string" && json.isWellFormed()
        ? json
        : refuse(json, "string of whole characters", options);
    case "int":
    case "int32":
    case "int64":
      return decodeInteger(type.kind, json, options);
    case "float":
    case "float32":
    case "float64":
      return decodeFloat(type.kind, json, options);
    case "bytes":
      return decodeBytes(json, options);
    case "enum":
      return decodeEnum(type, json, options);
    case "struct":
      return decodeStruct(type, json, options);
    case "array":
      return Array.isArray(json)
        ? json.map((item, index) =>
          decodeValue(type.element, item, within(options, index))
        )
        : refuse(json, "an array", options);
    case "any":
    case "extern":
      return json;
  }
}

/**
 * Reads the arguments of an operation or a signal.
 *
 * @param params Its parameters.
 * @param json A JSON array; null or nothing stands for none.
 * @param options How forgiving decoding is.
 * @returns One value a parameter.
 * @throws {PayloadError} If it is no array, is too long, or an argument does not fit.
 */
export function decodeArguments(
  params: readonly ParameterDescriptor[],
  json: unknown,
  options: DecodeOptions = {},
): readonly unknown[] {
  const values = json ?? [];
  if (!Array.isArray(values)) {
    return refuse(json, "an array of arguments", options);
  }
  if (values.length > params.length) {
    return refuse(json, `at most ${params.length} arguments`, options);
  }
  return params.map(({ name, type }, index) =>
    index < values.length
      ? decodeValue(type, values[index], within(options, name))
      : missing(type, within(options, name))
  );
}

function within(options: DecodeOptions, step: string | number): DecodeOptions {
  const { path = "" } = options;
  const next = typeof step === "number"
    ? `${path}[${step}]`
    : path && `${path}.${step}` || step;
  return { ...options, path: next };
}

function refuse(
  json: unknown,
  expected: string,
  options: DecodeOptions,
): never {
  const { topic = "", path = "" } = options;
  throw new PayloadError({
    topic,
    path,
    received: describeJson(json),
    expected,
  });
}

function missing(type: TypeDescriptor, options: DecodeOptions): unknown {
  if (options.strict) return refuse(undefined, "a value", options);
  return defaultValue(type);
}

function decodeInteger(
  kind: keyof typeof INTEGER_RANGES,
  json: unknown,
  options: DecodeOptions,
): number | bigint {
  const [least, most] = INTEGER_RANGES[kind];
  const isWhole = typeof json === "bigint" ||
    (typeof json === "number" && Number.isInteger(json));
  if (!isWhole || json < least || json > most) {
    return refuse(json, `${kind}, ${least} to ${most}`, options);
  }
  const number = Number(json);
  return Number.isSafeInteger(number) ? number : BigInt(json);
}

function decodeFloat(
  kind: string,
  json: unknown,
  options: DecodeOptions,
): number {
  const number = typeof json === "bigint" ? Number(json) : json;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  return refuse(json, kind, options);
}

function decodeBytes(json: unknown, options: DecodeOptions): Uint8Array {
  if (json instanceof Uint8Array) return json;
  if (typeof json !== "string") return refuse(json, "base64 text", options);
  try {
    return Uint8Array.fromBase64(json);
  } catch {
    return refuse(json, "base64 text", options);
  }
}

function decodeEnum(
  type: EnumDescriptor,
  json: unknown,
  options: DecodeOptions,
): number {
  const members = Object.entries(type.members);
  const found = typeof json === "string"
    ? members.find(([name]) => name.toLowerCase() === json.toLowerCase())
    : members.find(([, value]) => value === json);
  if (found) return found[1];
  const known = members.map(([name, value]) => `${name} (${value})`).join(", ");
  return refuse(json, `${type.name}: ${known}`, options);
}

function decodeStruct(
  type: StructDescriptor,
  json: unknown,
  options: DecodeOptions,
): Readonly<Record<string, unknown>> {
  if (!isRecord(json)) {
    return refuse(json, `an object of ${type.name}`, options);
  }
  const value: Record<string, unknown> = {};
  const fields = Object.entries(type.fields);
  for (const [name, field] of fields) {
    const key = [name, toSnakeCase(name)].find((k) => Object.hasOwn(json, k));
    const inside = within(options, name);
    value[name] = key === undefined
      ? missing(field, inside)
      : decodeValue(field, json[key], inside);
  }
  if (options.strict) refuseUnknown(type, json, options);
  return value;
}

function refuseUnknown(
  type: StructDescriptor,
  json: Readonly<Record<string, unknown>>,
  options: DecodeOptions,
): void {
  const names = Object.keys(type.fields);
  const known = new Set(names.flatMap((name) => [name, toSnakeCase(name)]));
  const unknown = Object.keys(json).find((key) => !known.has(key));
  if (unknown === undefined) return;
  refuse(
    json[unknown],
    `no such field, ${type.name} has ${names.join(", ")}`,
    within(options, unknown),
  );
}

function toSnakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}
