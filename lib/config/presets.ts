/**
 * Settings that change the defaults of others.
 *
 * @module
 */
import type { SettingValue } from "#lib/base/value_rule.ts";
import type { SettingOrigin, Sourced } from "./source.ts";

/** Sources in their order, the first one counts. */
export const RANKS: readonly SettingOrigin["kind"][] = [
  "option",
  "variable",
  "file",
  "default",
];

/** What the apps of the predecessor need. */
const REDBACK: Readonly<Record<string, SettingValue>> = {
  "topics.decimal": "always",
  "topics.aliases": true,
  "topics.legacyCommands": true,
  "topics.turnTopics": true,
};

/**
 * Adds what `topics.compatible` stands for, unless the same source or a higher one sets it.
 *
 * @param given What was given, by path.
 */
export function addPresets(given: Map<string, Sourced>): void {
  const preset = given.get("topics.compatible");
  if (preset?.value !== "redback") return;
  const { origin } = preset;
  const rank = (kind: SettingOrigin["kind"]) => RANKS.indexOf(kind);
  for (const [path, value] of Object.entries(REDBACK)) {
    const own = given.get(path)?.origin.kind ?? "default";
    if (rank(own) > rank(origin.kind)) given.set(path, { value, origin });
  }
}
