/**
 * Rules for names side by side: none may appear twice, and none may become the
 * same as another when its case is converted.
 *
 * @module
 */
import type { ModuleDocument, PlacedText } from "./document.ts";
import type { FindingList } from "./finding.ts";
import type { Interface, Positions } from "./model.ts";
import { toSnakeCase, toUpperCamelCase } from "#lib/base/naming.ts";
import { escapeReservedWord, type NamePlace } from "./reserved_words.ts";

interface Entry {
  readonly name: PlacedText;
  readonly what: string;
  readonly inherited?: boolean;
}

/**
 * Checks the names of a module against each other.
 *
 * @param document The module.
 * @param interfaces Its interfaces, joined with what they extend.
 * @param positions Where inherited members stand.
 * @param findings Takes what is wrong.
 */
export function checkScopes(
  document: ModuleDocument,
  interfaces: readonly Interface[],
  positions: Positions,
  findings: FindingList,
): void {
  const { imports, externs, enums, structs } = document;
  checkTwice(imports.map(entry("import")), findings);
  checkScope(
    [
      ...externs.map(entry("extern")),
      ...enums.map(entry("enum")),
      ...structs.map(entry("struct")),
      ...document.interfaces.map(entry("interface")),
    ],
    "type",
    findings,
  );
  for (const { members } of enums) {
    checkScope(members.map(entry("enum member")), "member", findings);
  }
  for (const { fields } of structs) {
    checkScope(fields.map(entry("field")), "member", findings);
  }
  for (const [index, node] of document.interfaces.entries()) {
    const { properties, operations, signals } = node;
    checkScope(
      [
        ...inheritedEntries(interfaces[index], positions),
        ...properties.map(entry("property")),
        ...operations.map(entry("operation")),
        ...signals.map(entry("signal")),
      ],
      "member",
      findings,
    );
    for (const { params } of [...operations, ...signals]) {
      checkScope(params.map(entry("parameter")), "parameter", findings);
    }
  }
}

/**
 * Checks the names of several modules against each other.
 *
 * @param documents The modules.
 * @param findings Takes what is wrong.
 */
export function checkModuleNames(
  documents: readonly ModuleDocument[],
  findings: FindingList,
): void {
  checkScope(documents.map(entry("module")), "member", findings);
}

function entry(what: string): (node: { readonly name: PlacedText }) => Entry {
  return ({ name }) => ({ name, what });
}

function inheritedEntries(
  resolved: Interface | undefined,
  positions: Positions,
): Entry[] {
  if (resolved === undefined) return [];
  const { properties, operations, signals } = resolved.inherited;
  return [...properties, ...operations, ...signals].flatMap((member) => {
    const at = positions.get(member);
    if (at === undefined) return [];
    const name = { value: member.name, at };
    return [{ name, what: `inherited ${member.kind}`, inherited: true }];
  });
}

function checkScope(
  entries: readonly Entry[],
  place: NamePlace,
  findings: FindingList,
): void {
  const twice = checkTwice(entries, findings);
  const byCase = new Map<string, Entry>();
  for (const one of entries) {
    if (twice.has(one)) continue;
    const escaped = escapeReservedWord(one.name.value, place);
    const keys = [toSnakeCase(escaped), toUpperCamelCase(escaped)];
    const other = keys
      .map((key) => byCase.get(key))
      .find((found) => found !== undefined);
    for (const key of keys) {
      if (!byCase.has(key)) byCase.set(key, one);
    }
    if (other !== undefined && !one.inherited) {
      reportClash(one, other, findings);
    }
  }
}

function checkTwice(
  entries: readonly Entry[],
  findings: FindingList,
): ReadonlySet<Entry> {
  const twice = new Set<Entry>();
  const byName = new Map<string, Entry>();
  for (const one of entries) {
    const other = byName.get(one.name.value);
    if (other === undefined) {
      byName.set(one.name.value, one);
      continue;
    }
    twice.add(one);
    if (one.inherited) continue;
    findings.add({
      rule: "duplicate",
      at: one.name.at,
      action: `define ${one.what}`,
      object: one.name.value,
      found: `${describe(other)} has that name already`,
      expected: "a name that appears once",
    });
  }
  return twice;
}

function reportClash(one: Entry, other: Entry, findings: FindingList): void {
  findings.add({
    rule: "case_clash",
    at: one.name.at,
    action: `define ${one.what}`,
    object: one.name.value,
    found: `it becomes the same name in code as ${
      describe(other)
    } "${other.name.value}"`,
    expected: "a name that differs by more than case, dots and underscores",
  });
}

function describe({ what, name }: Entry): string {
  const { file, line, column } = name.at;
  return `the ${what} at ${file}:${line}:${column}`;
}
