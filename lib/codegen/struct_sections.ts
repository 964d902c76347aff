/**
 * Structs in TypeScript: an interface of the fields.
 *
 * @module
 */
import type { Field, Module, Struct, TypeRef } from "#lib/idl/model.ts";
import { describe, docComment } from "./doc_comment.ts";
import type { FileScope } from "./file_scope.ts";
import { block, type Layout, list } from "./layout.ts";
import {
  constant,
  guardSection,
  head,
  key,
  lazyBlock,
  satisfies,
  typed,
} from "./statements.ts";

/**
 * Puts structs behind those they hold, as constants must be. Those that hold
 * lists of themselves refer to later ones nevertheless.
 */
export function sortStructs(module: Module): readonly Struct[] {
  const sorted = new Set<Struct>();
  const visit = (struct: Struct, above: readonly Struct[]) => {
    if (sorted.has(struct) || above.includes(struct)) return;
    for (const { type } of struct.fields) {
      const inner = ownStruct(type, module);
      if (inner) visit(inner, [...above, struct]);
    }
    sorted.add(struct);
  };
  for (const struct of module.structs) visit(struct, []);
  return [...sorted];
}

/**
 * Writes a struct.
 *
 * @param scope The names of the file.
 * @returns Type, default, descriptor and guard.
 */
export function structSections(
  definition: Struct,
  scope: FileScope,
): readonly Layout[] {
  const names = scope.context.names.types.get(definition.name);
  if (names === undefined) return [];
  const { type, descriptor, makeDefault } = names;
  const structDescriptor = scope.runtime("StructDescriptor", true);
  return [
    typeSection(definition, type, scope),
    [
      docComment(`A {@linkcode ${type}} of defaults.`, [
        { tag: "@returns", text: "A value of its own for each call." },
      ]),
      block(
        head(`export function ${makeDefault}`, [], `: ${type} {`),
        [list(
          "return {",
          definition.fields.map(({ name, type }) =>
            `${key(name)}: ${scope.defaultValue(type)}`
          ),
          "};",
          { padding: " " },
        )],
        "}",
      ),
    ],
    [
      docComment(`Fields of {@linkcode ${type}}.`),
      constant(descriptor, structDescriptor, [
        `kind: "struct",`,
        `name: ${JSON.stringify(definition.name)},`,
        lazyBlock(
          "fields",
          definition.fields.map((field) =>
            fieldDescriptor(field, definition, scope)
          ),
          { type: structDescriptor, scope },
        ),
      ]),
    ],
    guardSection(names, scope),
  ];
}

function typeSection(
  definition: Struct,
  type: string,
  scope: FileScope,
): Layout {
  const comment = docComment(
    describe(definition, `Struct \`${definition.name}\`.`),
  );
  if (definition.fields.length === 0) {
    return [comment, `export type ${type} = Readonly<Record<never, never>>;`];
  }
  const fields = definition.fields.map((field): Layout => [
    docComment(describe(field, `Field \`${field.name}\`.`)),
    typed(`readonly ${key(field.name)}`, `${scope.type(field.type)};`),
  ]);
  return [comment, block(`export interface ${type} {`, fields, "}")];
}

/** A list of structs that are declared later is looked up when it is used. */
function fieldDescriptor(
  { name, type }: Field,
  owner: Struct,
  scope: FileScope,
): Layout {
  const { module } = scope.context;
  const inner = ownStruct(type, module);
  const order = sortStructs(module);
  const isLater = inner !== undefined &&
    order.indexOf(inner) >= order.indexOf(owner);
  const ending = `${satisfies(name, "TypeDescriptor", scope)},`;
  if (!isLater) return [`${key(name)}: `, scope.descriptor(type), ending];
  const element = scope.descriptor({ ...type, array: false });
  return block(`${key(name)}: {`, [
    `kind: "array",`,
    block(
      `get element(): ${scope.runtime("TypeDescriptor", true)} {`,
      [["return ", element, ";"]],
      "},",
    ),
  ], `}${ending}`);
}

function ownStruct(type: TypeRef, module: Module): Struct | undefined {
  if (type.kind !== "struct" || type.module !== module.name) return undefined;
  return module.structs.find(({ name }) => name === type.name);
}
