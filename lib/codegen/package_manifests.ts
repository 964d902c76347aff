/**
 * package.json, tsconfig.json and deno.json of a package.
 *
 * @module
 */
import type { Module } from "#lib/idl/model.ts";
import { DEFAULT_RUNTIME, type GeneratedFile } from "./source_file.ts";

/** What a package runs on, as `--runtime` names it. */
export const PACKAGE_RUNTIMES = ["deno", "node"] as const;

/** What a package runs on. */
export type PackageRuntime = (typeof PACKAGE_RUNTIMES)[number];

/** What a package is called and what it stands on. */
export interface PackageIdentity {
  /** Its name on npm, for example `lamp` or `@home/lamp`. */
  readonly name: string;
  /** The version of the runtime that it depends on, for example `0.1.0`. */
  readonly runtimeVersion: string;
  /**
   * The only one that it runs on.
   *
   * @default {both}
   */
  readonly only?: PackageRuntime | undefined;
}

/** A name that npm takes. */
const NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** The longest name that npm takes. */
const MAX_NAME_LENGTH = 214;

/**
 * Checks whether npm takes a name for a package.
 *
 * @returns False for capitals, spaces and the like.
 */
export function isPackageName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

/**
 * Writes the manifests, by which Node.js and Deno run the same files.
 *
 * @param identity What the package is called and runs on.
 * @param modules Its modules; what their externs import becomes a dependency.
 * @returns `package.json` and `deno.json`; for Node.js alone `tsconfig.json`,
 * so that `tsc` checks what Deno would have checked.
 */
export function manifestFiles(
  identity: PackageIdentity,
  modules: readonly Module[],
): readonly GeneratedFile[] {
  const dependencies = dependenciesOf(identity, modules);
  const starter = (path: string, value: unknown): GeneratedFile => ({
    path,
    kind: "starter",
    text: `${JSON.stringify(value, null, 2)}\n`,
  });
  switch (identity.only) {
    case "deno":
      return [starter("deno.json", denoConfig(dependencies))];
    case "node":
      return [
        starter("package.json", {
          ...nodeManifest(identity, dependencies, { check: "tsc" }),
          devDependencies: { "@types/node": "^22.18.0", typescript: "^6.0.0" },
        }),
        starter("tsconfig.json", TYPESCRIPT_CONFIG),
      ];
    default:
      return [
        starter("package.json", nodeManifest(identity, dependencies)),
        starter("deno.json", denoConfig()),
      ];
  }
}

/** Node.js runs the files as they are; `tsc` only checks them. */
const TYPESCRIPT_CONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    module: "nodenext",
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom"],
    types: ["node"],
  },
  include: ["mod.ts", "src", "examples", "tests"],
};

function nodeManifest(
  { name }: PackageIdentity,
  dependencies: Readonly<Record<string, string>>,
  scripts: Readonly<Record<string, string>> = {},
) {
  return {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: ">=22.18" },
    exports: "./mod.ts",
    scripts: {
      ...scripts,
      client: "node examples/client.ts",
      service: "node examples/service.ts",
      test: 'node --test "tests/**/*_test.ts"',
    },
    dependencies,
  };
}

/** Beside a package.json its dependencies hold for Deno too. */
function denoConfig(dependencies?: Readonly<Record<string, string>>) {
  const flags = "--allow-env --allow-net";
  return {
    exports: "./mod.ts",
    ...(dependencies && {
      imports: Object.fromEntries(
        Object.entries(dependencies).map((
          [name, range],
        ) => [name, denoSpecifier(name, range)]),
      ),
    }),
    tasks: {
      client: `deno run ${flags} examples/client.ts`,
      service: `deno run ${flags} examples/service.ts`,
      test: "deno test --allow-env",
    },
  };
}

function denoSpecifier(name: string, range: string): string {
  return `${name === DEFAULT_RUNTIME ? "jsr" : "npm"}:${name}@${range}`;
}

function dependenciesOf(
  { runtimeVersion }: PackageIdentity,
  modules: readonly Module[],
): Readonly<Record<string, string>> {
  return Object.fromEntries([
    [DEFAULT_RUNTIME, `^${runtimeVersion}`],
    ...externPackages(modules).map((one) => [one, "*"]),
  ]);
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
