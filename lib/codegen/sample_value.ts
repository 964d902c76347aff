/**
 * Values for the tests of a package that are not the default, so that a change
 * can be seen.
 *
 * @module
 */
import type { Field, TypeRef } from "#lib/idl/model.ts";
import type { FileScope } from "./file_scope.ts";
import { type Layout, list } from "./layout.ts";
import { key } from "./statements.ts";

const SAMPLES = {
  bool: "true",
  int: "1",
  int32: "1",
  float: "0.5",
  float32: "0.5",
  float64: "0.5",
  string: '"text"',
  bytes: "new Uint8Array([1])",
  any: '"anything"',
} as const;

const INT64_SAMPLES = {
  bigint: "9007199254740993n",
  number: "1",
  string: '"9007199254740993"',
} as const;

/**
 * Writes a value that is not the default.
 *
 * @param scope The names of the file.
 * @returns An expression; undefined where the definition knows no other value.
 */
export function sampleValue(
  type: TypeRef,
  scope: FileScope,
): Layout | undefined {
  if (type.array) return listSample({ ...type, array: false }, scope);
  if (type.kind === "primitive") {
    return type.name === "int64"
      ? INT64_SAMPLES[scope.context.int64]
      : SAMPLES[type.name];
  }
  const found = scope.context.find(type);
  if (found?.kind === "enum") {
    const [first, ...others] = found.members;
    const other = others.find(({ value }) => value !== first?.value);
    return other && `${enumName(type, scope)}.${other.name}`;
  }
  if (found?.kind !== "struct") return undefined;
  return structSample(type, found.fields, scope);
}

/**
 * Checks whether a value comes back over the network as it was sent. What stands
 * for an extern in TypeScript need not: a `Date` comes back as text.
 *
 * @param scope The names of the file.
 * @returns False if an extern is in it.
 */
export function isComparable(type: TypeRef, scope: FileScope): boolean {
  const seen = new Set<unknown>();
  const compare = (one: TypeRef): boolean => {
    const found = scope.context.find(one);
    if (found === undefined || seen.has(found)) return true;
    seen.add(found);
    if (found.kind === "extern") return found.typescript === null;
    return found.kind !== "struct" ||
      found.fields.every((field) => compare(field.type));
  };
  return compare(type);
}

/** A list holds defaults only: a struct may hold a list of itself. */
function listSample(element: TypeRef, scope: FileScope): Layout {
  const value = element.kind === "struct"
    ? scope.defaultValue(element)
    : sampleValue(element, scope) ?? scope.defaultValue(element);
  return list("[", [value], "]");
}

function structSample(
  type: TypeRef,
  fields: readonly Field[],
  scope: FileScope,
): Layout | undefined {
  for (const field of fields) {
    if (field.name in Object.prototype) continue;
    const value = sampleValue(field.type, scope);
    if (value === undefined) continue;
    const base = `...${scope.defaultValue(type)}`;
    const entry: Layout = [`${key(field.name)}: `, value];
    return list("{", [base, entry], "}", { padding: " " });
  }
  return undefined;
}

function enumName(type: TypeRef, scope: FileScope): string {
  return scope.defaultValue(type).replace(/\.[^.]*$/, "");
}
