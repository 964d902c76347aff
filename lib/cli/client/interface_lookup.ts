/**
 * Finding interfaces and their members by name.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import type { InterfaceDescriptor } from "#lib/objectapi/mod.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import type { KnownInterface } from "../command.ts";
import { didYouMean, suggest } from "#lib/base/suggest.ts";

/** Kinds of members, in the order they are listed. */
const MEMBER_KINDS = ["properties", "operations", "signals"] as const;

/** A kind of member. */
type MemberKind = (typeof MEMBER_KINDS)[number];

const SINGULAR: Readonly<Record<MemberKind, string>> = {
  properties: "property",
  operations: "operation",
  signals: "signal",
};

/**
 * Finds an interface.
 *
 * @param interfaces The interfaces that are known.
 * @param name Qualified name, for example `io.world.Hello`.
 * @throws {UsageError} If it is unknown; the message suggests a near one.
 */
export function findInterface(
  interfaces: readonly KnownInterface[],
  name: string,
): KnownInterface {
  const names = interfaces.map(({ descriptor }) => qualifiedName(descriptor));
  const found = interfaces[names.indexOf(name)];
  if (found) return found;
  throw unknownInterface(name, names);
}

/**
 * Makes the error for an interface that there is not.
 *
 * @param names Qualified names of those that there are.
 * @returns The error, which suggests a near one or lists all.
 */
export function unknownInterface(
  name: string,
  names: readonly string[],
): UsageError {
  const suffix = `.${name.toLowerCase()}`;
  const short = names.find((known) => known.toLowerCase().endsWith(suffix));
  const near = short ?? suggest(name, names);
  return new UsageError(
    `Cannot find interface "${name}"${
      near ? `, did you mean "${near}"?` : `: known are ${names.join(", ")}`
    }`,
    name,
  );
}

/**
 * Checks that an interface has a member.
 *
 * @param kinds The kinds of members that are meant.
 * @returns The kind of the member.
 * @throws {UsageError} If there is none of that name; the message suggests a near one.
 */
export function findMember<K extends MemberKind>(
  descriptor: InterfaceDescriptor,
  kinds: readonly K[],
  name: string,
): K {
  const found = kinds.find((kind) => Object.hasOwn(descriptor[kind], name));
  if (found) return found;
  const wanted = kinds.map((kind) => SINGULAR[kind]).join(" or ");
  const names = kinds.flatMap((kind) => Object.keys(descriptor[kind]));
  const other = MEMBER_KINDS.find((kind) =>
    Object.hasOwn(descriptor[kind], name)
  );
  const known = names.length === 0 ? "none" : names.join(", ");
  throw new UsageError(
    `Cannot find ${wanted} "${name}" of ${qualifiedName(descriptor)}${
      other
        ? `: it is ${other === "operations" ? "an" : "a"} ${SINGULAR[other]}`
        : didYouMean(name, names) || `: there is ${known}`
    }`,
    name,
  );
}

/**
 * Leaves only some members in an interface, so that a client subscribes to no others.
 *
 * @returns The same interface with these members.
 */
export function onlyMembers(
  descriptor: InterfaceDescriptor,
  names: readonly string[],
): InterfaceDescriptor {
  const pick = <T>(members: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(members).filter(([name]) => names.includes(name)),
    );
  return {
    ...descriptor,
    properties: pick(descriptor.properties),
    operations: pick(descriptor.operations),
    signals: pick(descriptor.signals),
  };
}
