/**
 * A configuration as text that is a configuration again.
 *
 * @module
 */
import type { SettingValue } from "#lib/base/value_rule.ts";
import type { Configuration } from "./configuration.ts";
import { describeOrigin, type Sourced } from "./setting.ts";

/** What stands in the place of a secret. */
export const REDACTED = "***";

/** One value of a configuration, as it may be shown. */
export interface ShownValue {
  /** Its path, for example `devices.0.options.adapter`. */
  readonly path: string;
  /** Its value; of a secret only {@linkcode REDACTED}. */
  readonly value: SettingValue;
  /** Where it came from, for example `MQTT_HOST`. */
  readonly origin: string;
  /** Whether it is a secret. */
  readonly isSecret: boolean;
}

/**
 * Lists all values of a configuration.
 *
 * @param configuration The configuration.
 * @returns Its values, secrets redacted, in the order of a file.
 */
export function listValues(
  { settings, devices }: Configuration,
): readonly ShownValue[] {
  const own = settings.all.map(({ definition, value, origin }): ShownValue => {
    const isSecret = definition.advice !== undefined;
    return {
      path: definition.path,
      value: isSecret ? REDACTED : value,
      origin: describeOrigin(origin),
      isSecret,
    };
  });
  return [
    ...own,
    ...devices.flatMap(({ definition, id, origin, options }, index) => [
      shown(`devices.${index}.driver`, { value: definition.name, origin }),
      shown(`devices.${index}.id`, { value: id, origin }),
      ...[...options].map(([name, option]) =>
        shown(`devices.${index}.options.${name}`, option)
      ),
    ]),
  ];
}

function shown(path: string, { value, origin }: Sourced): ShownValue {
  return { path, value, origin: describeOrigin(origin), isSecret: false };
}

/** How a configuration is shown. */
export interface RenderOptions {
  /**
   * Says behind each value where it came from.
   *
   * @default {false}
   */
  readonly withOrigin?: boolean;
}

/**
 * Writes a configuration as YAML that can be used as a file; secrets are
 * comments.
 *
 * @param configuration The configuration.
 * @param options How it is shown.
 * @returns The text, with its line feeds.
 */
export function renderYaml(
  configuration: Configuration,
  options: RenderOptions = {},
): string {
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (const one of listValues(configuration)) {
    const keys = one.path.split(".");
    const parents = keys.slice(0, -1);
    const same = firstDifference(open, parents);
    for (let depth = same; depth < parents.length; depth++) {
      const key = parents[depth] ?? "";
      // The first key of a list's item stands behind its dash.
      if (!isIndex(key)) lines.push(`${indent(depth)}${key}:`);
    }
    const isFirst = isIndex(parents.at(-1)) && same < parents.length;
    lines.push(valueLine(one, { parents, isFirst, ...options }));
    open = parents;
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** How one value is shown. */
interface LineOptions extends RenderOptions {
  readonly parents: readonly string[];
  readonly isFirst: boolean;
}

function valueLine(one: ShownValue, options: LineOptions): string {
  const { parents, isFirst, withOrigin = false } = options;
  const key = one.path.slice(one.path.lastIndexOf(".") + 1);
  const before = indent(parents.length);
  const start = isFirst ? before.replace(/ {2}$/, "- ") : before;
  const text = `${key}: ${one.isSecret ? REDACTED : JSON.stringify(one.value)}`;
  const origin = withOrigin ? ` # ${one.origin}` : "";
  return `${start}${one.isSecret ? "# " : ""}${text}${origin}`;
}

/** Two spaces a level; the dash of a list takes one level too. */
function indent(depth: number): string {
  return "  ".repeat(depth);
}

function isIndex(key: string | undefined): boolean {
  return key !== undefined && /^\d+$/.test(key);
}

function firstDifference(
  a: readonly string[],
  b: readonly string[],
): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return index;
  }
  return length;
}

/**
 * A configuration as nested data.
 *
 * @param configuration The configuration.
 * @returns JSON data of the same shape as the file, secrets redacted.
 */
export function toData(
  configuration: Configuration,
): Readonly<Record<string, unknown>> {
  const { settings, devices } = configuration;
  const root: Branch = new Map();
  for (
    const { path, value, isSecret } of listValues({ settings, devices: [] })
  ) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let branch = root;
    for (const key of keys) {
      const found = branch.get(key);
      const next: Branch = found instanceof Map ? found : new Map();
      branch.set(key, next);
      branch = next;
    }
    branch.set(last, isSecret ? REDACTED : value);
  }
  return {
    ...toObject(root),
    devices: devices.map(({ definition, id, options }) => ({
      driver: definition.name,
      id,
      options: Object.fromEntries(
        [...options].map(([name, { value }]) => [name, value]),
      ),
    })),
  };
}

type Branch = Map<string, SettingValue | Branch>;

function toObject(branch: Branch): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...branch].map(([key, value]) => [
      key,
      value instanceof Map ? toObject(value) : value,
    ]),
  );
}
