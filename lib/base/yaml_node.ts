/**
 * YAML and JSON text as a tree that knows the place of every node.
 *
 * @module
 */

/** A place in a text. */
export interface Place {
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1, in UTF-16 code units. */
  readonly column: number;
}

/** A single value. */
export interface YamlScalar {
  /** Distinguishes the kinds of {@linkcode YamlNode}. */
  readonly kind: "scalar";
  /** Where it starts. */
  readonly place: Place;
  /** What it means under the rules of YAML 1.2. */
  readonly value: string | number | boolean | null;
  /** How it was written, without quotes. */
  readonly source: string;
}

/** A list of nodes. */
export interface YamlList {
  /** Distinguishes the kinds of {@linkcode YamlNode}. */
  readonly kind: "list";
  /** Where it starts. */
  readonly place: Place;
  /** What it holds. */
  readonly items: readonly YamlNode[];
}

/** One key of a mapping with its value. */
export interface YamlEntry {
  /** The key as text. */
  readonly key: string;
  /** Where the key starts. */
  readonly keyPlace: Place;
  /** The value. */
  readonly value: YamlNode;
}

/** A mapping. */
export interface YamlMap {
  /** Distinguishes the kinds of {@linkcode YamlNode}. */
  readonly kind: "map";
  /** Where it starts. */
  readonly place: Place;
  /** Its keys in the order written. */
  readonly entries: readonly YamlEntry[];
}

/** A node of a YAML tree. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

/**
 * Says in words what a node is.
 *
 * @returns For example `the number 1.0`.
 */
export function describeNode(node: YamlNode): string {
  if (node.kind !== "scalar") {
    return node.kind === "list" ? "a list" : "a mapping";
  }
  if (node.value === null) return "empty";
  if (typeof node.value === "string") {
    return `the text "${shorten(node.value)}"`;
  }
  const kind = typeof node.value === "number" ? "number" : "boolean";
  return `the ${kind} ${shorten(node.source)}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
