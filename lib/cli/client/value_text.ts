/**
 * Values as people write and read them.
 *
 * @module
 */
import { PayloadError, UsageError } from "#lib/base/errors.ts";
import type {
  ParameterDescriptor,
  TypeDescriptor,
} from "#lib/objectapi/mod.ts";
import { decodeValue } from "#lib/objectapi/decode_value.ts";
import { typeName } from "#lib/objectapi/descriptor.ts";
import { encodeValue } from "#lib/objectapi/encode_value.ts";
import { parseJson, stringifyJson } from "#lib/objectapi/json.ts";
import { isRecord } from "#lib/objectapi/value.ts";

/**
 * Reads a value from an argument. Text, bytes (base64) and the name of an enum
 * member may stand without quotes; everything else is JSON.
 *
 * @example Usage
 * ```ts
 * import { parseValue } from "#lib/cli/client/value_text.ts";
 * import assert from "node:assert/strict";
 *
 * const name = { name: "name", type: { kind: "string" } } as const;
 * assert.equal(parseValue(name, "hello", 'set "name"'), "hello");
 * const gear = { name: "gear", type: { kind: "int" } } as const;
 * assert.equal(parseValue(gear, "-3", 'set "gear"'), -3);
 * ```
 *
 * @param parameter Name and type of what is wanted.
 * @param action What it is for, for the error: `set "last"`.
 * @throws {UsageError} If the text is no such value.
 */
export function parseValue(
  parameter: ParameterDescriptor,
  text: string,
  action: string,
): unknown {
  const { name, type } = parameter;
  try {
    const json = isPlainText(type, text) ? text : parseArgument(type, text);
    return decodeValue(type, json, { path: name, strict: true });
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    const { path, received, expected } = error;
    throw new UsageError(
      `Cannot ${action}: got ${received} for ${
        path || name
      }, expected ${expected}`,
      text,
      { cause: error },
    );
  }
}

/** Writes a value as it travels. */
export function stringifyValue(type: TypeDescriptor, value: unknown): string {
  return stringifyJson(encodeValue(type, value));
}

/**
 * Writes a value for a person: as JSON, but enum members by name. What this
 * gives, {@linkcode parseValue} takes.
 */
export function describeValue(type: TypeDescriptor, value: unknown): string {
  return stringifyJson(nameMembers(type, encodeValue(type, value)));
}

/**
 * Writes parameters as the definition language does.
 *
 * @returns For example `(msg: Message, when: When)`.
 */
export function describeParameters(
  params: readonly ParameterDescriptor[],
): string {
  const list = params.map(({ name, type }) => `${name}: ${typeName(type)}`);
  return `(${list.join(", ")})`;
}

/** Text that begins with a quote is JSON, if it is JSON. */
function isPlainText(type: TypeDescriptor, text: string): boolean {
  switch (type.kind) {
    case "string":
    case "bytes":
      return !isJsonText(text);
    case "enum":
      return !/^-?\d+$/.test(text) && !isJsonText(text);
    default:
      return false;
  }
}

function isJsonText(text: string): boolean {
  if (!/^\s*".*"\s*$/s.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseArgument(type: TypeDescriptor, text: string): unknown {
  try {
    return parseJson(new TextEncoder().encode(text), "");
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    const { topic, path, received } = error;
    const expected = `${typeName(type)} as JSON`;
    throw new PayloadError({ topic, path, received, expected }, {
      cause: error,
    });
  }
}

function nameMembers(type: TypeDescriptor, json: unknown): unknown {
  switch (type.kind) {
    case "enum":
      return Object.entries(type.members).find(([, value]) => value === json)
        ?.[0] ?? json;
    case "array":
      return Array.isArray(json)
        ? json.map((item) => nameMembers(type.element, item))
        : json;
    case "struct":
      return isRecord(json)
        ? Object.fromEntries(
          Object.entries(type.fields).map((
            [name, field],
          ) => [name, nameMembers(field, json[name])]),
        )
        : json;
    default:
      return json;
  }
}
