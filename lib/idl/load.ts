/**
 * Loads module definitions and solutions with everything they import. How files
 * are read is up to the caller.
 *
 * @module
 */
import { normalize } from "node:path/posix";
import type { DefinitionPosition } from "#lib/base/errors.ts";
import { checkDocuments, type CheckResult, readSource } from "./check.ts";
import type { DefinitionReader } from "./definition_reader.ts";
import type { ModuleDocument } from "./document.ts";
import { FindingList } from "./finding.ts";
import { findNeighbours, isModuleFile } from "./neighbours.ts";
import { readSolution, type Solution } from "./solution.ts";

/** What files define and what is wrong with them. */
export interface LoadResult extends CheckResult {
  /** Names of the modules that were given, not only imported. */
  readonly requested: readonly string[];
  /** The solutions that were given. */
  readonly solutions: readonly Solution[];
}

/**
 * Loads module definitions (`.idl`, `.yaml`, `.yml`, `.json`), solutions
 * (`.solution.yaml` and the like) and directories of module definitions.
 *
 * An import that none of them defines is looked for among the files beside the
 * one that imports it. Nothing that stands in a file makes this throw; a file
 * that cannot be read becomes a finding.
 *
 * @param files The files and directories; paths with `/`.
 * @param reader How they are read.
 * @returns The resolved modules and all findings.
 *
 * @example
 * ```ts
 * import { loadModules } from "#lib/idl/load.ts";
 * import assert from "node:assert/strict";
 *
 * const files = new Map([
 *   ["api/lamp.idl", "module lamp 1.0 import base 1.0 struct L { s: base.S }"],
 *   ["api/base.idl", "module base 1.0 struct S { on: bool }"],
 * ]);
 * const { modules, requested } = await loadModules(["api/lamp.idl"], {
 *   readFile: (file) => Promise.resolve(files.get(file) ?? ""),
 *   listDirectory: () => Promise.resolve(["base.idl", "lamp.idl"]),
 * });
 * assert.deepEqual(modules.map(({ name }) => name), ["lamp", "base"]);
 * assert.deepEqual(requested, ["lamp"]);
 * ```
 */
export async function loadModules(
  files: readonly string[],
  reader: DefinitionReader,
): Promise<LoadResult> {
  const loader = new Loader(reader);
  for (const file of files) {
    await loader.add(file, { file, line: 1, column: 1, path: "" });
  }
  return await loader.finish();
}

class Loader {
  readonly #reader: DefinitionReader;
  readonly #findings = new FindingList();
  readonly #files: string[] = [];
  readonly #documents: ModuleDocument[] = [];
  readonly #solutions: Solution[] = [];
  readonly #seen = new Set<string>();

  constructor(reader: DefinitionReader) {
    this.#reader = reader;
  }

  async add(file: string, at: DefinitionPosition): Promise<void> {
    const key = normalize(file);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#files.push(file);
    if (/\.solution\.(ya?ml|json)$/.test(file)) {
      await this.#addSolution(file, at);
    } else if (/(\.(scenario|rules)|(^|\/)rules)\.(ya?ml|json)$/.test(file)) {
      this.#reportKind(file, at);
    } else if (/\.(idl|ya?ml|json)$/.test(file)) {
      await this.#addModule(file, at);
    } else await this.#addDirectory(file, at);
  }

  async finish(): Promise<LoadResult> {
    const requested = this.#documents.map(({ name }) => name.value);
    const neighbours = await findNeighbours(this.#documents, this.#reader);
    for (const { document, findings } of neighbours) {
      this.#documents.push(document);
      this.#files.push(document.file);
      this.#findings.merge(findings);
    }
    return {
      ...checkDocuments(this.#documents, this.#findings, this.#files),
      requested: [...new Set(requested)],
      solutions: this.#solutions,
    };
  }

  async #addModule(file: string, at: DefinitionPosition): Promise<void> {
    const text = await this.#read(file, at);
    if (text === undefined) return;
    const document = readSource({ file, text }, this.#findings);
    if (document !== null) this.#documents.push(document);
  }

  async #addSolution(file: string, at: DefinitionPosition): Promise<void> {
    const text = await this.#read(file, at);
    if (text === undefined) return;
    const solution = readSolution(text, file, this.#findings);
    if (solution === null) return;
    this.#solutions.push(solution);
    for (const { inputs } of solution.targets) {
      for (const input of inputs) await this.add(input.value, input.at);
    }
  }

  async #addDirectory(
    directory: string,
    at: DefinitionPosition,
  ): Promise<void> {
    if (this.#reader.listDirectory === undefined) {
      return this.#reportKind(directory, at);
    }
    let names: readonly string[];
    try {
      names = await this.#reader.listDirectory(directory);
    } catch (cause) {
      const isFile = cause instanceof Error && "code" in cause &&
        cause.code === "ENOTDIR";
      return isFile
        ? this.#reportKind(directory, at)
        : this.#reportUnreadable(directory, at, cause);
    }
    for (const name of names.filter(isModuleFile).toSorted()) {
      await this.add(normalize(`${directory}/${name}`), at);
    }
  }

  async #read(
    file: string,
    at: DefinitionPosition,
  ): Promise<string | undefined> {
    try {
      return await this.#reader.readFile(file);
    } catch (cause) {
      this.#reportUnreadable(file, at, cause);
      return undefined;
    }
  }

  #reportUnreadable(
    file: string,
    at: DefinitionPosition,
    cause: unknown,
  ): void {
    if (cause instanceof DOMException && cause.name === "AbortError") {
      throw cause;
    }
    const { explain = messageOf } = this.#reader;
    this.#findings.add({
      rule: "file_unreadable",
      at,
      action: "read",
      object: file,
      found: explain(cause),
      expected: "a file that can be read",
    }, { cause });
  }

  #reportKind(file: string, at: DefinitionPosition): void {
    this.#findings.add({
      rule: "file_kind",
      at,
      action: "read",
      object: file,
      found: "its name does not say that it defines a module",
      expected:
        "a name like io.module.yaml, io.module.json, io.idl or io.solution.yaml",
    });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
