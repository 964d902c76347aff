/**
 * Externs in TypeScript: whatever their `ts.` meta keys name.
 *
 * @module
 */
import type { Extern, ExternTarget } from "#lib/idl/model.ts";
import { describe, docComment } from "./doc_comment.ts";
import type { FileScope } from "./file_scope.ts";
import { block, hanging, type Layout, NEWLINE } from "./layout.ts";
import { untaken } from "./names.ts";
import { constant, head } from "./statements.ts";

/** Expressions that are sure to be formatted already. */
const PLAIN_EXPRESSION =
  /^(new )?[\w$]+(\.[\w$]+)*(\(([\w$.]+(, [\w$.]+)*)?\))?$/;

/**
 * Writes an extern.
 *
 * @param scope The names of the file.
 * @returns Type, default and descriptor.
 */
export function externSections(
  definition: Extern,
  scope: FileScope,
): readonly Layout[] {
  const names = scope.context.names.types.get(definition.name);
  if (names === undefined) return [];
  const { type, descriptor, makeDefault } = names;
  const target = importTarget(definition.typescript, scope);
  const comment = docComment(
    describe(definition, `Extern \`${definition.name}\`.`),
  );
  const value = target.name === "unknown" || target.default !== null
    ? target.name
    : `${target.name} | null`;
  return [
    [comment, hanging(`export type ${type} =`, `${value};`)],
    [
      docComment(`The {@linkcode ${type}} before the first message.`, [
        { tag: "@returns", text: "A value of its own for each call." },
      ]),
      block(
        head(`export function ${makeDefault}`, [], `: ${type} {`),
        returnExpression(target.default ?? "null"),
        "}",
      ),
    ],
    [
      docComment(`Stands for {@linkcode ${type}}; any JSON travels.`),
      constant(descriptor, scope.runtime("ExternDescriptor", true), [
        `kind: "extern",`,
        `name: ${JSON.stringify(definition.name)},`,
        `default: ${makeDefault}(),`,
      ]),
    ],
  ];
}

function returnExpression(expression: string): Layout[] {
  const isPlain = PLAIN_EXPRESSION.test(expression) && expression.length < 60;
  const statement = `return ${expression};`;
  return isPlain
    ? [statement]
    : [["// deno-fmt-ignore", NEWLINE, statement.replaceAll("\n", " ")]];
}

/** Imports what stands for an extern, under a name that is free. */
function importTarget(
  target: ExternTarget | null,
  scope: FileScope,
): Pick<ExternTarget, "name" | "default"> {
  if (target === null) return { name: "unknown", default: null };
  if (target.import === null) return target;
  const [root = "", ...rest] = target.name.split(".");
  const local = untaken(root, scope.context.names.taken);
  const uses = new RegExp(
    `(?<![\\w$.])${root.replaceAll("$", "\\$")}(?![\\w$])`,
    "g",
  );
  const isType = !uses.test(target.default ?? "");
  scope.imports.add(target.import, root, { local, isType });
  return {
    name: [local, ...rest].join("."),
    default: target.default?.replace(uses, () => local) ?? null,
  };
}
