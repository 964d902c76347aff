/**
 * From settings to options of the command line, and their help.
 *
 * @module
 */
import { SCHEMA } from "./schema.ts";
import {
  type Group,
  type PlacedSetting,
  placedSettings,
  type Setting,
} from "./setting.ts";

/** An option that sets a setting. */
interface SettingOption {
  /** As `--name` or `--name <value>`. */
  readonly flags: string;
  /** What it does. */
  readonly summary: string;
  /** What it does, where else the setting can be given, and its default. */
  readonly description: string;
  /** The values it takes, where they are a few words. */
  readonly choices?: readonly string[];
  /** Heading it stands under in the help. */
  readonly group?: string;
  /** What it sets. */
  readonly setting: PlacedSetting;
}

/** The name of the option that sets a setting, and the value that one without a value sets. */
export function optionNameOf(
  { option }: Setting,
): { readonly name: string; readonly sets: boolean } | undefined {
  const name = option && /^--([\w-]+)/.exec(option)?.[1];
  return name ? { name, sets: !name.startsWith("without-") } : undefined;
}

/**
 * Makes options of settings.
 *
 * @param chosen Groups and settings of the schema.
 * @returns Their options, in the order of the schema.
 */
export function settingOptions(
  ...chosen: readonly (Group | Setting)[]
): readonly SettingOption[] {
  return placedSettings(SCHEMA).flatMap((placed) => {
    const { setting, groups } = placed;
    const { option, optionSummary, summary, rule } = setting;
    const isChosen = [setting, ...groups].some((one) => chosen.includes(one));
    if (!isChosen || option === undefined) return [];
    const title = groups[0]?.title;
    const text = optionSummary ?? summary;
    return [{
      flags: option,
      summary: text,
      description: `${text} (${whereElse(placed)})`,
      ...(rule.choices && { choices: rule.choices }),
      ...(title !== undefined && { group: title }),
      setting: placed,
    }];
  });
}

/** Where else a setting can be given, the first one counts. */
function whereElse({ path, setting }: PlacedSetting): string {
  const { variables = [], fallback, optionFallback, rule } = setting;
  const usual = setting.default ?? optionFallback ?? fallback;
  return [
    ...variables.length === 0 ? [] : [`env: ${variables.join(", ")}`],
    `file: ${path}`,
    ...rule.type === "flag" || usual === undefined ? [] : [`default: ${usual}`],
  ].join("; ");
}
