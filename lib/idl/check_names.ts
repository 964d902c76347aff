/**
 * Rules for single names: which characters they may have and which words
 * TypeScript keeps for itself.
 *
 * @module
 */
import type { ModuleDocument, PlacedText } from "./document.ts";
import type { FindingList } from "./finding.ts";
import { isPrimitiveName } from "#lib/base/primitive_type.ts";
import {
  escapeReservedWord,
  isReservedWord,
  type NamePlace,
} from "./reserved_words.ts";

const MODULE_NAME = /^[A-Za-z][0-9A-Za-z_]*(\.[0-9A-Za-z_]+)*$/;
const NAME = /^[A-Za-z][0-9A-Za-z_]*$/;

/**
 * Checks every name of a module.
 *
 * @param findings Takes what is wrong.
 */
export function checkNames(
  document: ModuleDocument,
  findings: FindingList,
): void {
  const checkOnly = (name: PlacedText): boolean =>
    checkShape(name, NAME, "letters, digits and _", findings);
  const check = (name: PlacedText, place: NamePlace): void => {
    if (checkOnly(name)) checkReserved(name, place, findings);
  };
  const { externs, enums, structs, interfaces } = document;
  const characters = "letters, digits and _ with single dots between them";
  checkShape(document.name, MODULE_NAME, characters, findings);
  for (const { name } of [...externs, ...enums, ...structs, ...interfaces]) {
    if (!checkPrimitive(name, findings)) check(name, "type");
  }
  for (const { members } of enums) {
    for (const { name } of members) checkOnly(name);
  }
  for (const { fields } of structs) {
    for (const { name } of fields) checkOnly(name);
  }
  for (const { properties, operations, signals } of interfaces) {
    for (const { name } of [...properties, ...signals]) checkOnly(name);
    for (const { name } of operations) check(name, "member");
    for (const { params } of [...operations, ...signals]) {
      for (const { name } of params) check(name, "parameter");
    }
  }
}

function checkShape(
  name: PlacedText,
  pattern: RegExp,
  characters: string,
  findings: FindingList,
): boolean {
  if (pattern.test(name.value)) return true;
  const repaired = name.value
    .replace(/[^0-9A-Za-z_.]+/g, "_")
    .replace(/^[^A-Za-z]+/, "");
  findings.add({
    rule: "name",
    at: name.at,
    action: "name an element",
    object: name.value,
    found: "the name has characters that do not fit",
    expected: `a letter, then ${characters}`,
    suggestion: pattern.test(repaired) ? repaired : undefined,
  });
  return false;
}

function checkPrimitive(name: PlacedText, findings: FindingList): boolean {
  const taken = isPrimitiveName(name.value) || name.value === "void";
  if (!taken) return false;
  findings.add({
    rule: "name",
    at: name.at,
    action: "name an element",
    object: name.value,
    found: "it is the name of a primitive type",
    expected: "a name that no primitive type has",
  });
  return true;
}

function checkReserved(
  name: PlacedText,
  place: NamePlace,
  findings: FindingList,
): void {
  if (!isReservedWord(name.value, place)) return;
  findings.add({
    rule: "reserved_word",
    at: name.at,
    action: "keep name",
    object: name.value,
    found: "TypeScript gives it another meaning",
    expected: `another name; generated code calls it ${
      escapeReservedWord(name.value, place)
    }`,
  });
}
