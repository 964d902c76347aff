/**
 * Free keys of YAML as plain JSON data.
 *
 * @module
 */
import type { YamlMap, YamlNode } from "#lib/base/yaml_node.ts";
import type { JsonValue, Meta } from "./model.ts";

/**
 * The plain value of a tree, for example of a `meta` key.
 *
 * @returns JSON data; numbers that JSON lacks become text.
 */
function toJsonValue(node: YamlNode): JsonValue {
  switch (node.kind) {
    case "scalar": {
      const { value } = node;
      if (typeof value !== "number") return value;
      return Number.isFinite(value) ? value + 0 : node.source;
    }
    case "list":
      return node.items.map(toJsonValue);
    case "map":
      return toMeta(node);
  }
}

/** The plain value of a mapping. */
export function toMeta(node: YamlMap): Meta {
  return Object.fromEntries(
    node.entries.map(({ key, value }) => [key, toJsonValue(value)]),
  );
}
