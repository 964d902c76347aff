/**
 * Members by names from outside.
 *
 * @module
 */

/**
 * Finds a member by a name from outside, which may be one that every object
 * inherits, such as `constructor`.
 *
 * @param members Members of an interface, by name.
 * @returns The member; undefined if the interface has none of that name.
 */
export function memberOf<T>(
  members: Readonly<Record<string, T>>,
  name: string,
): T | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
