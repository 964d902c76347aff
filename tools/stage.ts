/**
 * The program as one JavaScript file, made in a folder of its own, so that
 * neither the folder's name nor what else lies in the repository shows in it.
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

/** Ends in .mjs, so that no package.json above it says what it is. */
const BUNDLE = "smartbike.mjs";

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
   * Bundles the program.
   *
   * Packages come from a `node_modules` of the copy: the names of files, which
   * the bundle shows, are then the same on every machine.
   *
   * @param info What the program says about itself.
   * @returns Path of the JavaScript file.
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
        ...[`--output=${BUNDLE}`, "main.ts"],
      ],
      { cwd: this.folder },
    );
    if (code !== 0) {
      throw new BuildError(`Cannot bundle the program: ${error.trim()}`);
    }
    const path = `${this.folder}/${BUNDLE}`;
    await Deno.writeTextFile(path, closeBundle(await Deno.readTextFile(path)));
    return path;
  }

  /** Removes the copy. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
