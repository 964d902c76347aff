/**
 * Brings generated files to a disk: the only stage that does, and only through
 * what its caller hands in.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import { type GeneratedFile, MARKER } from "./source_file.ts";

/** Where files are kept. */
export interface FileStore {
  /**
   * Reads a file.
   *
   * @param path Path below the output folder, with `/`.
   * @returns Its text; undefined where there is none.
   */
  read(path: string): Promise<string | undefined>;
  /**
   * Writes a file and the folders it needs.
   *
   * @param path Path below the output folder, with `/`.
   * @param text What it shall hold.
   */
  write(path: string, text: string): Promise<void>;
}

/** How a file on the disk stands to what would be written. */
type FileState = "missing" | "stale" | "fresh" | "kept";

/** One file and how it stands. */
interface FileReport {
  /** The file. */
  readonly file: GeneratedFile;
  /**
   * `kept` is a starter that is there and belongs to its user, `fresh` a
   * generated file that is up to date.
   */
  readonly state: FileState;
}

/**
 * Compares generated files with what is on the disk.
 *
 * @returns How each file stands.
 * @throws {ConfigError} If a file that is in the way was not generated.
 */
export async function compareFiles(
  files: readonly GeneratedFile[],
  store: FileStore,
): Promise<readonly FileReport[]> {
  const reports: FileReport[] = [];
  for (const file of files) {
    reports.push({ file, state: await compareFile(file, store) });
  }
  return reports;
}

/**
 * Writes generated files that are missing or stale. Starters that are there
 * are left alone.
 *
 * @returns How each file stood before.
 * @throws {ConfigError} If a file that is in the way was not generated; nothing is written then.
 *
 * @example
 * ```ts
 * import { writeFiles } from "#lib/codegen/write.ts";
 * import assert from "node:assert/strict";
 *
 * const disk = new Map<string, string>();
 * const store = {
 *   read: (path: string) => Promise.resolve(disk.get(path)),
 *   write: (path: string, text: string) => {
 *     disk.set(path, text);
 *     return Promise.resolve();
 *   },
 * };
 * const starter = { path: "demo/lamp.ts", text: "// mine\n", kind: "starter" } as const;
 * assert.equal((await writeFiles([starter], store))[0]?.state, "missing");
 * assert.equal((await writeFiles([starter], store))[0]?.state, "kept");
 * ```
 */
export async function writeFiles(
  files: readonly GeneratedFile[],
  store: FileStore,
): Promise<readonly FileReport[]> {
  const reports = await compareFiles(files, store);
  for (const { file, state } of reports) {
    if (isOutdated(state)) await store.write(file.path, file.text);
  }
  return reports;
}

/**
 * Checks whether a file has to be written.
 *
 * @returns True if it is missing or stale.
 */
export function isOutdated(state: FileState): boolean {
  return state === "missing" || state === "stale";
}

async function compareFile(
  file: GeneratedFile,
  store: FileStore,
): Promise<FileState> {
  const text = (await store.read(file.path))?.replaceAll("\r\n", "\n");
  if (text === undefined) return "missing";
  if (file.kind === "starter") return "kept";
  if (text === file.text) return "fresh";
  if (text.startsWith(MARKER)) return "stale";
  throw new ConfigError(
    `Cannot overwrite "${file.path}": it was not generated, move it or choose another folder`,
    { option: "--out", file: file.path },
  );
}
