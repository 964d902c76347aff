/**
 * `deno task pack`: makes the npm package, and checks what JSR would take.
 *
 * @module
 */
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BuildError } from "../build_error.ts";
import { run } from "../process.ts";
import { Stage } from "../stage.ts";
import { emitPackage } from "./emit.ts";
import { ENTRIES } from "./entries.ts";
import { packageManifest } from "./manifest.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(
  /\/$/,
  "",
);

/** Files that stand in the package as they are, and where they come from. */
const PAGES = {
  "CHANGELOG.md": "CHANGELOG.md",
  LICENSE: "LICENSE",
  "README.md": "docs/library.md",
};

if (import.meta.main) await main(Deno.args);

async function main(args: readonly string[]): Promise<void> {
  const { out } = parseArgs({
    args: [...args],
    options: { out: { type: "string", default: `${ROOT}/build` } },
  }).values;
  await Deno.mkdir(out, { recursive: true });
  print(`npm: ${await packNpm(out)}`);
  await run([Deno.execPath(), "publish", "--dry-run", "--allow-dirty"], {
    cwd: ROOT,
  }).then(require("check the package for JSR"));
  print("JSR: deno publish --dry-run finds nothing wrong");
}

/**
 * Makes the npm package.
 *
 * @param out Folder that the tarball is written to.
 * @returns Path of the tarball.
 * @throws {BuildError} If the sources have a mistake, or npm is missing.
 */
export async function packNpm(out: string): Promise<string> {
  await using stage = await Stage.make(ROOT);
  const { folder } = stage;
  await run(
    [Deno.execPath(), "install", "--quiet", "--node-modules-dir=auto"],
    { cwd: folder },
  ).then(require("install packages"));
  await useRelativeSpecifiers(folder);
  const target = `${folder}/package`;
  const entries = ENTRIES.map(({ source }) => source);
  const packages = emitPackage({
    root: folder,
    entries,
    out: `${target}/dist`,
  });
  await Deno.writeTextFile(
    `${target}/package.json`,
    packageManifest(ENTRIES, packages),
  );
  for (const [page, source] of Object.entries(PAGES)) {
    await cp(`${ROOT}/${source}`, `${target}/${page}`);
  }
  const packed = await run(
    ["npm", "pack", "--json", "--pack-destination", out],
    { cwd: target },
  ).then(require("pack with npm"));
  const [{ filename }]: [{ filename: string }] = JSON.parse(packed.out);
  return `${out}/${filename}`;
}

/** The project's own names of its folders, such as `#lib/`, mean nothing in a package. */
async function useRelativeSpecifiers(folder: string): Promise<void> {
  for (const part of ["lib", "adapters"]) {
    for await (const path of walk(`${folder}/${part}`)) {
      const text = await Deno.readTextFile(path);
      const relative = text.replaceAll(
        /(?<=^(?! \*).*")#(lib|adapters)\/(?=[^"]*\.ts")/gm,
        (_, name) =>
          `${
            "../".repeat(path.slice(folder.length + 1).split("/").length - 1)
          }${name}/`,
      );
      if (relative !== text) await Deno.writeTextFile(path, relative);
    }
  }
}

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* walk(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function require(action: string) {
  return <Result extends { readonly code: number; readonly error: string }>(
    result: Result,
  ): Result => {
    if (result.code === 0) return result;
    throw new BuildError(`Cannot ${action}: ${result.error.trim()}`);
  };
}
