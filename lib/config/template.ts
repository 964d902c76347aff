/**
 * A new `smartbike.yaml`: what was chosen, and what else there is as comments.
 *
 * @module
 */
import type { SettingValue } from "#lib/base/value_rule.ts";
import { SCHEMA } from "./schema.ts";
import {
  type Group,
  joinPath,
  placedSettings,
  type Setting,
} from "./setting.ts";

/** A device of a new file. */
export interface ChosenDevice {
  /** Name of its driver. */
  readonly driver: string;
  /** What the driver drives, in a few words. */
  readonly summary: string;
}

/** What was chosen for a new file. */
interface Choices {
  /** Settings by path. */
  readonly values: ReadonlyMap<string, SettingValue>;
  /** The devices. */
  readonly devices: readonly ChosenDevice[];
}

const HEAD =
  `# Configuration of smartbike. Lines that begin with # show the defaults.
# "smartbike config check" checks it; "smartbike config show --origin" prints all
# values and where each comes from. No password belongs in here.
`;

/**
 * Writes a new file.
 *
 * @returns The text; `readConfigFile` accepts it.
 */
export function writeTemplate({ values, devices }: Choices): string {
  const groups = Object.entries(SCHEMA.members).flatMap(([key, member]) =>
    member.isRare
      ? []
      : [["", ...groupLines(member, { path: key, key, values, indent: "" })]]
  );
  const lines = [...groups.flat(), "", ...deviceLines(devices)];
  return `${HEAD}${lines.map((line) => `${line}\n`).join("")}`;
}

/** Where a group or a setting is written. */
interface LineContext {
  readonly path: string;
  readonly key: string;
  readonly values: Choices["values"];
  readonly indent: string;
}

function groupLines(group: Group, context: LineContext): readonly string[] {
  const { path, key, values, indent } = context;
  const isChosen = placedSettings(group, path)
    .some(({ path }) => values.has(path));
  const members = Object.entries(group.members).flatMap(([key, member]) => {
    const inner = {
      path: joinPath(path, key),
      key,
      values,
      indent: `${indent}  `,
    };
    if (member.kind === "group") return groupLines(member, inner);
    return member.advice === undefined ? [settingLine(member, inner)] : [];
  });
  return [`${indent}${isChosen ? "" : "# "}${key}:`, ...members];
}

function settingLine(
  setting: Setting,
  { path, key, values, indent }: LineContext,
): string {
  const { summary, fallback } = setting;
  const chosen = values.get(path);
  const value = chosen ?? setting.default;
  const text = value === undefined ? "" : ` ${JSON.stringify(value)}`;
  const mark = chosen === undefined ? "# " : "";
  const hint = fallback === undefined ? "" : ` (default: ${fallback})`;
  return `${indent}${mark}${key}:${text} # ${summary}${hint}`;
}

function deviceLines(devices: readonly ChosenDevice[]): readonly string[] {
  const hint =
    '# "smartbike driver list" prints all drivers and their options, such as address.';
  if (devices.length === 0) return [hint, "devices: []"];
  return [
    hint,
    "devices:",
    ...devices.map(({ driver, summary }) =>
      `  - driver: ${driver} # ${summary}`
    ),
  ];
}
