/**
 * A configuration as text that is a configuration again.
 *
 * @module
 */
import type { SettingValue } from "#lib/base/value_rule.ts";
import { writeYaml, type YamlComment } from "#lib/base/yaml_reader.ts";
import { type Configuration, originOf } from "./configuration.ts";
import { SCHEMA } from "./schema.ts";
import { type Group, joinPath, placedSettings } from "./setting.ts";
import { describeOrigin, type Sourced } from "./source.ts";

/** What stands in the place of a secret. */
const REDACTED = "***";

/** One value of a configuration, as it may be shown. */
interface ShownValue {
  /** Its path, for example `devices.0.options.adapter`. */
  readonly path: string;
  /** Its value; of a secret only `***`. */
  readonly value: SettingValue;
  /** Where it came from, for example `MQTT_HOST`. */
  readonly origin: string;
  /** Whether it is a secret. */
  readonly isSecret: boolean;
}

/**
 * Lists all values of a configuration.
 *
 * @returns Its values, secrets redacted, in the order of a file.
 */
export function listValues(
  configuration: Configuration,
): readonly ShownValue[] {
  const { given, devices } = configuration;
  const own = placedSettings(SCHEMA).flatMap(({ path, setting }) => {
    const value = given.get(path)?.value ?? setting.default;
    if (value === undefined) return [];
    const isSecret = setting.advice !== undefined;
    const origin = describeOrigin(originOf(configuration, path));
    return [{ path, value: isSecret ? REDACTED : value, origin, isSecret }];
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
interface RenderOptions {
  /**
   * Writes behind each value where it came from.
   *
   * @default {false}
   */
  readonly withOrigin?: boolean;
}

/**
 * Writes a configuration as YAML that can be used as a file; secrets are
 * comments.
 *
 * @param options How it is shown.
 * @returns The text, with its line feeds.
 */
export function renderYaml(
  configuration: Configuration,
  { withOrigin = false }: RenderOptions = {},
): string {
  const values = listValues(configuration);
  const comments = values.flatMap(
    ({ path, origin, isSecret }, index): readonly YamlComment[] => {
      const behind = withOrigin ? ` # ${origin}` : "";
      const next = values[index + 1]?.path ?? "";
      if (isSecret) {
        const key = path.slice(path.lastIndexOf(".") + 1);
        return [{ path: keysOf(next), before: `${key}: ${REDACTED}${behind}` }];
      }
      return withOrigin ? [{ path: keysOf(path), behind: origin }] : [];
    },
  );
  return writeYaml(dataOf(configuration, () => undefined), comments);
}

function keysOf(path: string): readonly (string | number)[] {
  return path.split(".").map((key) => /^\d+$/.test(key) ? Number(key) : key);
}

/** Nested data. */
type Data = Readonly<Record<string, unknown>>;

/**
 * A configuration as nested data.
 *
 * @returns JSON data of the same shape as the file, secrets redacted.
 */
export function toData(configuration: Configuration): Data {
  return dataOf(configuration, () => REDACTED);
}

function dataOf(
  { given, devices }: Configuration,
  redact: () => string | undefined,
): Data {
  const values = new Map(
    placedSettings(SCHEMA).flatMap(({ path, setting }) => {
      const value = given.get(path)?.value ?? setting.default;
      const isSecret = value !== undefined && setting.advice !== undefined;
      const shown = isSecret ? redact() : value;
      return shown === undefined ? [] : [[path, shown]];
    }),
  );
  return {
    ...groupData(SCHEMA, values),
    ...(devices.length > 0 && {
      devices: devices.map(({ definition, id, options }) => ({
        driver: definition.name,
        id,
        ...(options.size > 0 && {
          options: Object.fromEntries(
            [...options].map(([name, { value }]) => [name, value]),
          ),
        }),
      })),
    }),
  };
}

function groupData(
  { members }: Group,
  values: ReadonlyMap<string, SettingValue>,
  path = "",
): Data {
  const entries = Object.entries(members).flatMap(([key, member]) => {
    const place = joinPath(path, key);
    const value = member.kind === "group"
      ? groupData(member, values, place)
      : values.get(place);
    const isEmpty = value === undefined ||
      typeof value === "object" && Object.keys(value).length === 0;
    return isEmpty ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}
