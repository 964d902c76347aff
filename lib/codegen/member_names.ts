/**
 * Which names the members of an interface have in generated code.
 *
 * | member | generated names |
 * | --- | --- |
 * | property `last` | `getLast`, `setLast`, `onLastChanged` |
 * | read-only property `last` | `getLast`, `updateLast` (implementation only), `onLastChanged` |
 * | operation `say` | `say` |
 * | signal `justSaid` | `onJustSaid` |
 *
 * A name that is taken already gets an underscore. What every adapter has comes
 * first (`ready`, `onReady`, `close`), then the members of the bases, so that
 * they are called the same there and here, then the properties, operations and
 * signals of the interface.
 *
 * @module
 */
import type { Members, Parameter } from "#lib/idl/model.ts";
import { escapeReservedWord } from "#lib/idl/reserved_words.ts";
import { memberName, parameterName } from "./names.ts";

/** Names that every adapter needs for itself. */
const ADAPTER_MEMBERS: ReadonlySet<string> = new Set([
  "ready",
  "onReady",
  "close",
  "isAvailable",
  "onAvailabilityChanged",
]);

/** What a property is called. */
export interface PropertyNames {
  /** The method that reads it. */
  readonly get: string;
  /** The method that changes it; that of the implementation where it is read-only. */
  readonly set: string;
  /** The event of its changes. */
  readonly changed: string;
  /** A parameter that holds its value. */
  readonly parameter: string;
}

/** What the members of an interface are called, by the name in the definition. */
export interface MemberNames {
  /** Names of the properties. */
  readonly properties: ReadonlyMap<string, PropertyNames>;
  /** The methods of the operations. */
  readonly operations: ReadonlyMap<string, string>;
  /** The events of the signals. */
  readonly signals: ReadonlyMap<string, string>;
  /** All names here, without those of a base. */
  readonly taken: ReadonlySet<string>;
  /** The names of a base above them. */
  readonly base: MemberNames | undefined;
}

/**
 * Names the members of an interface.
 *
 * @param line The members to name: those of its bases, the root's first, then its own.
 * @param base The names of a base above them.
 * @returns The names of them all.
 */
export function nameMembers(
  line: readonly Members[],
  base?: MemberNames,
): MemberNames {
  const taken = new Set<string>();
  const take = (name: string): string => {
    let free = escapeReservedWord(name, "member");
    while (taken.has(free) || isTaken(free, base)) free += "_";
    taken.add(free);
    return free;
  };
  const properties = new Map<string, PropertyNames>();
  const operations = new Map<string, string>();
  const signals = new Map<string, string>();
  for (const members of line) {
    for (const { name, readonly } of members.properties) {
      const suffix = capitalized(name);
      properties.set(name, {
        get: take(`get${suffix}`),
        set: take(`${readonly ? "update" : "set"}${suffix}`),
        changed: take(`on${suffix}Changed`),
        parameter: parameterName(name),
      });
    }
    for (const { name } of members.operations) {
      operations.set(name, take(memberName(name)));
    }
    for (const { name } of members.signals) {
      signals.set(name, take(`on${capitalized(name)}`));
    }
  }
  return { properties, operations, signals, taken, base };
}

function isTaken(name: string, base: MemberNames | undefined): boolean {
  let names = base;
  while (names !== undefined) {
    if (names.taken.has(name)) return true;
    names = names.base;
  }
  return ADAPTER_MEMBERS.has(name);
}

/**
 * Names the parameters of an operation or a signal.
 *
 * @returns One name each, all different.
 */
export function nameParameters(params: readonly Parameter[]): string[] {
  const names: string[] = [];
  for (const { name } of params) {
    let free = parameterName(name);
    while (names.includes(free)) free += "_";
    names.push(free);
  }
  return names;
}

function capitalized(name: string): string {
  const member = memberName(name);
  const plain = /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : member;
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
