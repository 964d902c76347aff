/**
 * Reading wire cases.
 *
 * @module
 */
import { parseAllDocuments } from "yaml";
import type { ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import { isRecord } from "#lib/objectapi/value.ts";

/** Fields of an action, or any other YAML mapping. */
export type Fields = Readonly<Record<string, unknown>>;

/** One step of a case. */
export interface WireAction {
  /** What is done, for example `publish`. */
  readonly verb: string;
  /** What it is done with. */
  readonly detail: unknown;
}

/** One case. */
export interface WireCase {
  /** What is given, in words. */
  readonly condition: string;
  /** What must follow, in words. */
  readonly expect: string;
  /** Which side of the interface is under test. */
  readonly side: "service" | "client";
  /** Name of the interface in the test bed. */
  readonly object: string;
  /** The only MQTT version of the object under test; undefined for both. */
  readonly mqtt: ProtocolVersion | undefined;
  /** MQTT version of the peer; undefined for that of the object. */
  readonly peer: ProtocolVersion | undefined;
  /** Runs only on brokers that report messages without a subscriber. */
  readonly needsReasonCodes: boolean;
  /** Options of the service, client or adapter. */
  readonly options: Fields;
  /** What the peer subscribes to; undefined for all of the module. */
  readonly subscribe: readonly string[] | undefined;
  /** What the peer publishes before the object connects. */
  readonly before: readonly WireAction[];
  /** Keeps what the object sends when it becomes ready. */
  readonly keepFirst: boolean;
  /** What happens then. */
  readonly actions: readonly WireAction[];
}

const KEYS = new Set([
  "condition",
  "expect",
  "service",
  "client",
  "only",
  "peer",
  "options",
  "subscribe",
  "before",
  "keepFirst",
  "actions",
]);

/**
 * Reads a file of cases, one YAML document each.
 *
 * @param text The file.
 * @returns The cases.
 * @throws {TypeError} If a document is no case.
 */
export function parseWireCases(text: string): readonly WireCase[] {
  const documents = parseAllDocuments(text, {
    intAsBigInt: true,
    customTags: ["binary"],
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return toCase(narrow(document.toJS()));
  });
}

/**
 * Checks that a value is a mapping with no other keys than these.
 *
 * @param value The value.
 * @param keys Allowed keys; any where left out.
 * @returns The mapping.
 * @throws {TypeError} If it is not.
 */
export function fieldsOf(value: unknown, keys?: readonly string[]): Fields {
  if (!isRecord(value)) throw new TypeError(`Cannot read a mapping: ${value}`);
  const unknown = Object.keys(value).find((key) =>
    keys?.includes(key) === false
  );
  if (unknown === undefined) return value;
  throw new TypeError(`Cannot read key "${unknown}": expected ${keys}`);
}

/**
 * Checks that a value is a list.
 *
 * @param value The value.
 * @returns The list.
 * @throws {TypeError} If it is not.
 */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`Cannot read a list: ${JSON.stringify(value)}`);
}

/**
 * Checks that a value is a text.
 *
 * @param value The value.
 * @returns The text.
 * @throws {TypeError} If it is not.
 */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`Cannot read a text: ${JSON.stringify(value)}`);
}

function toCase(document: unknown): WireCase {
  const fields = fieldsOf(document, [...KEYS]);
  const { service, client, subscribe, before = [], keepFirst } = fields;
  const only = fieldsOf(fields["only"] ?? {}, [
    "mqtt",
    "reasonCodes",
    "because",
  ]);
  if (Object.keys(only).length > 0) textOf(only["because"]);
  return {
    condition: textOf(fields["condition"]),
    expect: textOf(fields["expect"]),
    side: service === undefined ? "client" : "service",
    object: textOf(service ?? client),
    mqtt: versionOf(only["mqtt"]),
    peer: versionOf(fields["peer"]),
    needsReasonCodes: only["reasonCodes"] === true,
    options: fieldsOf(fields["options"] ?? {}),
    subscribe: subscribe === undefined
      ? undefined
      : listOf(subscribe).map(textOf),
    before: listOf(before).map(toAction),
    keepFirst: keepFirst === true,
    actions: listOf(fields["actions"]).map(toAction),
  };
}

function toAction(value: unknown): WireAction {
  const entries = Object.entries(fieldsOf(value));
  const [entry] = entries;
  if (!entry || entries.length > 1) {
    throw new TypeError(`Cannot read an action: ${JSON.stringify(value)}`);
  }
  return { verb: entry[0], detail: entry[1] };
}

function versionOf(value: unknown): ProtocolVersion | undefined {
  if (value === undefined || value === "5" || value === "3.1.1") return value;
  throw new TypeError(`Cannot read an MQTT version: ${value}`);
}

/** Integers are read as `bigint`, so that none loses digits; the small ones become numbers again. */
function narrow(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(narrow);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, narrow(item)]),
  );
}
