/**
 * package.json and deno.json of a package.
 *
 * @module
 */
import type { Module } from "#lib/idl/model.ts";
import { DEFAULT_RUNTIME, type GeneratedFile } from "./source_file.ts";

/** What a package is called and what it stands on. */
export interface PackageIdentity {
  /** Its name on npm, for example `lamp` or `@home/lamp`. */
  readonly name: string;
  /** The version of the runtime that it depends on, for example `0.1.0`. */
  readonly runtimeVersion: string;
}

/** A name that npm takes. */
const NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** The longest name that npm takes. */
const MAX_NAME_LENGTH = 214;

/**
 * Checks whether npm takes a name for a package.
 *
 * @param name The name.
 * @returns False for capitals, spaces and the like.
 */
export function isPackageName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

/**
 * Writes the manifests, by which Node.js and Deno run the same files.
 *
 * @param identity What the package is called.
 * @param modules Its modules; what their externs import becomes a dependency.
 * @returns `package.json` and `deno.json`.
 */
export function manifestFiles(
  identity: PackageIdentity,
  modules: readonly Module[],
): readonly GeneratedFile[] {
  const { name, runtimeVersion } = identity;
  const manifest = {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: ">=22.18" },
    exports: "./mod.ts",
    scripts: {
      client: "node examples/client.ts",
      service: "node examples/service.ts",
      test: 'node --test "tests/**/*_test.ts"',
    },
    dependencies: Object.fromEntries([
      [DEFAULT_RUNTIME, `^${runtimeVersion}`],
      ...externPackages(modules).map((one) => [one, "*"]),
    ]),
  };
  const flags = "--allow-env --allow-net";
  const config = {
    exports: "./mod.ts",
    tasks: {
      client: `deno run ${flags} examples/client.ts`,
      service: `deno run ${flags} examples/service.ts`,
      test: "deno test --allow-env",
    },
  };
  return [
    { path: "package.json", kind: "starter", text: json(manifest) },
    { path: "deno.json", kind: "starter", text: json(config) },
  ];
}

/** The npm packages that stand for externs. */
function externPackages(modules: readonly Module[]): readonly string[] {
  const names = modules.flatMap(({ externs }) => externs).flatMap((one) =>
    /^(@[^/:]+\/)?[^/:.#@][^/:]*(?=\/|$)/.exec(one.typescript?.import ?? "")
      ?.[0] ??
      []
  );
  return [...new Set(names)].filter(isPackageName).toSorted();
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
