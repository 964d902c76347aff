/**
 * What stands for an extern in TypeScript: its meta keys `ts.import`,
 * `ts.name` and `ts.default`.
 *
 * @module
 */
import type { ElementNode } from "./document.ts";
import type { FindingList } from "./finding.ts";
import type { ExternTarget } from "./model.ts";
import { suggest } from "#lib/base/suggest.ts";

const TS_KEYS = ["ts.import", "ts.name", "ts.default"];
const TS_NAME = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;

/**
 * Reads the `ts.` meta keys of an extern.
 *
 * @param findings Takes unknown keys and values that are not usable.
 * @returns What stands for it; null without any `ts.` key.
 */
export function resolveExternTarget(
  node: ElementNode,
  findings: FindingList,
): ExternTarget | null {
  const keys = Object.keys(node.meta).filter((key) => key.startsWith("ts."));
  for (const key of keys) {
    if (!TS_KEYS.includes(key)) {
      report(key, "it is unknown", TS_KEYS.join(", "));
    }
  }
  if (keys.length === 0) return null;
  const name = text("ts.name") ?? node.name.value;
  if (!TS_NAME.test(name)) {
    report("ts.name", `"${name}" is no name`, "the name of a TypeScript type");
  }
  return { import: text("ts.import"), name, default: text("ts.default") };

  function text(key: string): string | null {
    const value = node.meta[key];
    if (value === undefined) return null;
    if (typeof value === "string" && value !== "") return value;
    report(key, `its value is ${JSON.stringify(value)}`, "text");
    return null;
  }

  function report(key: string, found: string, expected: string): void {
    const { at } = node.name;
    findings.add({
      rule: "extern_meta",
      at: { ...at, path: `${at.path}.meta.${key}` },
      action: "use meta key",
      object: key,
      found,
      expected,
      suggestion: TS_KEYS.includes(key) ? undefined : suggest(key, TS_KEYS),
    });
  }
}
