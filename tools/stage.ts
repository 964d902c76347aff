/**
 * The program as JavaScript files, made in a folder of their own, so that
 * neither the folder's name nor what else lies in the repository shows in them.
 *
 * @module
 */
import { cp } from "node:fs/promises";
import type { BuildInfo } from "#lib/cli/build_info.ts";
import { BuildError } from "./build_error.ts";
import { closeBundle } from "./bundle.ts";

import { run } from "./process.ts";

/** What the program consists of. */
export const PRODUCT_PATHS: readonly string[] = [
  "adapters",
  "deno.json",
  "deno.lock",
  "drivers",
  "lib",
  "main.ts",
  "mod.ts",
];

/** The folder of the bundle. */
const BUNDLE = "bundle";

/** What the program begins with. */
export const ENTRY = "smartbike.mjs";

/** A copy of the program, ready to be bundled; it goes away when disposed. */
export class Stage implements AsyncDisposable {
  /** Its folder. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Copies the program.
   *
   * @param root The repository's folder.
   * @returns The copy.
   */
  static async make(root: string): Promise<Stage> {
    const folder = await Deno.makeTempDir({ prefix: "smartbike-build-" });
    for await (const { name } of Deno.readDir(root)) {
      if (!PRODUCT_PATHS.includes(name)) continue;
      await cp(`${root}/${name}`, `${folder}/${name}`, { recursive: true });
    }
    return new Stage(folder);
  }

  /**
   * Bundles the program: what it begins with, and what it loads later.
   *
   * Packages come from a `node_modules` of the copy: the names of files, which
   * the bundle shows, are then the same on every machine.
   *
   * @param info What the program says about itself.
   * @returns The folder of the files, of which {@linkcode ENTRY} is the first to run.
   * @throws {BuildError} If the program cannot be bundled.
   */
  async bundle(info: BuildInfo): Promise<string> {
    await Deno.writeTextFile(
      `${this.folder}/lib/cli/build_info.json`,
      JSON.stringify(info),
    );
    const flags = ["--quiet", "--frozen", "--node-modules-dir=auto"];
    const { code, error } = await run(
      [
        ...[Deno.execPath(), "bundle", ...flags, "--platform=deno"],
        ...["--code-splitting", `--outdir=${BUNDLE}`, "main.ts"],
      ],
      { cwd: this.folder },
    );
    if (code !== 0) {
      throw new BuildError(`Cannot bundle the program: ${error.trim()}`);
    }
    const folder = `${this.folder}/${BUNDLE}`;
    await closeFiles(folder);
    return folder;
  }

  /** Removes the copy. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/**
 * Closes all files of a bundle. They end in .mjs then, so that no package.json
 * above them says what they are.
 */
async function closeFiles(folder: string): Promise<void> {
  const files = await Array.fromAsync(Deno.readDir(folder));
  const names = new Map(
    files.map(({ name }) => [
      name,
      name === "main.js" ? ENTRY : name.replace(/\.js$/, ".mjs"),
    ]),
  );
  const imports = new Set([...names.values()].map((name) => `./${name}`));
  for (const [name, newName] of names) {
    const text = (await Deno.readTextFile(`${folder}/${name}`)).replace(
      /"\.\/([^"/]+\.js)"/g,
      (whole, other: string) => {
        const renamed = names.get(other);
        return renamed === undefined ? whole : `"./${renamed}"`;
      },
    );
    await Deno.remove(`${folder}/${name}`);
    await Deno.writeTextFile(
      `${folder}/${newName}`,
      closeBundle(text, imports),
    );
  }
}
