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
  const tables = new MemberTables(document, interfaces, positions);
  for (const { operations, signals } of document.interfaces) {
    for (const { params } of [...operations, ...signals]) {
      checkScope(params.map(entry("parameter")), "parameter", findings);
    }
  }
  for (const index of document.interfaces.keys()) tables.check(index, findings);
}

/**
 * The names of the members of a module's interfaces. Each is entered once, also
 * where many interfaces extend each other.
 */
class MemberTables {
  readonly #document: ModuleDocument;
  readonly #interfaces: readonly Interface[];
  readonly #positions: Positions;
  readonly #indexes = new Map<string, number>();
  readonly #tables = new Map<number, NameTable>();

  constructor(
    document: ModuleDocument,
    interfaces: readonly Interface[],
    positions: Positions,
  ) {
    this.#document = document;
    this.#interfaces = interfaces;
    this.#positions = positions;
    for (const [index, { name }] of interfaces.entries()) {
      if (!this.#indexes.has(name)) this.#indexes.set(name, index);
    }
  }

  /** Checks the members of an interface, after those of its bases. */
  check(index: number, findings: FindingList): void {
    const line: number[] = [];
    let current: number | undefined = index;
    while (current !== undefined && !this.#tables.has(current)) {
      line.push(current);
      current = this.#baseOf(current);
    }
    for (const one of line.reverse()) {
      this.#tables.set(one, this.#tableOf(one, findings));
    }
  }

  #tableOf(index: number, findings: FindingList): NameTable {
    const base = this.#baseOf(index);
    const inherited = base === undefined
      ? checkScope(
        inheritedEntries(this.#interfaces[index], this.#positions),
        "member",
        findings,
      )
      : this.#tables.get(base);
    const node = this.#document.interfaces[index];
    if (node === undefined) return new NameTable(inherited);
    const entries = [
      ...node.properties.map(entry("property")),
      ...node.operations.map(entry("operation")),
      ...node.signals.map(entry("signal")),
    ];
    return checkScope(entries, "member", findings, inherited);
  }

  /** The base in the same module; none on a circle, where nothing is inherited. */
  #baseOf(index: number): number | undefined {
    const one = this.#interfaces[index];
    if (one?.extends?.module !== this.#document.name.value) return undefined;
    const { properties, operations, signals } = one.inherited;
    const isBare = properties.length + operations.length + signals.length === 0;
    return isBare ? undefined : this.#indexes.get(one.extends.name);
  }
}

/** Names that were entered, here or in a table above. */
class NameTable {
  readonly above: NameTable | undefined;
  /** What has exactly this name. */
  readonly names = new Map<string, Entry>();
  /** What has the same name when its case is converted. */
  readonly cases = new Map<string, Entry>();

  constructor(above?: NameTable) {
    this.above = above;
  }
}

/** Looks a name up in a table and in those above, the highest of which counts. */
function lookUp(
  lowest: NameTable,
  kind: "names" | "cases",
  name: string,
): Entry | undefined {
  let found: Entry | undefined;
  let table: NameTable | undefined = lowest;
  while (table !== undefined) {
    found = table[kind].get(name) ?? found;
    table = table.above;
  }
  return found;
}

/**
 * Checks the names of several modules against each other.
 *
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
  above?: NameTable,
): NameTable {
  const table = new NameTable(above);
  const twice = checkTwice(entries, findings, table);
  for (const one of entries) {
    if (twice.has(one)) continue;
    const escaped = escapeReservedWord(one.name.value, place);
    const keys = [toSnakeCase(escaped), toUpperCamelCase(escaped)];
    const other = keys
      .map((key) => lookUp(table, "cases", key))
      .find((found) => found !== undefined);
    for (const key of keys) {
      if (!table.cases.has(key)) table.cases.set(key, one);
    }
    if (other !== undefined && !one.inherited) {
      reportClash(one, other, findings);
    }
  }
  return table;
}

function checkTwice(
  entries: readonly Entry[],
  findings: FindingList,
  table: NameTable = new NameTable(),
): ReadonlySet<Entry> {
  const twice = new Set<Entry>();
  for (const one of entries) {
    const other = lookUp(table, "names", one.name.value);
    if (other === undefined) {
      table.names.set(one.name.value, one);
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
