/**
 * Messages of wire cases.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { isRecord } from "#lib/objectapi/value.ts";
import type { ReceivedMessage, WireMessage } from "../support/wire_peer.ts";
import { fieldsOf, textOf } from "./wire_case.ts";

const KEYS = [
  "topic",
  "json",
  "text",
  "hex",
  "repeat",
  "nested",
  "qos",
  "retain",
  "responseTopic",
  "correlation",
  "userProperties",
];

/** Stands for any value where a message is expected. */
const ANYTHING = "$any";

/** What the last requests asked for, so that an answer can repeat it. */
export class Memory {
  readonly #texts = new Map<string, string>();
  readonly #bytes = new Map<string, Uint8Array>();

  /**
   * Keeps what a request asked for.
   *
   * @param name What the case calls it; undefined for no name.
   * @param message The request.
   * @param json Its payload as JSON.
   */
  keep(name: unknown, message: ReceivedMessage, json: unknown): void {
    const { responseTopic, correlation } = message;
    const inside = isRecord(json) ? json : {};
    const topic = responseTopic ?? inside["responseTopic"];
    const prefix = name === undefined ? "$" : `$${name}.`;
    if (typeof topic === "string") {
      this.#texts.set(`${prefix}responseTopic`, topic);
    }
    const id = inside["correlationData"];
    if (typeof id === "string") this.#texts.set(`${prefix}correlation`, id);
    if (correlation) this.#bytes.set(`${prefix}correlation`, correlation);
  }

  /**
   * Puts what is remembered in the place of its names.
   *
   * @param value A text, or any JSON with texts.
   * @returns The same with names replaced.
   */
  fill<T>(value: T): T;
  fill(value: unknown): unknown {
    if (typeof value === "string") return this.#texts.get(value) ?? value;
    if (Array.isArray(value)) return value.map((item) => this.fill(item));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.fill(item)]),
    );
  }

  /**
   * Reads correlation data.
   *
   * @param value A text, a remembered name, or a mapping with `hex` and `repeat`.
   * @returns The bytes.
   */
  bytes(value: unknown): Uint8Array {
    if (typeof value === "string") {
      return this.#bytes.get(value) ?? Buffer.from(value);
    }
    const { hex, repeat = 1 } = fieldsOf(value, ["hex", "repeat"]);
    return fromHex(hex, repeat);
  }
}

/**
 * Reads a message that the peer publishes.
 *
 * @param detail The action's fields.
 * @param memory What may be named in it.
 * @returns The message.
 */
export function readMessage(detail: unknown, memory: Memory): WireMessage {
  const fields = fieldsOf(detail, KEYS);
  const { topic, qos = 1, retain, responseTopic, correlation } = fields;
  assert(qos === 0 || qos === 1 || qos === 2);
  const { userProperties } = fields;
  return {
    topic: memory.fill(textOf(topic)),
    payload: readPayload(fields, memory),
    qos,
    retain: retain === true,
    ...(responseTopic !== undefined &&
      { responseTopic: memory.fill(textOf(responseTopic)) }),
    ...(correlation !== undefined &&
      { correlation: memory.bytes(correlation) }),
    ...(userProperties !== undefined &&
      { userProperties: textsOf(userProperties) }),
  };
}

/**
 * Compares a message that the peer received.
 *
 * @param message The message.
 * @param detail The action's fields.
 * @param memory What may be named in it; keeps what the message asks for.
 */
export function requireMessage(
  message: ReceivedMessage,
  detail: unknown,
  memory: Memory,
): void {
  const { as, ...fields } = fieldsOf(detail, ["as", ...KEYS]);
  const text = new TextDecoder().decode(message.payload);
  if ("text" in fields) assert.equal(text, fields["text"]);
  if ("json" in fields) {
    requireJson(JSON.parse(text), memory.fill(fields["json"]));
  }
  if ("retain" in fields) assert.equal(message.retain, fields["retain"]);
  if ("responseTopic" in fields) {
    requireText(message.responseTopic, fields["responseTopic"]);
  }
  if ("correlation" in fields) requireCorrelation(message, fields, memory);
  if ("userProperties" in fields) {
    requireJson(message.userProperties, fields["userProperties"]);
  }
  memory.keep(as, message, parseOrUndefined(text));
}

function requireCorrelation(
  { correlation }: ReceivedMessage,
  fields: Readonly<Record<string, unknown>>,
  memory: Memory,
): void {
  const expected = fields["correlation"];
  if (expected === null) return assert.equal(correlation, undefined);
  assert(correlation, "correlation data is missing");
  if (expected === ANYTHING) return assert(correlation.length > 0);
  assert.deepEqual(
    Buffer.from(correlation).toString("hex"),
    Buffer.from(memory.bytes(expected)).toString("hex"),
  );
}

function requireText(actual: string | undefined, expected: unknown): void {
  if (expected === null) return assert.equal(actual, undefined);
  if (expected === ANYTHING) return assert(actual);
  assert.equal(actual, expected);
}

function requireJson(actual: unknown, expected: unknown): void {
  assert.deepEqual(hideAnything(actual, expected), expected);
}

/** Puts `$any` where the expected value has it and the actual one has something. */
function hideAnything(actual: unknown, expected: unknown): unknown {
  if (expected === ANYTHING && actual !== undefined) return ANYTHING;
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((item, index) => hideAnything(item, expected[index]));
  }
  if (!isRecord(actual) || !isRecord(expected)) return actual;
  return Object.fromEntries(
    Object.entries(actual).map((
      [key, item],
    ) => [key, hideAnything(item, expected[key])]),
  );
}

function readPayload(
  fields: Readonly<Record<string, unknown>>,
  memory: Memory,
): Uint8Array | string {
  if ("json" in fields) return JSON.stringify(memory.fill(fields["json"]));
  const repeat = fields["repeat"] ?? 1;
  const depth = Number(fields["nested"] ?? 0);
  if (depth > 0) return "[".repeat(depth) + "]".repeat(depth);
  if ("hex" in fields) return fromHex(fields["hex"], repeat);
  return textOf(fields["text"] ?? "").repeat(Number(repeat));
}

function fromHex(hex: unknown, repeat: unknown): Uint8Array {
  return Buffer.from(
    textOf(hex).replaceAll(" ", "").repeat(Number(repeat)),
    "hex",
  );
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).map(([name, text]) => [name, textOf(text)]),
  );
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
