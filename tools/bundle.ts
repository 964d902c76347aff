/**
 * What the bundler leaves open: packages that a package would use if they were
 * there. Deno would look for them in `node_modules` of every folder above the
 * program, where other users may have put theirs.
 *
 * @module
 */
import { BuildError } from "./build_error.ts";

/** Packages that are not part of the program, each asked for by one that does without. */
const LEFT_OUT: readonly string[] = [
  "bufferutil", // by ws: faster masks
  "supports-color", // by debug: colours
  "utf-8-validate", // by ws: faster checks
];

/** What the bundler writes for `require`. */
const OPEN_REQUIRE =
  "var __require = __deno_internal_createRequire(import.meta.url);";
const REQUIRE_IMPORT =
  'import { createRequire as __deno_internal_createRequire } from "node:module";\n';

/**
 * What it may be: all that is built in, and nothing else. A module of the
 * runtime is loaded when it is asked for, `node:module` never: it loads half of
 * the others.
 */
const CLOSED_REQUIRE = `var __require = (name) => {
  const module = name.startsWith("node:") && globalThis.process.getBuiltinModule(name);
  if (module) return module;
  throw Object.assign(new Error(\`Cannot find module "\${name}"\`), { code: "MODULE_NOT_FOUND" });
};`;

/**
 * The default import of a module of Node that takes as long to load as the rest
 * of a short command. The command line package imports them for commands that
 * are programs of their own.
 */
const SLOW_IMPORT =
  /^import (\w+) from ("node:(?:child_process|fs|process)");$/gm;

/** What stands in its place: it is loaded when it is first used. */
const LAZY_MODULE = `var __lazy = (name) => new Proxy({}, {
  get(_, key) {
    const module = globalThis.process.getBuiltinModule(name);
    const value = module[key];
    return typeof value === "function" ? value.bind(module) : value;
  },
});
`;

/** What stands in the place of a package that is left out, whose user expects it to throw. */
const LEFT_OUT_CALL = '__require("")';

/**
 * Each way in which a bundle loads a module, with its name where that is written
 * there. A static import has no placeholder; one that has it is text that the
 * program writes, such as a generated file.
 */
const LOADS: readonly RegExp[] = [
  /\b__require\((?:"([^"]*)")?/g,
  /\bimport\(\s*["'`]([^"'`]*)/g,
  /^(?:import|export)\b[^"'`;]*\bfrom\s*["'](?!\$\{)([^"']*)/gm,
  /^import\s*["'](?!\$\{)([^"']*)/gm,
];

/**
 * Makes a file of a bundle load nothing but modules of the runtime and other
 * files of the bundle.
 *
 * @param bundle The file, as the bundler wrote it.
 * @param others What the others are imported as, such as `./chunk.mjs`.
 * @returns The same, closed.
 * @throws {BuildError} If it would load anything else.
 */
export function closeBundle(
  bundle: string,
  others: ReadonlySet<string> = new Set(),
): string {
  const count = bundle.split("createRequire(").length - 1;
  if (count > 1 || bundle.includes(OPEN_REQUIRE) !== (count === 1)) {
    throw new BuildError(
      `Cannot close the bundle: it makes ${count} functions that load modules, expected the bundler's own`,
    );
  }
  const text = LEFT_OUT.reduce(
    (text, name) => text.replaceAll(`__require("${name}")`, LEFT_OUT_CALL),
    bundle,
  );
  const names = LOADS.flatMap((pattern) => [...text.matchAll(pattern)])
    .map(([, name = "a name that is computed"]) => name)
    .filter((name) =>
      name !== "" && !name.startsWith("node:") && !others.has(name)
    );
  if (names.length > 0) {
    throw new BuildError(
      `Cannot close the bundle: it loads ${
        [...new Set(names)].join(", ")
      }, expected modules of the runtime alone`,
    );
  }
  return deferImports(text.replace(REQUIRE_IMPORT, ""))
    .replace(OPEN_REQUIRE, () => CLOSED_REQUIRE);
}

function deferImports(text: string): string {
  const deferred = text.replace(
    SLOW_IMPORT,
    (_, name: string, module: string) => `var ${name} = __lazy(${module});`,
  );
  return deferred === text ? text : LAZY_MODULE + deferred;
}
