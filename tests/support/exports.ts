/**
 * Who exports what and who imports it, read off the syntax trees of the
 * built-in linter.
 *
 * @module
 */
import { resolveImport } from "./imports.ts";
import type { SourceFile } from "./source_files.ts";

/** The names that one file exports and imports. */
export interface FileNames {
  /** The file, from the repository's folder. */
  readonly path: string;
  /** The names of the values that it declares and exports. */
  readonly values: readonly string[];
  /** The names of the types that it declares and exports. */
  readonly types: readonly string[];
  /** What it imports of this repository, each as `path#name`; `path#*` for all of a file. */
  readonly imported: readonly string[];
}

type Node = Deno.lint.Node | null | undefined;

const nameOf = (node: Node): string =>
  node?.type === "Identifier"
    ? node.name
    : node?.type === "Literal"
    ? String(node.value)
    : "*";

/** The names that a declaration declares. */
function declared(node: Node): readonly string[] {
  if (node?.type === "VariableDeclaration") {
    return node.declarations.flatMap(({ id }) =>
      id.type === "Identifier" ? [id.name] : []
    );
  }
  return node && "id" in node ? [nameOf(node.id)] : [];
}

/** Reports each name with the module that it is imported of, or with `value` or `type` where it is exported. */
const finder: Deno.lint.Plugin = {
  name: "exports",
  rules: {
    find: {
      create(context) {
        const report = (node: Deno.lint.Node, name: string, source: string) =>
          context.report({
            node,
            message: JSON.stringify([name, source]),
          });
        return {
          ImportDeclaration(node) {
            for (const one of node.specifiers) {
              const name = one.type === "ImportSpecifier" ? one.imported : null;
              report(node, nameOf(name), nameOf(node.source));
            }
          },
          ExportNamedDeclaration(node) {
            for (const { local } of node.specifiers) {
              if (node.source) {
                report(node, nameOf(local), nameOf(node.source));
              }
            }
            const isType = /^TS(Interface|TypeAlias)/
              .test(node.declaration?.type ?? "");
            for (const name of declared(node.declaration)) {
              report(node, name, isType ? "type" : "value");
            }
          },
          ExportAllDeclaration: (node) =>
            report(node, "*", nameOf(node.source)),
          ImportExpression(node) {
            const names = destructured(node);
            for (const name of names) report(node, name, nameOf(node.source));
          },
          "TSImportType Literal": (node) => report(node, "*", nameOf(node)),
        };
      },
    },
  },
};

/** The names that are taken of a dynamic import: `const { name } = await import(…)` or `(await import(…)).name`. */
function destructured(node: Deno.lint.ImportExpression): readonly string[] {
  const awaited: Node = node.parent;
  if (awaited?.type !== "AwaitExpression") return ["*"];
  const { parent } = awaited;
  if (parent.type === "MemberExpression") return [nameOf(parent.property)];
  if (parent.type !== "VariableDeclarator") return ["*"];
  return parent.id.type === "ObjectPattern"
    ? parent.id.properties.map((one) =>
      one.type === "Property" ? nameOf(one.key) : "*"
    )
    : ["*"];
}

/** Types that the script of a page imports: `@import { Name } from "…"`. */
const IMPORTED_IN_COMMENT = /@import \{ ([^}]*) \} from "([^"]*)"/g;

/**
 * Reads what the script of a page imports of this repository.
 *
 * @returns Names, each as `path#name`.
 */
export function readScriptImports({ path, text }: SourceFile): string[] {
  return [...text.matchAll(IMPORTED_IN_COMMENT)].flatMap((
    [, names = "", source = ""],
  ) =>
    names.split(", ").map((name) =>
      `${resolveImport(source, path)}#${name.split(" as ")[0]}`
    )
  );
}

/** Reads what a file exports and imports. */
export function readNames({ path, text }: SourceFile): FileNames {
  const found = Deno.lint.runPlugin(finder, path, text)
    .map(({ message }): readonly [string, string] => JSON.parse(message));
  const namesOf = (kind: string) =>
    found.flatMap(([name, source]) => source === kind ? [name] : []);
  return {
    path,
    values: namesOf("value"),
    types: namesOf("type"),
    imported: found.flatMap(([name, source]) => {
      const file = resolveImport(source, path);
      return file === undefined ? [] : [`${file}#${name}`];
    }),
  };
}
