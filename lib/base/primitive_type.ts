/**
 * The primitive types of ApiGear's ObjectAPI, by their names in a definition.
 *
 * @module
 */

/** Names of the primitive types; `int` is an `int32`, `float` a `float32`; `void`, only a return, is not among them. */
export const PRIMITIVE_NAMES = [
  "bool",
  "int",
  "int32",
  "int64",
  "float",
  "float32",
  "float64",
  "string",
  "bytes",
  "any",
] as const;

/** Name of a primitive type. */
export type PrimitiveName = (typeof PRIMITIVE_NAMES)[number];

/**
 * Says whether a name is a primitive type.
 *
 * @param name The name as written in a definition.
 * @returns True for a member of {@linkcode PRIMITIVE_NAMES}.
 */
export function isPrimitiveName(name: string): name is PrimitiveName {
  return PRIMITIVE_NAMES.some((known) => known === name);
}
