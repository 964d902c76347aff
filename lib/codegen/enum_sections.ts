/**
 * Enums in TypeScript: an object of the members, and the type of its values.
 *
 * @module
 */
import type { Enum } from "#lib/idl/model.ts";
import { describe, docComment } from "./doc_comment.ts";
import type { FileScope } from "./file_scope.ts";
import { block, hanging, type Layout } from "./layout.ts";
import { constant, guardSection, key } from "./statements.ts";

/**
 * Writes an enum.
 *
 * @param scope The names of the file.
 * @returns Members, type, descriptor and guard.
 */
export function enumSections(
  definition: Enum,
  scope: FileScope,
): readonly Layout[] {
  const names = scope.context.names.types.get(definition.name);
  if (names === undefined) return [];
  const { type, descriptor } = names;
  const comment = docComment(
    describe(definition, `Enum \`${definition.name}\`.`),
  );
  const members = definition.members.map((member) => [
    docComment(describe(member, `Member \`${member.name}\`.`)),
    `${key(member.name)}: ${member.value},`,
  ]);
  const isEmpty = members.length === 0;
  return [
    [comment, block(`export const ${type} = {`, members, "} as const;")],
    [
      comment,
      isEmpty ? `export type ${type} = number;` : hanging(
        `export type ${type} =`,
        `(typeof ${type})[keyof typeof ${type}];`,
      ),
    ],
    [
      docComment(`Names and values of {@linkcode ${type}}.`),
      constant(descriptor, scope.runtime("EnumDescriptor", true), [
        `kind: "enum",`,
        `name: ${JSON.stringify(definition.name)},`,
        `members: ${type},`,
      ]),
    ],
    ...(isEmpty ? [] : [guardSection(names, scope)]),
  ];
}
