/**
 * Checks what modules import: each must be at hand, and no module may import
 * itself, not even through others.
 *
 * @module
 */
import { findCycles } from "./cycles.ts";
import type { ImportNode, ModuleDocument } from "./document.ts";
import type { FindingList } from "./finding.ts";
import type { SymbolTable } from "./symbol_table.ts";

/**
 * Reports imports that are missing, circular or of another version.
 *
 * @param documents All modules at hand.
 * @param findings Takes what is wrong.
 */
export function checkImports(
  documents: readonly ModuleDocument[],
  symbols: SymbolTable,
  findings: FindingList,
): void {
  for (const document of documents) {
    for (const node of document.imports) {
      const imported = symbols.module(node.name.value);
      if (imported === undefined) {
        symbols.reportMissing(node.name, document.name.value);
      } else checkVersion(node, imported, findings);
    }
  }
  const cycles = findCycles(
    documents,
    (document) =>
      document.imports
        .map(({ name }) => symbols.module(name.value))
        .filter((one) => one !== undefined),
  );
  for (const cycle of cycles) reportCycle(cycle, findings);
}

function checkVersion(
  node: ImportNode,
  imported: ModuleDocument,
  findings: FindingList,
): void {
  if (node.version === null) return;
  const version = toMinor(imported.version);
  if (toMinor(node.version) === version) return;
  findings.add({
    rule: "import_version",
    at: node.name.at,
    action: "import",
    object: node.name.value,
    found: `version ${node.version} is asked for`,
    expected: `${version}, as in ${imported.file}`,
  });
}

function toMinor(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

function reportCycle(
  cycle: readonly ModuleDocument[],
  findings: FindingList,
): void {
  const names = cycle.map(({ name }) => name.value);
  const circle = [...names, names[0]].join(" → ");
  for (const [index, document] of cycle.entries()) {
    const target = names[(index + 1) % names.length];
    const node = document.imports.find(({ name }) => name.value === target);
    if (node === undefined) continue;
    findings.add({
      rule: "import_cycle",
      at: node.name.at,
      action: "import",
      object: node.name.value,
      found: `the imports go round in a circle: ${circle}`,
      expected: "modules that do not need each other",
    });
  }
}
