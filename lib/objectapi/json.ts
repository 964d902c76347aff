/**
 * JSON as it travels: UTF-8, with integers of 64 bits kept whole.
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";
import { readShortAscii } from "#lib/base/octets.ts";

/** What the engine offers beyond TypeScript's own declarations (ECMAScript proposal JSON.parse source text access). */
interface JsonSourceText {
  rawJSON(text: string): unknown;
}

const json = JSON as typeof JSON & JsonSourceText;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Stands before an integer that was written as text for the parser; nobody outside can know it. */
const MARK = `${crypto.randomUUID()}:`;

/** The fewest digits of an integer that a double cannot hold. */
const BIG_DIGITS = 16;

/** An integer of the digits that an int64 may have, beyond those of a double. */
const BIG_INTEGER = /^-?[1-9]\d{15,18}$/;

/** The most levels of arrays and objects; walking over more could end the program. */
const MAX_DEPTH = 256;

/** The most characters, items and levels of a value that an error shows. */
const PREVIEW = { length: 60, items: 20, depth: 3 };

/** How much is read. */
export interface ParseOptions {
  /**
   * The longest payload that is looked at, in bytes.
   *
   * @default {Infinity}
   */
  readonly maxBytes?: number;
}

/**
 * Reads a payload, in a time that grows with its length alone.
 *
 * @param payload UTF-8 JSON text.
 * @param topic Where it came from, for the error.
 * @param options How much is read.
 * @returns The value; integers of up to 19 digits beyond 2^53 - 1 as `bigint`.
 * @throws {PayloadError} If it is too long, no UTF-8, no JSON, or nested too deeply.
 */
export function parseJson(
  payload: Uint8Array,
  topic: string,
  options: ParseOptions = {},
): unknown {
  requireLength(payload, topic, options);
  try {
    const { text, hasMarks } = markBigIntegers(
      readShortAscii(payload, 0, payload.length) ?? decoder.decode(payload),
    );
    const value: unknown = JSON.parse(text);
    return hasMarks ? restoreBigIntegers(value) : value;
  } catch (cause) {
    const expected = `JSON in UTF-8, at most ${MAX_DEPTH} levels deep`;
    const details = { topic, path: "", expected };
    const received = payload.length === 0 ? "nothing" : preview(payload);
    throw new PayloadError({ ...details, received }, { cause });
  }
}

/**
 * Refuses a payload that is too long.
 *
 * @param topic Where it came from, for the error.
 * @param options How much is read.
 * @throws {PayloadError} If it is too long.
 */
function requireLength(
  payload: Uint8Array,
  topic: string,
  { maxBytes = Infinity }: ParseOptions,
): void {
  if (payload.length <= maxBytes) return;
  throw new PayloadError({
    topic,
    path: "",
    received: `${payload.length} bytes`,
    expected: `at most ${maxBytes}`,
  });
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
 * A value in few words, for an error. It looks at the beginning of a large
 * value only.
 *
 * @returns Its JSON, at most 60 characters of it.
 */
export function describeJson(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" && !Number.isFinite(value)) return `${value}`;
  try {
    return shorten(stringifyJson(beginningOf(value, PREVIEW.depth)));
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** What a scan of a JSON text found out. */
interface Scanned {
  readonly text: string;
  readonly hasMarks: boolean;
}

/**
 * Writes integers that a double cannot hold as marked texts, and counts open
 * brackets outside of texts. The parser's own way to see an integer's digits
 * takes seconds and gigabytes for a payload of some megabytes.
 */
function markBigIntegers(text: string): Scanned {
  if (text.length < BIG_DIGITS) return { text, hasMarks: false };
  const parts: string[] = [];
  let depth = 0;
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfText(text, at);
    } else if (isNumberPart(code)) {
      const end = endOfNumber(text, at);
      if (isBigInteger(text, at, end)) {
        parts.push(
          text.slice(copied, at),
          `"${MARK}`,
          text.slice(at, end),
          '"',
        );
        copied = end;
      }
      at = end - 1;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) {
        throw new RangeError(`Cannot read JSON: over ${MAX_DEPTH} levels deep`);
      }
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  if (copied === 0) return { text, hasMarks: false };
  return { text: parts.join("") + text.slice(copied), hasMarks: true };
}

/** Where a text that starts with a quote ends: at a quote behind no or an even number of backslashes. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1;; at++) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let before = at;
    while (text.charCodeAt(before - 1) === 0x5c) before--;
    if ((at - before) % 2 === 0) return at;
  }
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isNumberPart(text.charCodeAt(end))) end++;
  return end;
}

/** Digits, signs, the decimal point and the exponent's letter. */
function isNumberPart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e ||
    code === 0x2b || code === 0x45 || code === 0x65;
}

function isBigInteger(text: string, start: number, end: number): boolean {
  if (end - start < BIG_DIGITS || end - start > 20) return false;
  const digits = text.slice(start, end);
  if (!BIG_INTEGER.test(digits) || Number.isSafeInteger(Number(digits))) {
    return false;
  }
  // As the name of a member it would be no JSON, which a text would be.
  let next = end;
  while (" \t\n\r".includes(text[next] ?? "x")) next++;
  return text[next] !== ":";
}

function restoreBigIntegers(value: unknown): unknown {
  if (typeof value === "string") {
    return value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value;
  }
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const before: unknown = value[at];
      if (typeof before === "number") continue;
      const after = restoreBigIntegers(before);
      if (after !== before) value[at] = after;
    }
    return value;
  }
  if (!isContainer(value)) return value;
  for (const key in value) {
    const before = value[key];
    const after = restoreBigIntegers(before);
    if (after !== before) value[key] = after;
  }
  return value;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function beginningOf(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.slice(0, PREVIEW.length + 1);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) {
    if (depth === 0) return value.length === 0 ? [] : ["…"];
    return value.slice(0, PREVIEW.items).map((item) =>
      beginningOf(item, depth - 1)
    );
  }
  if (!isContainer(value) || "toJSON" in value) return value;
  if (depth === 0) return {};
  const members: [string, unknown][] = [];
  for (const key in value) {
    if (members.length >= PREVIEW.items) break;
    members.push([
      key.slice(0, PREVIEW.length),
      beginningOf(value[key], depth - 1),
    ]);
  }
  return Object.fromEntries(members);
}

function preview(payload: Uint8Array): string {
  return shorten(new TextDecoder().decode(payload.subarray(0, 240)));
}

/** The pieces of a text keep the whole of it in memory, so the piece is made anew. */
function shorten(text: string): string {
  const { length } = PREVIEW;
  if (text.length <= length) return text;
  return `${Array.from(text.slice(0, length - 1)).join("")}…`;
}

function writeBigInteger(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? json.rawJSON(String(value)) : value;
}
