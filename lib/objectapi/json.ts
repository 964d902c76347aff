/**
 * JSON as it travels: UTF-8, with integers of 64 bits kept whole.
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";

/** What the engine offers beyond TypeScript's own declarations (ECMAScript proposal JSON.parse source text access). */
interface JsonSourceText {
  parse(
    text: string,
    reviver: (
      key: string,
      value: unknown,
      context: { readonly source?: string },
    ) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

const json = JSON as typeof JSON & JsonSourceText;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Sixteen digits in a row may be an integer that a double cannot hold. */
const MAYBE_BIG = /\d{16}/;

/** An integer of at most the digits that an int64 has. */
const INT64_TEXT = /^-?\d{1,19}$/;

/** The most levels of arrays and objects; walking over more could end the program. */
const MAX_DEPTH = 256;

/**
 * Reads a payload.
 *
 * @param payload UTF-8 JSON text.
 * @param topic Where it came from, for the error.
 * @returns The value; integers of up to 19 digits beyond 2^53 - 1 as `bigint`.
 * @throws {PayloadError} If it is no UTF-8, no JSON, or nested too deeply.
 */
export function parseJson(payload: Uint8Array, topic: string): unknown {
  try {
    const text = decoder.decode(payload);
    requireShallow(text);
    return MAYBE_BIG.test(text)
      ? json.parse(text, keepBigIntegers)
      : JSON.parse(text);
  } catch (cause) {
    const expected = `JSON in UTF-8, at most ${MAX_DEPTH} levels deep`;
    const details = { topic, path: "", expected };
    const received = payload.length === 0 ? "nothing" : preview(payload);
    throw new PayloadError({ ...details, received }, { cause });
  }
}

/**
 * Writes a value.
 *
 * @param value Any JSON value; `bigint` is written as an integer.
 * @returns JSON text without white space.
 */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, writeBigInteger);
  }
}

/**
 * A value in few words, for an error.
 *
 * @param value Anything.
 * @returns Its JSON, at most 60 characters of it.
 */
export function describeJson(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" && !Number.isFinite(value)) return `${value}`;
  try {
    return shorten(stringifyJson(value));
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Counts open brackets outside of texts; a short text cannot hold too many. */
function requireShallow(text: string): void {
  if (text.length <= 2 * MAX_DEPTH) return;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') quoted = !quoted;
    else if (quoted) at += sign === "\\" ? 1 : 0;
    else if (sign === "[" || sign === "{") depth++;
    else if (sign === "]" || sign === "}") depth--;
    if (depth > MAX_DEPTH) {
      throw new RangeError(`Cannot read JSON: over ${MAX_DEPTH} levels deep`);
    }
  }
}

function preview(payload: Uint8Array): string {
  return shorten(new TextDecoder().decode(payload.subarray(0, 240)));
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

function keepBigIntegers(
  _key: string,
  value: unknown,
  context: { readonly source?: string },
): unknown {
  const { source } = context;
  const isBig = typeof value === "number" && source !== undefined &&
    !Number.isSafeInteger(value) && INT64_TEXT.test(source);
  return isBig ? BigInt(source) : value;
}

function writeBigInteger(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? json.rawJSON(String(value)) : value;
}
