/**
 * The settings as the tree in which a file holds them.
 *
 * @module
 */
import type { SettingDefinition } from "./setting.ts";

/** Settings below one key. */
export interface SettingGroup {
  /** Settings and groups by key, in the order of the table. */
  readonly members: ReadonlyMap<string, SettingDefinition | SettingGroup>;
}

/** A group while it is built. */
interface GrowingGroup {
  readonly members: Map<string, SettingDefinition | GrowingGroup>;
}

/**
 * Tells groups from settings.
 *
 * @param member A member of a group.
 * @returns True for a group.
 */
export function isGroup<Group extends SettingGroup>(
  member: SettingDefinition | Group,
): member is Group {
  return "members" in member;
}

/**
 * Puts settings below the keys of their paths.
 *
 * @param definitions The settings.
 * @returns The group of all.
 */
export function toTree(
  definitions: readonly SettingDefinition[],
): SettingGroup {
  const root: GrowingGroup = { members: new Map() };
  for (const definition of definitions) {
    const keys = definition.path.split(".");
    const last = keys.pop() ?? "";
    let group = root;
    for (const key of keys) group = groupBelow(group, key);
    group.members.set(last, definition);
  }
  return root;
}

function groupBelow(parent: GrowingGroup, key: string): GrowingGroup {
  const found = parent.members.get(key);
  if (found && isGroup(found)) return found;
  const group: GrowingGroup = { members: new Map() };
  parent.members.set(key, group);
  return group;
}
