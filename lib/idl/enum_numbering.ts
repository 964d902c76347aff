/**
 * Which numbers the members of an enum go over the wire as.
 *
 * @module
 */
import type { DocumentForm, EnumMemberNode } from "./document.ts";

/**
 * Numbers the members of an enum.
 *
 * A member without a number counts as 0 in YAML; in IDL text it takes a
 * counter that starts at 0 and counts only such members. If every member is 0
 * by then, they are numbered 0, 1, 2 in the order of declaration. Mixing
 * numbered and other members can thus give the same number twice, which the
 * checker reports.
 *
 * @param members The members in the order of declaration.
 * @param form The form the definition was written in.
 * @returns One number for each member.
 *
 * @example
 * ```ts
 * import { numberMembers } from "#lib/idl/enum_numbering.ts";
 * import assert from "node:assert/strict";
 *
 * const members = [{ value: null }, { value: 5 }, { value: null }];
 * assert.deepEqual(numberMembers(members, "idl"), [0, 5, 1]);
 * assert.deepEqual(numberMembers(members, "yaml"), [0, 5, 0]);
 * ```
 */
export function numberMembers(
  members: readonly Pick<EnumMemberNode, "value">[],
  form: DocumentForm,
): number[] {
  let counter = 0;
  const values = members.map(({ value }) =>
    value ?? (form === "idl" ? counter++ : 0)
  );
  return values.every((value) => value === 0)
    ? values.map((_, index) => index)
    : values;
}
