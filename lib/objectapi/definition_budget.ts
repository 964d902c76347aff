/**
 * How much of a definition from the network is believed: anybody who reaches
 * the broker may have written it.
 *
 * @module
 */
import type { InterfaceDescriptor, TypeDescriptor } from "./descriptor.ts";
import { isRecord } from "./value.ts";

/** The longest definition, in bytes. */
export const MAX_DEFINITION_BYTES = 256 * 1024;

/** The most bytes of all definitions together. */
export const MAX_DEFINITIONS_BYTES = 4 * 1024 * 1024;

/** The most names in a definition. */
const MAX_DEFINITION_NAMES = 5000;

/** The most single values that a value of a type may consist of. */
export const MAX_TYPE_LEAVES = 10_000;

/**
 * Checks whether a definition has more names than one needs.
 *
 * @returns True if it is not worth looking at.
 */
export function hasTooManyNames(definition: unknown): boolean {
  let names = 0;
  const waiting: unknown[] = [definition];
  for (let at = 0; at < waiting.length; at++) {
    const value = waiting[at];
    if (!Array.isArray(value) && !isRecord(value)) continue;
    if ("name" in value && ++names > MAX_DEFINITION_NAMES) return true;
    for (const inner of Object.values(value)) {
      if (typeof inner === "object") waiting.push(inner);
    }
  }
  return false;
}

/**
 * Finds a type that is too wide.
 *
 * @returns The member that uses it; undefined where the interface can be used.
 */
export function findTooWide(
  descriptor: InterfaceDescriptor,
): string | undefined {
  const known = new Map<TypeDescriptor, number>();
  const isWide = (type: TypeDescriptor | undefined) =>
    type !== undefined && count(type, known) > MAX_TYPE_LEAVES;
  const { properties, operations, signals } = descriptor;
  const used: (readonly [string, readonly (TypeDescriptor | undefined)[]])[] = [
    ...Object.entries(properties).map(([name, { type }]) =>
      [name, [type]] as const
    ),
    ...Object.entries(operations).map(([name, { params, returns }]) =>
      [name, [...params.map(({ type }) => type), returns]] as const
    ),
    ...Object.entries(signals).map(([name, { params }]) =>
      [name, params.map(({ type }) => type)] as const
    ),
  ];
  return used.find(([, types]) => types.some(isWide))?.[0];
}

function count(
  type: TypeDescriptor,
  known: Map<TypeDescriptor, number>,
): number {
  if (type.kind !== "struct") return 1;
  const before = known.get(type);
  if (before !== undefined) return before;
  known.set(type, Infinity); // A struct that holds itself has no end.
  let leaves = 0;
  for (const field of Object.values(type.fields)) leaves += count(field, known);
  known.set(type, leaves);
  return leaves;
}
