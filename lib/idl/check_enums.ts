/**
 * Rules for enums: members have numbers of 32 bits, each its own.
 *
 * @module
 */
import type { EnumMemberNode, EnumNode, ModuleDocument } from "./document.ts";
import { numberMembers } from "./enum_numbering.ts";
import type { FindingList } from "./finding.ts";

const MIN_VALUE = -(2 ** 31);
const MAX_VALUE = 2 ** 31 - 1;

/**
 * Checks the enums of a module.
 *
 * @param findings Takes what is wrong.
 */
export function checkEnums(
  document: ModuleDocument,
  findings: FindingList,
): void {
  for (const node of document.enums) {
    if (node.members.length === 0) reportEmpty(node, findings);
    const values = numberMembers(node.members, document.form);
    const taken = new Map<number, EnumMemberNode>();
    for (const [index, member] of node.members.entries()) {
      const value = values[index] ?? 0;
      const other = taken.get(value);
      if (other === undefined) taken.set(value, member);
      else reportTwice(member, other, value, findings);
      checkRange(member, document, findings);
    }
  }
}

function checkRange(
  { value, valueAt }: EnumMemberNode,
  { form }: ModuleDocument,
  findings: FindingList,
): void {
  if (value === null) return;
  if (value < MIN_VALUE || value > MAX_VALUE) {
    findings.add({
      rule: "enum_value",
      at: valueAt,
      action: "use value",
      object: String(value),
      found: "it needs more than 32 bits",
      expected: `a number from ${MIN_VALUE} to ${MAX_VALUE}`,
    });
  } else if (value < 0 && form === "yaml") {
    findings.add({
      rule: "negative_enum_value",
      at: valueAt,
      action: "rely on value",
      object: String(value),
      found: "the schema of module definitions has no negative values",
      expected: "0 or more, for other tools to read it",
    });
  }
}

function reportEmpty({ name }: EnumNode, findings: FindingList): void {
  findings.add({
    rule: "empty_enum",
    at: name.at,
    action: "choose a default of",
    object: name.value,
    found: "the enum has no members",
    expected: "one at least",
  });
}

function reportTwice(
  member: EnumMemberNode,
  other: EnumMemberNode,
  value: number,
  findings: FindingList,
): void {
  const how = member.value === null ? "it has no value and counts as" : "it is";
  findings.add({
    rule: "enum_value",
    at: member.valueAt,
    action: "number",
    object: member.name.value,
    found: `${how} ${value}, which is ${other.name.value} already`,
    expected: "a value of its own; give all members one or none",
  });
}
