/**
 * Who imports whom, read off the syntax trees of the built-in linter.
 *
 * @module
 */
import { ROOT, type SourceFile } from "./source_files.ts";

/** The names that this repository gives its own folders in deno.json. */
const OWN_PREFIX = /^#(?=lib\/|adapters\/|drivers\/)/;

/** What one file refers to. */
export interface FileImports {
  /** The file, from the repository's folder. */
  readonly path: string;
  /** Files of this repository it imports, types and dynamic imports included. */
  readonly files: readonly string[];
  /** Third-party packages it imports, by name and without version. */
  readonly packages: readonly string[];
  /** Modules of the runtime it imports, for example `node:net`. */
  readonly builtins: readonly string[];
  /** Whether it names the global `Deno`. */
  readonly usesDeno: boolean;
}

const USES_DENO = "Deno";

type StringNode = Deno.lint.Node | null | undefined;

/** Reports each module specifier, and each use of `Deno`, as a finding. */
const finder: Deno.lint.Plugin = {
  name: "imports",
  rules: {
    find: {
      create(context) {
        const report = (node: Deno.lint.Node, source: StringNode) => {
          if (source?.type !== "Literal") return;
          context.report({ node, message: `"${source.value}"` });
        };
        return {
          ImportDeclaration: (node) => report(node, node.source),
          ExportAllDeclaration: (node) => report(node, node.source),
          ExportNamedDeclaration: (node) => report(node, node.source),
          ImportExpression: (node) => report(node, node.source),
          "TSImportType Literal": (node) => report(node, node),
          "MemberExpression > Identifier[name='Deno']": (node) =>
            context.report({ node, message: USES_DENO }),
          "TSQualifiedName > Identifier[name='Deno']": (node) =>
            context.report({ node, message: USES_DENO }),
        };
      },
    },
  },
};

/**
 * Reads the imports of a file: `import`, `export … from`, `import()` and
 * `import("…")` types.
 *
 * @param file The file.
 * @returns What it refers to.
 */
export function readImports({ path, text }: SourceFile): FileImports {
  const files = new Set<string>();
  const packages = new Set<string>();
  const builtins = new Set<string>();
  let usesDeno = false;
  for (const { message } of Deno.lint.runPlugin(finder, path, text)) {
    if (message === USES_DENO) {
      usesDeno = true;
      continue;
    }
    const specifier = message.slice(1, -1);
    const file = resolveImport(specifier, path);
    if (file !== undefined) files.add(file);
    else if (specifier.startsWith("node:")) builtins.add(specifier);
    else packages.add(packageName(specifier));
  }
  return {
    path,
    files: [...files],
    packages: [...packages],
    builtins: [...builtins],
    usesDeno,
  };
}

/**
 * The file of this repository that an import leads to.
 *
 * @param from The file that imports it.
 * @returns Its path; undefined for what stands elsewhere.
 */
export function resolveImport(
  specifier: string,
  from: string,
): string | undefined {
  const isOwn = specifier.startsWith(".") || OWN_PREFIX.test(specifier);
  if (!isOwn) return undefined;
  const own = specifier.replace(OWN_PREFIX, "");
  const base = own === specifier ? new URL(from, ROOT) : ROOT;
  return new URL(own, base).href.slice(ROOT.href.length);
}

function packageName(specifier: string): string {
  const name = /^(?:npm:|jsr:)?\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier);
  return name?.[1] ?? specifier;
}

/**
 * Finds a cycle of imports.
 *
 * @param imports What each file refers to.
 * @returns The files of one cycle, the first one repeated at the end; empty where there is none.
 */
export function findCycle(imports: readonly FileImports[]): readonly string[] {
  const byPath = new Map(imports.map((file) => [file.path, file.files]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] => {
    const at = trail.indexOf(path);
    if (at >= 0) return [...trail.slice(at), path];
    if (done.has(path)) return [];
    for (const next of byPath.get(path) ?? []) {
      const cycle = visit(next, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of byPath.keys()) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
