/**
 * The files of this repository.
 *
 * @module
 */

/** The repository's folder. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** A file of this repository. */
export interface SourceFile {
  /** Its path from the repository's folder, with slashes. */
  readonly path: string;
  /** Its text. */
  readonly text: string;
}

const SKIPPED = new Set(["build", "coverage", "node_modules"]);

/**
 * Reads all files of one kind.
 *
 * @param ending How their names end.
 * @returns The files, sorted by path.
 */
export async function readSourceFiles(
  ending = ".ts",
): Promise<readonly SourceFile[]> {
  const paths = await Array.fromAsync(listPaths("", ending));
  return await Promise.all(
    paths.sort().map(async (path) => ({
      path,
      text: await Deno.readTextFile(new URL(path, ROOT)),
    })),
  );
}

async function* listPaths(
  folder: string,
  ending: string,
): AsyncGenerator<string> {
  for await (
    const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))
  ) {
    if (isDirectory) {
      if (name.startsWith(".") || SKIPPED.has(name)) continue;
      yield* listPaths(`${folder}${name}/`, ending);
    } else if (name.endsWith(ending)) yield folder + name;
  }
}
