/**
 * Reads the keys of a YAML mapping strictly: every value of the wrong kind and
 * every key that is not expected becomes a finding.
 *
 * @module
 */
import type { DefinitionPosition } from "#lib/base/errors.ts";
import type { PlacedText } from "./document.ts";
import type { FindingDetails, FindingList } from "./finding.ts";
import type { Meta } from "./model.ts";
import { suggest } from "#lib/base/suggest.ts";
import {
  describeNode,
  type Place,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
} from "#lib/base/yaml_node.ts";
import { toMeta } from "./meta.ts";

/** Where a mapping stands. */
interface NodeContext {
  /** The file, as the caller named it. */
  readonly file: string;
  /** Path of the mapping, for example `interfaces.Hello`. */
  readonly path: string;
  /** Takes what is wrong. */
  readonly findings: FindingList;
}

/** A mapping of which some keys are expected. */
export class NodeReader {
  readonly #node: YamlMap;
  readonly #context: NodeContext;
  readonly #entries: ReadonlyMap<string, YamlEntry>;

  /**
   * Reports every key that is not expected.
   *
   * @param keys The keys it may have.
   */
  constructor(node: YamlMap, context: NodeContext, keys: readonly string[]) {
    this.#node = node;
    this.#context = context;
    const entries = new Map<string, YamlEntry>();
    for (const entry of node.entries) {
      if (!entries.has(entry.key)) entries.set(entry.key, entry);
      if (!keys.includes(entry.key)) this.#reportUnknown(entry, keys);
    }
    this.#entries = entries;
  }

  /** Position of the mapping itself. */
  get at(): DefinitionPosition {
    return this.#at(this.#node.place, "");
  }

  /**
   * Position of a key.
   *
   * @returns Where the key stands, or else the mapping.
   */
  keyAt(key: string): DefinitionPosition {
    return this.#at(this.#entries.get(key)?.keyPlace ?? this.#node.place, key);
  }

  /**
   * Position of a key's value.
   *
   * @returns Where the value stands, or else the mapping.
   */
  valueAt(key: string): DefinitionPosition {
    const entry = this.#entries.get(key);
    return this.#at(entry?.value.place ?? this.#node.place, key);
  }

  /**
   * Says whether a key is written.
   *
   * @returns True even if its value is empty.
   */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /**
   * A text value.
   *
   * @returns The text and its place; undefined if absent or of another kind.
   */
  text(key: string): PlacedText | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const { value } = entry;
    if (value.kind === "scalar" && typeof value.value === "string") {
      return { value: value.value, at: this.#at(value.place, key) };
    }
    const expected = value.kind === "scalar" && value.value !== null
      ? `text: ${key}: "${value.source}"`
      : "text";
    this.#reportKind(entry, expected);
    return undefined;
  }

  /**
   * A text value that must be there.
   *
   * @param what What the mapping is, for the message.
   * @returns The text and its place; undefined after a report.
   */
  requiredText(key: string, what: string): PlacedText | undefined {
    if (!this.has(key)) {
      this.report({
        rule: "missing_key",
        at: this.at,
        action: "read",
        object: what,
        found: `the key "${key}" is missing`,
        expected: `a line like "${key}: …"`,
      });
    }
    return this.text(key);
  }

  /**
   * The description, without white space around it.
   *
   * @returns The text; empty if absent.
   */
  description(): string {
    return this.text("description")?.value.trim() ?? "";
  }

  /** A yes-or-no value. */
  flag(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    const { value } = entry;
    if (value.kind === "scalar" && typeof value.value === "boolean") {
      return value.value;
    }
    this.#reportKind(entry, "true or false");
    return false;
  }

  /**
   * A whole number.
   *
   * @returns The number; null if absent or of another kind.
   */
  integer(key: string): number | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    const { value } = entry;
    if (value.kind === "scalar" && Number.isSafeInteger(value.value)) {
      // YAML 1.1, which ApiGear's tool reads, takes it for an octal number.
      const isOctal = /^[-+]?0\d/.test(value.source);
      if (!isOctal) return Number(value.value) + 0;
    }
    this.#reportKind(entry, "a whole number without zeros before it");
    return null;
  }

  /**
   * The free keys.
   *
   * @returns Their values; empty if absent.
   */
  meta(): Meta {
    const entry = this.#entries.get("meta");
    if (entry === undefined) return {};
    if (entry.value.kind === "map") return toMeta(entry.value);
    this.#reportKind(entry, "a mapping of keys to values");
    return {};
  }

  /**
   * A mapping below a key.
   *
   * @param keys The keys that mapping may have.
   * @returns Its reader; undefined if absent or of another kind.
   */
  child(key: string, keys: readonly string[]): NodeReader | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.value.kind === "map") {
      return new NodeReader(entry.value, this.#nested(key), keys);
    }
    this.#reportKind(entry, `a mapping with the keys ${keys.join(", ")}`);
    return undefined;
  }

  /**
   * A list of mappings below a key. The path of each holds its name.
   *
   * @param keys The keys each mapping may have.
   * @returns Their readers; empty if absent.
   */
  children(key: string, keys: readonly string[]): NodeReader[] {
    const readers: NodeReader[] = [];
    for (const [index, item] of this.nodes(key).entries()) {
      const context = this.#nested(`${key}.${nameOf(item) ?? index}`);
      if (item.kind === "map") {
        readers.push(new NodeReader(item, context, keys));
      } else {
        this.report({
          rule: "wrong_value",
          at: { ...this.#at(item.place, ""), path: context.path },
          action: "read",
          object: context.path,
          found: `it is ${describeNode(item)}`,
          expected: `a mapping with the keys ${keys.join(", ")}`,
        });
      }
    }
    return readers;
  }

  /**
   * A list of texts below a key.
   *
   * @returns The texts; undefined if absent.
   */
  texts(key: string): PlacedText[] | undefined {
    if (!this.has(key)) return undefined;
    const texts: PlacedText[] = [];
    for (const [index, item] of this.nodes(key).entries()) {
      const at = this.#at(item.place, `${key}.${index}`);
      if (item.kind === "scalar" && typeof item.value === "string") {
        texts.push({ value: item.value, at });
      } else {
        this.report({
          rule: "wrong_value",
          at,
          action: "read",
          object: at.path,
          found: `it is ${describeNode(item)}`,
          expected: "text",
        });
      }
    }
    return texts;
  }

  /**
   * Reports something about this mapping.
   *
   * @param details What is wrong, where, and what was expected.
   */
  report(details: FindingDetails): void {
    this.#context.findings.add(details);
  }

  /**
   * The items of a list below a key, as they are.
   *
   * @returns The items; empty if absent or no list.
   */
  nodes(key: string): readonly YamlNode[] {
    const entry = this.#entries.get(key);
    if (entry === undefined) return [];
    if (entry.value.kind === "list") return entry.value.items;
    this.#reportKind(entry, "a list");
    return [];
  }

  #nested(key: string): NodeContext {
    return { ...this.#context, path: joinPath(this.#context.path, key) };
  }

  #at(place: Place, key: string): DefinitionPosition {
    const { file, path } = this.#context;
    return { file, ...place, path: joinPath(path, key) };
  }

  #reportKind(entry: YamlEntry, expected: string): void {
    const at = this.#at(entry.value.place, entry.key);
    this.report({
      rule: "wrong_value",
      at,
      action: "read",
      object: at.path,
      found: `it is ${describeNode(entry.value)}`,
      expected,
    });
  }

  #reportUnknown(entry: YamlEntry, keys: readonly string[]): void {
    this.report({
      rule: "unknown_key",
      at: this.#at(entry.keyPlace, entry.key),
      action: "use key",
      object: entry.key,
      found: "it is unknown here",
      expected: `one of ${keys.join(", ")}`,
      suggestion: () => suggest(entry.key, keys),
    });
  }
}

function nameOf(node: YamlNode): string | undefined {
  if (node.kind !== "map") return undefined;
  const value = node.entries.find(({ key }) => key === "name")?.value;
  if (value?.kind !== "scalar" || value.source === "") return undefined;
  return value.source;
}

function joinPath(path: string, key: string): string {
  return [path, key].filter((part) => part !== "").join(".");
}
