/**
 * A new `smartbike.yaml`: what was chosen, and what else there is as comments.
 *
 * @module
 */
import type { SettingValue } from "#lib/base/value_rule.ts";
import type { SettingDefinition } from "./setting.ts";
import { isGroup, type SettingGroup, toTree } from "./setting_tree.ts";
import { SETTINGS } from "./settings_table.ts";

/** A device of a new file. */
export interface ChosenDevice {
  /** Name of its driver. */
  readonly driver: string;
  /** What the driver drives, in a few words. */
  readonly summary: string;
}

/** What was chosen for a new file. */
export interface Choices {
  /** Settings by path. */
  readonly values: ReadonlyMap<string, SettingValue>;
  /** The devices. */
  readonly devices: readonly ChosenDevice[];
}

const HEAD = `# Configuration of smartbike. What stands behind # is the default.
# Check it with "smartbike config check", see all that holds, and where it comes
# from, with "smartbike config show --origin". No password belongs in here.
`;

/** Groups that few need; the others are written down. */
const RARE = ["staleAfterMs", "pace"];

/**
 * Writes a new file.
 *
 * @param choices What was chosen.
 * @returns The text; `readConfigFile` accepts it.
 */
export function writeTemplate({ values, devices }: Choices): string {
  const groups = [...toTree(SETTINGS).members].flatMap(([key, member]) =>
    isGroup(member) && !RARE.includes(key)
      ? [["", ...groupLines(key, member, values, "")]]
      : []
  );
  const lines = [...groups.flat(), "", ...deviceLines(devices)];
  return `${HEAD}${lines.map((line) => `${line}\n`).join("")}`;
}

function groupLines(
  key: string,
  group: SettingGroup,
  values: Choices["values"],
  indent: string,
): readonly string[] {
  const isChosen = settingsIn(group).some(({ path }) => values.has(path));
  const mark = isChosen ? "" : "# ";
  const inner = `${indent}  `;
  const members = [...group.members].flatMap(([key, member]) => {
    if (isGroup(member)) return groupLines(key, member, values, inner);
    return member.advice === undefined
      ? [settingLine(key, member, values, inner)]
      : [];
  });
  return [`${indent}${mark}${key}:`, ...members];
}

function settingLine(
  key: string,
  definition: SettingDefinition,
  values: Choices["values"],
  indent: string,
): string {
  const { path, summary } = definition;
  const chosen = values.get(path);
  const value = chosen ?? definition.default;
  const text = value === undefined ? "" : ` ${JSON.stringify(value)}`;
  const mark = chosen === undefined ? "# " : "";
  return `${indent}${mark}${key}:${text} # ${summary}`;
}

function settingsIn(group: SettingGroup): readonly SettingDefinition[] {
  return [...group.members.values()].flatMap((member) =>
    isGroup(member) ? settingsIn(member) : [member]
  );
}

function deviceLines(devices: readonly ChosenDevice[]): readonly string[] {
  const hint =
    '# "smartbike driver list" tells all drivers and their options, such as address.';
  if (devices.length === 0) return [hint, "devices: []"];
  return [
    hint,
    "devices:",
    ...devices.map(({ driver, summary }) =>
      `  - driver: ${driver} # ${summary}`
    ),
  ];
}
