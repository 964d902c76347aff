/**
 * What a setting is: written once, in a tree of groups, from which the type of
 * the configuration and all that describes it follow.
 *
 * @module
 */
import { dirname, isAbsolute, join } from "node:path";
import type { SettingValue, ValueRule } from "#lib/base/value_rule.ts";
import type { Sourced } from "./source.ts";

/** A setting, apart from its type. */
export interface SettingDetails {
  /** What it does, in a few words, with its unit. */
  readonly summary: string;
  /** What is used if it is not given and has no default, in words. */
  readonly fallback?: string;
  /** Variables of the environment that set it; the first one that is set counts. */
  readonly variables?: readonly string[];
  /** The option that sets it, as `--name <value>`; one named `--without-…` sets false. */
  readonly option?: string;
  /** What that option does, where it is not what the setting does. */
  readonly optionSummary?: string;
  /** What a command with that option uses if it is not given, where it is not what `fallback` says. */
  readonly optionFallback?: string;
}

/** A setting, as the file, the help and the schema show it. */
export interface Setting<out Value = unknown> extends SettingDetails {
  /** Distinguishes settings from groups. */
  readonly kind: "setting";
  /** What it may be. */
  readonly rule: ValueRule;
  /** What is used if it is not given. */
  readonly default: SettingValue | undefined;
  /**
   * Whether it is the path of a file that has to be there.
   *
   * @default {false}
   */
  readonly isFile?: boolean;
  /** What to write into the file instead, for a secret: it is taken from the environment only. */
  readonly advice?: string;
  /**
   * Reads what was given.
   *
   * @param given A value that follows the rule; undefined if it was not given.
   * @returns The value of the configuration.
   */
  read(given: Sourced | undefined): Value;
}

/** Settings and groups by key. */
interface Members {
  readonly [key: string]: Setting | Group;
}

/** Settings below one key. */
export interface Group<out Inner extends Members = Members> {
  /** Distinguishes groups from settings. */
  readonly kind: "group";
  /** The settings and groups, in the order in which they are shown. */
  readonly members: Inner;
  /** Heading of its options in the help. */
  readonly title?: string | undefined;
  /** Whether few need it: a new file leaves it out. */
  readonly isRare?: boolean | undefined;
}

/** The value of a setting, or the object that a group becomes. */
export type Infer<Node> = Node extends Setting<infer Value> ? Value
  : Node extends Group<infer Inner>
    ? { readonly [Key in keyof Inner]: Infer<Inner[Key]> }
  : never;

/** How a group is shown. */
interface GroupDetails {
  /** Heading of its options in the help. */
  readonly title?: string;
  /**
   * Whether few need it: a new file leaves it out.
   *
   * @default {false}
   */
  readonly isRare?: boolean;
}

/** Puts settings below one key. */
export function group<const Inner extends Members>(
  members: Inner,
  details: GroupDetails = {},
): Group<Inner> {
  return { kind: "group", members, ...details };
}

/** Puts a member of the same kind below each of some keys. */
export function groupOf<Name extends string, Inner extends Setting | Group>(
  names: readonly Name[],
  make: (name: Name) => Inner,
  details: GroupDetails = {},
): Group<{ readonly [Key in Name]: Inner }> {
  const members: unknown = Object.fromEntries(
    names.map((name) => [name, make(name)]),
  );
  if (!hasKeys<Name, Inner>(members, names)) throw new TypeError();
  return { kind: "group", members, ...details };
}

function hasKeys<Name extends string, Inner>(
  value: unknown,
  names: readonly Name[],
): value is { readonly [Key in Name]: Inner } {
  return typeof value === "object" && value !== null &&
    names.every((name) => Object.hasOwn(value, name));
}

/** Details of a setting with a default. */
type WithDefault<Value> = SettingDetails & { readonly default: Value };

/** What texts a setting takes. */
interface TextDetails extends SettingDetails {
  /** What they match as a whole, as a regular expression without flags. */
  readonly pattern?: string;
  /** What they are, in words; for one with a pattern. */
  readonly expected?: string;
}

/** A text. */
export function text(
  details: TextDetails & { readonly default: string },
): Setting<string>;
export function text(details: TextDetails): Setting<string | undefined>;
export function text(
  details: TextDetails & { readonly default?: string },
): Setting<string | undefined> {
  const { pattern, expected, default: fallback, ...rest } = details;
  return {
    kind: "setting",
    ...rest,
    rule: {
      type: "text",
      ...(pattern !== undefined && { pattern }),
      ...(expected !== undefined && { expected }),
    },
    default: fallback,
    read: (given) => given === undefined ? fallback : String(given.value),
  };
}

/** A secret: a text that has no place in the file. */
export function secret(
  details: SettingDetails & { readonly advice: string },
): Setting<string | undefined> {
  return { ...text(details), advice: details.advice };
}

/** The path of a file; one that a configuration file names is looked for beside that file. */
export function path(details: SettingDetails): Setting<string | undefined> {
  return {
    ...text(details),
    isFile: true,
    read(given) {
      if (given === undefined) return undefined;
      const { value, origin } = given;
      const name = String(value);
      return origin.kind === "file" && !isAbsolute(name)
        ? join(dirname(origin.file), name)
        : name;
    },
  };
}

/** One of a few words. */
export function choice<const Word extends string>(
  words: readonly Word[],
  details: WithDefault<NoInfer<Word>>,
): Setting<Word> {
  const { default: fallback, ...rest } = details;
  return {
    kind: "setting",
    ...rest,
    rule: { type: "text", choices: words },
    default: fallback,
    read: (given) => words.find((word) => word === given?.value) ?? fallback,
  };
}

/** One of a few whole numbers, from the first to the last. */
export function level<const Level extends number>(
  levels: readonly Level[],
  details: WithDefault<NoInfer<Level>>,
): Setting<Level> {
  const { default: fallback, ...rest } = details;
  return {
    kind: "setting",
    ...rest,
    rule: {
      type: "number",
      min: Math.min(...levels),
      max: Math.max(...levels),
      isInteger: true,
    },
    default: fallback,
    read: (given) => levels.find((one) => one === given?.value) ?? fallback,
  };
}

/** What numbers a setting takes. */
interface NumberDetails extends SettingDetails {
  /** The smallest one. */
  readonly min?: number;
  /** The largest one. */
  readonly max?: number;
  /**
   * Whether they must be whole.
   *
   * @default {false}
   */
  readonly isInteger?: boolean;
}

/** A number. */
export function number(
  details: NumberDetails & { readonly default: number },
): Setting<number>;
export function number(
  details: NumberDetails & { readonly default?: number | undefined },
): Setting<number | undefined>;
export function number(
  details: NumberDetails & { readonly default?: number | undefined },
): Setting<number | undefined> {
  const { min, max, isInteger, default: fallback, ...rest } = details;
  return {
    kind: "setting",
    ...rest,
    rule: {
      type: "number",
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(isInteger !== undefined && { isInteger }),
    },
    default: fallback,
    read: (given) => given === undefined ? fallback : Number(given.value),
  };
}

/** The longest time that a timer takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** A time in whole milliseconds, 1 or more by default. */
export function milliseconds(
  details: SettingDetails & { readonly min?: number; readonly default: number },
): Setting<number>;
export function milliseconds(
  details: SettingDetails & {
    readonly min?: number;
    readonly default?: number | undefined;
  },
): Setting<number | undefined>;
export function milliseconds(
  details: SettingDetails & {
    readonly min?: number;
    readonly default?: number | undefined;
  },
): Setting<number | undefined> {
  const { summary, ...rest } = details;
  return number({
    min: 1,
    ...rest,
    summary: `${summary}, in milliseconds`,
    max: LONGEST_MS,
    isInteger: true,
  });
}

/** True or false. */
export function flag(details: WithDefault<boolean>): Setting<boolean> {
  const { default: fallback, ...rest } = details;
  return {
    kind: "setting",
    ...rest,
    rule: { type: "flag" },
    default: fallback,
    read: (given) => given === undefined ? fallback : given.value === true,
  };
}

/** A setting with its place. */
export interface PlacedSetting {
  /** Its place in the file, for example `broker.address`. */
  readonly path: string;
  /** The setting. */
  readonly setting: Setting;
  /** The groups it stands in, from the outside in. */
  readonly groups: readonly Group[];
}

/** Lists the settings of a group with their places, in their order. */
export function placedSettings(
  { members }: Group,
  path = "",
  groups: readonly Group[] = [],
): readonly PlacedSetting[] {
  return Object.entries(members).flatMap(([key, member]) => {
    const place = joinPath(path, key);
    return member.kind === "group"
      ? placedSettings(member, place, [...groups, member])
      : [{ path: place, setting: member, groups }];
  });
}

/** The path of a key below a path, which is empty for the whole file. */
export function joinPath(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/**
 * Reads all settings of a group.
 *
 * @param given What was given, by path.
 * @returns An object of its shape.
 */
export function readGroup<Inner extends Members>(
  node: Group<Inner>,
  given: ReadonlyMap<string, Sourced>,
  path = "",
): Infer<Group<Inner>> {
  const value: unknown = Object.fromEntries(
    Object.entries(node.members).map(([key, member]) => {
      const place = joinPath(path, key);
      const read = member.kind === "group"
        ? readGroup(member, given, place)
        : member.read(given.get(place));
      return [key, read];
    }),
  );
  if (!isOfGroup(value, node)) throw new TypeError();
  return value;
}

function isOfGroup<Inner extends Members>(
  value: unknown,
  { members }: Group<Inner>,
): value is Infer<Group<Inner>> {
  return hasKeys(value, Object.keys(members));
}
