/**
 * Reads sources, resolves them and applies every rule. Pure: text in, model and
 * findings out.
 *
 * @module
 */
import { checkEnums } from "./check_enums.ts";
import { checkNames } from "./check_names.ts";
import { checkModuleNames, checkScopes } from "./check_scopes.ts";
import type { ModuleDocument } from "./document.ts";
import { type Finding, FindingList, hasErrors } from "./finding.ts";
import { readIdlModule } from "./idl_parser.ts";
import type { Module, Positions } from "./model.ts";
import { readYamlModule } from "./module_reader.ts";
import { resolveDocuments } from "./resolve.ts";

/** The text of a module definition. */
interface Source {
  /** The file, as findings shall name it; `.idl` at its end means IDL text. */
  readonly file: string;
  /** What the file holds. */
  readonly text: string;
}

/** What sources define and what is wrong with them. */
export interface CheckResult {
  /**
   * Modules without errors that import no module with errors, in the order
   * given. The findings say why others are missing.
   */
  readonly modules: readonly Module[];
  /** Errors and warnings by file, then by place. */
  readonly findings: readonly Finding[];
  /** Where the elements of the modules stand. */
  readonly positions: Positions;
}

/**
 * Checks module definitions in YAML, JSON or IDL text. No text makes it throw.
 *
 * @param sources The definitions with everything they import.
 * @returns The resolved modules and all findings.
 *
 * @example
 * ```ts
 * import { checkSources } from "#lib/idl/check.ts";
 * import assert from "node:assert/strict";
 *
 * const text = "module demo 1.0\ninterface Lamp { on: bool; level: Levl }\n";
 * const { modules, findings } = checkSources([{ file: "demo.idl", text }]);
 * assert.deepEqual(modules, []);
 * assert.equal(findings[0]?.rule, "unknown_type");
 * assert.deepEqual(findings[0]?.position, {
 *   file: "demo.idl",
 *   line: 2,
 *   column: 35,
 *   path: "interfaces.Lamp.properties.level.type",
 * });
 * ```
 */
export function checkSources(sources: readonly Source[]): CheckResult {
  const findings = new FindingList();
  const documents = sources
    .map((source) => readSource(source, findings))
    .filter((document) => document !== null);
  const files = sources.map(({ file }) => file);
  return checkDocuments(documents, findings, files);
}

/**
 * Reads one module definition without looking anything up.
 *
 * @param findings Takes what is wrong with its text and its keys.
 * @returns The definition, or null if not even its name can be read.
 */
export function readSource(
  { file, text }: Source,
  findings: FindingList,
): ModuleDocument | null {
  return file.endsWith(".idl")
    ? readIdlModule(text, file, findings)
    : readYamlModule(text, file, findings);
}

/**
 * Resolves module definitions that were read and applies every rule.
 *
 * @param findings What is wrong so far; takes what else is wrong.
 * @param files The order of files in the result.
 * @returns The resolved modules and all findings.
 */
export function checkDocuments(
  documents: readonly ModuleDocument[],
  findings: FindingList,
  files: readonly string[],
): CheckResult {
  checkModuleNames(documents, findings);
  const unique = documents.filter((document, index) =>
    documents.findIndex((one) => one.name.value === document.name.value) ===
      index
  );
  const { modules, positions } = resolveDocuments(unique, findings);
  for (const [index, document] of unique.entries()) {
    checkNames(document, findings);
    checkEnums(document, findings);
    const interfaces = modules[index]?.interfaces ?? [];
    checkScopes(document, interfaces, positions, findings);
  }
  const sorted = findings.sorted(files);
  return {
    modules: selectSound(unique, modules, sorted),
    findings: sorted,
    positions,
  };
}

/**
 * The modules of a result in which nothing is wrong.
 *
 * @param result What {@linkcode checkSources} or `loadModules` returned.
 * @throws {DefinitionError} The first error; the result has the others.
 */
export function requireModules(
  result: Pick<CheckResult, "modules" | "findings">,
): readonly Module[] {
  const error = result.findings.find(({ severity }) => severity === "error");
  if (error !== undefined) throw error;
  return result.modules;
}

function selectSound(
  documents: readonly ModuleDocument[],
  modules: readonly Module[],
  findings: readonly Finding[],
): Module[] {
  const broken = new Set<string>();
  for (const { name, file } of documents) {
    const own = findings.filter(({ position }) => position.file === file);
    if (hasErrors(own)) broken.add(name.value);
  }
  for (let size = -1; size !== broken.size;) {
    size = broken.size;
    for (const { name, imports } of modules) {
      if (imports.some((one) => broken.has(one.name))) broken.add(name);
    }
  }
  return modules.filter(({ name }) => !broken.has(name));
}
