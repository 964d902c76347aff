/**
 * Checks nodes of a configuration file, whatever they are.
 *
 * @module
 */
import { suggest } from "#lib/base/suggest.ts";
import { checkValue, type ValueRule } from "#lib/base/value_rule.ts";
import {
  describeNode,
  type Place,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
} from "#lib/base/yaml_node.ts";
import { joinPath } from "./setting.ts";
import type { Mistake, SettingOrigin, Sourced } from "./source.ts";

/** Reads nodes of one file, and keeps what is wrong with them. */
export class NodeChecker {
  /** What is wrong so far. */
  readonly mistakes: Mistake[] = [];
  readonly #file: string;

  /**
   * Starts without mistakes.
   *
   * @param file The file, as errors name it.
   */
  constructor(file: string) {
    this.#file = file;
  }

  /** Where something stands. */
  origin({ line, column }: Place): SettingOrigin {
    return { kind: "file", file: this.#file, line, column };
  }

  /** Adds a mistake. */
  report(place: Place, mistake: Omit<Mistake, "origin">): void {
    this.mistakes.push({ ...mistake, origin: this.origin(place) });
  }

  /**
   * The entries of a mapping whose keys are known; others are mistakes. Nothing is the same as an empty mapping.
   *
   * @param keys The keys it may have.
   * @returns The entries, each key once; undefined if it is no mapping.
   */
  entries(
    node: YamlNode,
    path: string,
    keys: readonly string[],
  ): readonly YamlEntry[] | undefined {
    if (node.kind === "scalar" && node.value === null) return [];
    if (node.kind !== "map") {
      this.report(node.place, {
        path,
        found: `found ${describeNode(node)}`,
        expected: `a mapping with the keys ${keys.join(", ")}`,
      });
      return undefined;
    }
    return this.#known(node, path, keys);
  }

  /**
   * A single value.
   *
   * @param rule What it may be.
   * @returns The value; undefined after a report.
   */
  value(node: YamlNode, path: string, rule: ValueRule): Sourced | undefined {
    const given = node.kind === "scalar" ? scalarFor(rule, node) : undefined;
    const checked = checkValue(rule, given);
    if (checked.value !== undefined) {
      return { value: checked.value, origin: this.origin(node.place) };
    }
    const { choices = [] } = rule;
    this.report(node.place, {
      path,
      found: `found ${describeNode(node)}`,
      expected: checked.expected,
      suggestion: typeof given === "string"
        ? suggest(given, choices)
        : undefined,
    });
    return undefined;
  }

  #known(
    node: YamlMap,
    path: string,
    keys: readonly string[],
  ): readonly YamlEntry[] {
    return node.entries.filter((entry, index) => {
      const { key, keyPlace } = entry;
      const first = node.entries.findIndex((other) => other.key === key);
      // What is written twice was reported with the syntax.
      if (first !== index) return false;
      if (keys.includes(key)) return true;
      this.report(keyPlace, {
        path: joinPath(path, key),
        found: "there is no such setting",
        expected: `one of ${keys.join(", ")}`,
        suggestion: suggest(key, keys),
      });
      return false;
    });
  }
}

/** A number may stand for a text: as it is written, zeros in front included. */
function scalarFor(
  { type }: ValueRule,
  { value, source }: Extract<YamlNode, { readonly kind: "scalar" }>,
): unknown {
  if (type === "text") return typeof value === "number" ? source : value;
  const isOfType = type === "flag"
    ? typeof value === "boolean"
    : typeof value === "number";
  return isOfType ? value : undefined;
}
