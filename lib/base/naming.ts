/**
 * How names of a definition become names in code. Over the wire a name always
 * goes unchanged; these conversions serve generated names and find clashes.
 *
 * @module
 */

/** Before a capital: after a lower-case letter or digit, or as the last of a run of capitals. */
const WORD_START = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;

/**
 * Splits a name into its words.
 *
 * Words end at `_`, `-`, `.` and space, before a capital that follows a
 * lower-case letter or a digit, and before the last capital of a run of
 * capitals if a lower-case letter follows it.
 *
 * @param name A name in any casing.
 * @returns The words, in their original casing, none of them empty.
 *
 * @example
 * ```ts
 * import { splitWords } from "#lib/base/naming.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(splitWords("HTTPServer"), ["HTTP", "Server"]);
 * assert.deepEqual(splitWords("Vector3D"), ["Vector3", "D"]);
 * assert.deepEqual(splitWords("foo1bar"), ["foo1bar"]);
 * ```
 */
export function splitWords(name: string): string[] {
  return name
    .split(/[_\-. ]+/)
    .flatMap((part) => part.split(WORD_START))
    .filter((word) => word !== "");
}

/**
 * Lower case with underscores: `fooBar` becomes `foo_bar`.
 *
 * @param name A name in any casing.
 * @returns The converted name; one trailing underscore is kept.
 */
export function toSnakeCase(name: string): string {
  const words = splitWords(name).map((word) => word.toLowerCase());
  return words.join("_") + trailing(name);
}

/**
 * Words run together, each with one capital: `foo_bar` becomes `FooBar`.
 *
 * @param name A name in any casing.
 * @returns The converted name; one trailing underscore is kept.
 */
export function toUpperCamelCase(name: string): string {
  return splitWords(name).map(capitalize).join("") + trailing(name);
}

/**
 * Words run together, each but the first with one capital: `Foo_Bar` becomes
 * `fooBar`.
 *
 * @param name A name in any casing.
 * @returns The converted name; one trailing underscore is kept.
 */
export function toLowerCamelCase(name: string): string {
  const [first = "", ...rest] = splitWords(name);
  return first.toLowerCase() + rest.map(capitalize).join("") + trailing(name);
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

/** An underscore at the end marks an escaped word and survives conversion. */
function trailing(name: string): string {
  return name.endsWith("_") ? "_" : "";
}
