/**
 * Names that mean something else in TypeScript, and how they are escaped.
 *
 * @module
 */

/** Where a name is used in generated TypeScript. */
export type NamePlace = "type" | "parameter" | "member";

const KEYWORDS: ReadonlySet<string> = new Set(
  ("arguments await break case catch class const continue debugger default " +
    "delete do else enum eval export extends false finally for function if " +
    "implements import in instanceof interface let new null package private " +
    "protected public return static super switch this throw true try typeof " +
    "undefined var void while with yield").split(" "),
);

/** Types of the language and of its library that generated code relies on. */
const KNOWN_TYPES: ReadonlySet<string> = new Set(
  ("any bigint boolean never number object string symbol unknown " +
    "AbortSignal Array AsyncIterable BigInt Boolean Date Error Function " +
    "Iterable JSON Map Math Number Object Partial Promise Readonly " +
    "ReadonlyArray Record Set String Symbol Uint8Array").split(" "),
);

/** Methods that give an object another meaning: `then` makes it a promise. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  "then",
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/**
 * Says whether a name cannot be used as it is in TypeScript.
 *
 * @param name The name as generated code would use it.
 * @param place Where generated code would use it.
 * @returns True for keywords and for names that would hide or change something.
 */
export function isReservedWord(name: string, place: NamePlace): boolean {
  switch (place) {
    case "type":
      return KEYWORDS.has(name) || KNOWN_TYPES.has(name);
    case "parameter":
      return KEYWORDS.has(name);
    case "member":
      return KNOWN_METHODS.has(name);
  }
}

/**
 * A name that TypeScript accepts: an underscore is appended to a reserved word.
 *
 * @param name The name as generated code would use it.
 * @param place Where generated code would use it.
 * @returns The name, escaped where it has to be.
 *
 * @example
 * ```ts
 * import { escapeReservedWord } from "#lib/idl/reserved_words.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(escapeReservedWord("class", "parameter"), "class_");
 * assert.equal(escapeReservedWord("class", "member"), "class");
 * assert.equal(escapeReservedWord("Promise", "type"), "Promise_");
 * ```
 */
export function escapeReservedWord(name: string, place: NamePlace): string {
  return isReservedWord(name, place) ? `${name}_` : name;
}
