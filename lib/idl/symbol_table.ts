/**
 * Which module defines which names, and which modules a module may use.
 *
 * @module
 */
import type { ModuleDocument, PlacedText, TypeNode } from "./document.ts";
import type { FindingList } from "./finding.ts";
import { PRIMITIVE_NAMES } from "#lib/base/primitive_type.ts";
import { SYMBOL_KINDS, type SymbolKind } from "./model.ts";
import { suggest } from "#lib/base/suggest.ts";

/** A name that was looked up. */
interface FoundSymbol {
  /** What it is. */
  readonly kind: SymbolKind;
  /** The module that defines it. */
  readonly module: string;
  /** Its name there. */
  readonly name: string;
}

type Names = ReadonlyMap<string, SymbolKind>;

/** The names of all modules at hand. */
export class SymbolTable {
  readonly #documents: ReadonlyMap<string, ModuleDocument>;
  readonly #names: ReadonlyMap<string, Names>;
  readonly #findings: FindingList;
  readonly #unlisted = new Map<string, Set<string>>();

  /**
   * Collects the names.
   *
   * @param documents Modules, no two of the same name.
   * @param findings Takes names that cannot be found.
   */
  constructor(documents: readonly ModuleDocument[], findings: FindingList) {
    this.#documents = new Map(documents.map((one) => [one.name.value, one]));
    this.#names = new Map(
      documents.map((one) => [one.name.value, collectNames(one)]),
    );
    this.#findings = findings;
  }

  /**
   * A module at hand.
   *
   * @returns The module; undefined if it is not at hand.
   */
  module(name: string): ModuleDocument | undefined {
    return this.#documents.get(name);
  }

  /**
   * The modules that a module uses without listing them.
   *
   * @param user Name of the module that uses them.
   * @returns Names of modules at hand.
   */
  unlisted(user: string): Iterable<string> {
    return this.#unlisted.get(user) ?? [];
  }

  /**
   * Reports an import of a module that is not at hand.
   *
   * @param name The module's name where it is imported.
   * @param importer The module that imports it.
   */
  reportMissing(name: PlacedText, importer: string): void {
    const known = [...this.#documents.keys()].filter((one) => one !== importer);
    this.#findings.add({
      rule: "missing_import",
      at: name.at,
      action: "import",
      object: name.value,
      found: "no file given or beside this one defines it",
      expected: "the name of a module at hand",
      suggestion: () => suggest(name.value, known),
    });
  }

  /**
   * Looks up a type and reports it if it cannot be found.
   *
   * @param user The module that uses it.
   * @returns What it is; undefined after a report.
   */
  find(type: TypeNode, user: ModuleDocument): FoundSymbol | undefined {
    const home = type.import?.value ?? user.name.value;
    if (!this.#mayUse(home, type, user)) return undefined;
    const kind = this.#names.get(home)?.get(type.name.value);
    if (kind !== undefined) {
      return { kind, module: home, name: type.name.value };
    }
    if (this.#documents.get(home)?.complete) {
      this.#reportUnknown(type, home, user);
    }
    return undefined;
  }

  #mayUse(home: string, type: TypeNode, user: ModuleDocument): boolean {
    if (home === user.name.value) return true;
    const listed = user.imports.some(({ name }) => name.value === home);
    if (listed) return this.#documents.has(home);
    const isAtHand = this.#documents.has(home);
    if (!user.complete) return isAtHand;
    const candidates = user.imports.map(({ name }) => name.value);
    this.#findings.add({
      rule: isAtHand ? "unlisted_import" : "missing_import",
      at: type.import?.at ?? type.name.at,
      action: "use module",
      object: home,
      found: `${user.name.value} does not import it`,
      expected: user.form === "yaml"
        ? `an entry "- name: ${home}" under imports`
        : `a line "import ${home}" below the module`,
      suggestion: () => suggest(home, candidates),
    });
    if (isAtHand) this.#addUnlisted(user.name.value, home);
    return isAtHand;
  }

  #addUnlisted(user: string, home: string): void {
    const homes = this.#unlisted.get(user) ?? new Set();
    this.#unlisted.set(user, homes.add(home));
  }

  #reportUnknown(type: TypeNode, home: string, user: ModuleDocument): void {
    const name = type.name.value;
    const elsewhere = user.imports.find((one) =>
      one.name.value !== home && this.#names.get(one.name.value)?.has(name)
    )?.name.value;
    const candidates = () => [
      ...type.import === null ? PRIMITIVE_NAMES : [],
      ...this.#names.get(home)?.keys() ?? [],
    ];
    this.#findings.add({
      rule: "unknown_type",
      at: type.name.at,
      action: "use type",
      object: name,
      found: `${home} defines no such type`,
      expected: expectedType(name, elsewhere, user),
      suggestion: elsewhere === undefined
        ? () => suggest(name.replace(/\[\]$/, ""), candidates())
        : undefined,
    });
  }
}

function expectedType(
  name: string,
  elsewhere: string | undefined,
  user: ModuleDocument,
): string {
  if (name.endsWith("[]")) {
    return `the name alone and "array: true" beside it`;
  }
  if (elsewhere !== undefined) {
    return user.form === "yaml"
      ? `"import: ${elsewhere}" beside it`
      : `${elsewhere}.${name}`;
  }
  return "a primitive type, or an extern, enum, struct or interface";
}

function collectNames(document: ModuleDocument): Names {
  const lists = {
    extern: document.externs,
    enum: document.enums,
    struct: document.structs,
    interface: document.interfaces,
  };
  const names = new Map<string, SymbolKind>();
  for (const kind of SYMBOL_KINDS) {
    for (const { name } of lists[kind]) {
      if (!names.has(name.value)) names.set(name.value, kind);
    }
  }
  return names;
}
