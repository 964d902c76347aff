/**
 * The source files of this repository.
 *
 * @module
 */

/** The repository's folder. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** A TypeScript file of this repository. */
export interface SourceFile {
  /** Its path from the repository's folder, with slashes. */
  readonly path: string;
  /** Its text. */
  readonly text: string;
}

const SKIPPED = new Set(["coverage", "node_modules"]);

/**
 * Reads all TypeScript files.
 *
 * @returns The files, sorted by path.
 */
export async function readSourceFiles(): Promise<readonly SourceFile[]> {
  const paths = await Array.fromAsync(listPaths(""));
  return await Promise.all(
    paths.sort().map(async (path) => ({
      path,
      text: await Deno.readTextFile(new URL(path, ROOT)),
    })),
  );
}

async function* listPaths(folder: string): AsyncGenerator<string> {
  for await (
    const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))
  ) {
    if (isDirectory) {
      if (name.startsWith(".") || SKIPPED.has(name)) continue;
      yield* listPaths(`${folder}${name}/`);
    } else if (name.endsWith(".ts")) yield folder + name;
  }
}
