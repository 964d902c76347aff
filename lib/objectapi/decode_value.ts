/**
 * From JSON to values of an interface's types.
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";
import type {
  EnumDescriptor,
  ParameterDescriptor,
  PrimitiveDescriptor,
  StructDescriptor,
  TypeDescriptor,
} from "./descriptor.ts";
import { toSnakeCase } from "#lib/base/naming.ts";
import { decodeBase64 } from "#lib/base/octets.ts";
import { describeJson } from "./json.ts";
import { defaultValue, isRecord, representInt64 } from "./value.ts";

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

/** A value that does not fit; its path grows on the way out. */
class Mismatch {
  readonly json: unknown;
  readonly expected: string;
  path = "";

  constructor(json: unknown, expected: string) {
    this.json = json;
    this.expected = expected;
  }

  /** Puts a step before the path. */
  within(step: string | number): this {
    const name = typeof step === "number" ? `[${step}]` : step;
    const dot = this.path && !this.path.startsWith("[") ? "." : "";
    this.path = name + dot + this.path;
    return this;
  }
}

/**
 * Reads a value. Enum members may stand as integer or name in any case,
 * struct fields in their own spelling or in snake case.
 *
 * @param type The type it should have.
 * @param options How forgiving decoding is.
 * @throws {PayloadError} If the JSON has another type, or a number is out of range.
 */
export function decodeValue(
  type: TypeDescriptor,
  json: unknown,
  options: DecodeOptions = {},
): unknown {
  try {
    return read(type, json, options.strict ?? false);
  } catch (error) {
    throw toPayloadError(error, options);
  }
}

/**
 * Reads the arguments of an operation or a signal.
 *
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
  try {
    return readArguments(params, json ?? [], options.strict ?? false);
  } catch (error) {
    throw toPayloadError(error, options);
  }
}

function toPayloadError(error: unknown, options: DecodeOptions): unknown {
  if (!(error instanceof Mismatch)) return error;
  const { topic = "", path = "" } = options;
  if (path) error.within(path);
  return new PayloadError({
    topic,
    path: error.path,
    received: describeJson(error.json),
    expected: error.expected,
  });
}

function readArguments(
  params: readonly ParameterDescriptor[],
  json: unknown,
  strict: boolean,
): readonly unknown[] {
  if (!Array.isArray(json)) throw new Mismatch(json, "an array of arguments");
  if (json.length > params.length) {
    throw new Mismatch(json, `at most ${params.length} arguments`);
  }
  return params.map(({ name, type }, index) =>
    readWithin(name, type, json[index], index >= json.length, strict)
  );
}

/** Reads a field or an argument, or gives its default where it is missing. */
function readWithin(
  name: string,
  type: TypeDescriptor,
  json: unknown,
  isMissing: boolean,
  strict: boolean,
): unknown {
  try {
    if (!isMissing) return read(type, json, strict);
    if (strict) throw new Mismatch(undefined, "a value");
    return defaultValue(type);
  } catch (error) {
    throw error instanceof Mismatch ? error.within(name) : error;
  }
}

function read(type: TypeDescriptor, json: unknown, strict: boolean): unknown {
  switch (type.kind) {
    case "bool":
      if (typeof json === "boolean") return json;
      throw new Mismatch(json, "bool");
    case "string":
      if (typeof json === "string" && json.isWellFormed()) return json;
      throw new Mismatch(json, "string of whole characters");
    case "int":
    case "int32":
      return readInteger(type.kind, json, -(2 ** 31), 2 ** 31 - 1);
    case "int64":
      return readInt64(type, json);
    case "float":
    case "float32":
    case "float64":
      return readFloat(type.kind, json);
    case "bytes":
      return readBytes(json);
    case "enum":
      return readEnum(type, json);
    case "struct":
      return readStruct(type, json, strict);
    case "array":
      return readArray(type.element, json, strict);
    case "any":
    case "extern":
      return json;
  }
}

function readInteger(
  kind: string,
  json: unknown,
  least: number | bigint,
  most: number | bigint,
): number | bigint {
  const isWhole = typeof json === "bigint" ||
    (typeof json === "number" && Number.isInteger(json));
  if (!isWhole || json < least || json > most) {
    throw new Mismatch(json, `${kind}, ${least} to ${most}`);
  }
  const number = Number(json);
  return Number.isSafeInteger(number) ? number : BigInt(json);
}

function readInt64(type: PrimitiveDescriptor, json: unknown): unknown {
  const { as, kind } = type;
  if (as === "number") {
    const { MAX_SAFE_INTEGER: most } = Number;
    return readInteger(kind, json, -most, most);
  }
  const isText = as === "string" && typeof json === "string" &&
    /^-?\d{1,19}$/.test(json);
  const integer = isText ? BigInt(json) : json;
  return representInt64(
    type,
    readInteger(kind, integer, -(2n ** 63n), 2n ** 63n - 1n),
  );
}

function readFloat(kind: string, json: unknown): number {
  const number = typeof json === "bigint" ? Number(json) : json;
  if (typeof number === "number") {
    const kept = kind === "float64" ? number : Math.fround(number);
    if (Number.isFinite(kept)) return number;
  }
  throw new Mismatch(json, kind);
}

function readBytes(json: unknown): Uint8Array {
  if (json instanceof Uint8Array) return json;
  try {
    if (typeof json === "string") return decodeBase64(json);
  } catch {
    // Not base64: refused below.
  }
  throw new Mismatch(json, "base64 text");
}

function readEnum(type: EnumDescriptor, json: unknown): number {
  const members = Object.entries(type.members);
  const found = typeof json === "string"
    ? members.find(([name]) => name.toLowerCase() === json.toLowerCase())
    : members.find(([, value]) => value === json);
  if (found) return found[1];
  const known = members.map(([name, value]) => `${name} (${value})`).join(", ");
  throw new Mismatch(json, `${type.name}: ${known}`);
}

function readArray(
  element: TypeDescriptor,
  json: unknown,
  strict: boolean,
): readonly unknown[] {
  if (!Array.isArray(json)) throw new Mismatch(json, "an array");
  return json.map((item, index) => {
    try {
      return read(element, item, strict);
    } catch (error) {
      throw error instanceof Mismatch ? error.within(index) : error;
    }
  });
}

function readStruct(
  type: StructDescriptor,
  json: unknown,
  strict: boolean,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(type.fields);
  // C++ and Qt services write a struct without fields so.
  if (json === null && names.length === 0) return {};
  if (!isRecord(json)) throw new Mismatch(json, `an object of ${type.name}`);
  const value: Record<string, unknown> = {};
  let found = 0;
  for (const name of names) {
    const field = type.fields[name];
    if (!field) continue;
    const key = Object.hasOwn(json, name) ? name : toSnakeCase(name);
    const isMissing = !Object.hasOwn(json, key);
    if (!isMissing) found++;
    put(value, name, readWithin(name, field, json[key], isMissing, strict));
  }
  if (strict && found < Object.keys(json).length) refuseUnknown(type, json);
  return value;
}

/** Sets a field; one named `__proto__` is a field like any other. */
function put(
  target: Record<string, unknown>,
  name: string,
  value: unknown,
): void {
  if (name !== "__proto__") target[name] = value;
  else {
    Object.defineProperty(target, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
}

function refuseUnknown(
  type: StructDescriptor,
  json: Readonly<Record<string, unknown>>,
): void {
  const names = Object.keys(type.fields);
  const known = new Set(names.flatMap((name) => [name, toSnakeCase(name)]));
  const unknown = Object.keys(json).find((key) => !known.has(key));
  if (unknown === undefined) return;
  const expected = `no such field, ${type.name} has ${names.join(", ")}`;
  throw new Mismatch(json[unknown], expected).within(unknown);
}
