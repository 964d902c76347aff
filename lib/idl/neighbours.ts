/**
 * Looks for imported modules among the files beside those that import them.
 *
 * @module
 */
import { dirname, normalize } from "node:path/posix";
import { readSource } from "./check.ts";
import type { ModuleDocument } from "./document.ts";
import { FindingList } from "./finding.ts";
import type { DefinitionReader } from "./definition_reader.ts";

/** A module that was found beside another. */
interface Neighbour {
  /** The module. */
  readonly document: ModuleDocument;
  /** What is wrong with its text and its keys. */
  readonly findings: FindingList;
}

/**
 * Says whether a file name is one of a module definition.
 *
 * @param file The name or path.
 * @returns True for `.idl` and `.module.yaml`, `.yml` and `.json`.
 */
export function isModuleFile(file: string): boolean {
  return /(\.idl|\.module\.(ya?ml|json))$/.test(file);
}

/**
 * Finds the modules that documents import, directly or through others, but that
 * are not among them. Where a directory defines a module more than once, a file
 * of the form that the importer has is preferred.
 *
 * @param documents The modules at hand.
 * @param reader How files are read.
 * @returns The modules found; none for a directory that cannot be listed.
 */
export async function findNeighbours(
  documents: readonly ModuleDocument[],
  reader: DefinitionReader,
): Promise<Neighbour[]> {
  const directories = new Map<string, readonly Neighbour[]>();
  const known = new Set(documents.map(({ name }) => name.value));
  const found: Neighbour[] = [];
  const queue = [...documents];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const { name } of next.imports) {
      if (known.has(name.value)) continue;
      const directory = dirname(next.file);
      const candidates = directories.get(directory) ??
        await readDirectory(directory, reader);
      directories.set(directory, candidates);
      const matches = candidates.filter(({ document }) =>
        document.name.value === name.value
      );
      const { form } = next;
      const match = matches.find(({ document }) => document.form === form) ??
        matches[0];
      if (match === undefined) continue;
      known.add(name.value);
      found.push(match);
      queue.push(match.document);
    }
  }
  return found;
}

async function readDirectory(
  directory: string,
  reader: DefinitionReader,
): Promise<Neighbour[]> {
  const names = await orNothing(reader.listDirectory?.(directory));
  const neighbours: Neighbour[] = [];
  for (const name of (names ?? []).filter(isModuleFile).toSorted()) {
    const file = normalize(`${directory}/${name}`);
    const text = await orNothing(reader.readFile(file));
    if (text === undefined) continue;
    const findings = new FindingList();
    const document = readSource({ file, text }, findings);
    if (document !== null) neighbours.push({ document, findings });
  }
  return neighbours;
}

/** A neighbour that cannot be read is none; the import is then reported. */
async function orNothing<Value>(
  promise: Promise<Value> | undefined,
): Promise<Value | undefined> {
  try {
    return await promise;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") {
      throw cause;
    }
    return undefined;
  }
}
