/**
 * The JSON Schema of `smartbike.yaml`, from the settings that check it.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { optionsOf } from "#lib/driver/driver_options.ts";
import type { SettingValue, ValueRule } from "#lib/base/value_rule.ts";
import { DEVICE_ID } from "./devices.ts";
import { SCHEMA } from "./schema.ts";
import type { Group, Setting } from "./setting.ts";

/** A JSON Schema, as data. */
interface JsonSchema {
  /** Keyword and value. */
  readonly [keyword: string]: unknown;
}

/** What a text may look like if it is read from something that is no text. */
const TEXT_TYPES = ["string", "number"];

/**
 * Makes the schema.
 *
 * @param drivers The drivers there are, whose options it holds too.
 * @returns A schema of JSON Schema 2020-12.
 */
export function configSchema(drivers: readonly DriverDefinition[]): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "smartbike.yaml",
    description: "Configuration of smartbike",
    ...groupSchema(SCHEMA),
    properties: {
      ...Object.fromEntries(memberSchemas(SCHEMA)),
      devices: {
        description: "the devices of the bike",
        type: ["array", "null"],
        items: {
          type: "object",
          required: ["driver"],
          properties: {
            driver: { enum: drivers.map(({ name }) => name) },
          },
          oneOf: drivers.map(deviceSchema),
        },
      },
    },
  };
}

function groupSchema(group: Group): JsonSchema {
  return {
    type: ["object", "null"],
    additionalProperties: false,
    properties: Object.fromEntries(memberSchemas(group)),
  };
}

function memberSchemas(
  group: Group,
): readonly (readonly [key: string, schema: JsonSchema])[] {
  return Object.entries(group.members).flatMap(([key, member]) => {
    if (member.kind === "group") return [[key, groupSchema(member)]];
    return member.advice === undefined ? [[key, settingSchema(member)]] : [];
  });
}

function settingSchema(setting: Setting): JsonSchema {
  const { summary, fallback, rule } = setting;
  const hint = fallback === undefined ? "" : ` (default: ${fallback})`;
  return {
    description: `${summary}${hint}`,
    ...ruleSchema(rule),
    ...(setting.default !== undefined && { default: setting.default }),
  };
}

function deviceSchema(definition: DriverDefinition): JsonSchema {
  const { name, summary } = definition;
  const options = optionsOf(definition).flatMap((option) => {
    const { name, alias = name, summary } = option;
    const schema = { description: summary, ...ruleSchema(option) };
    return [[name, schema], [alias, schema]] as const;
  });
  return {
    title: name,
    description: summary,
    type: "object",
    additionalProperties: false,
    properties: {
      driver: { const: name },
      id: {
        description:
          "id of the device on the bike (default: the driver's name, with a number from the second on)",
        ...ruleSchema(DEVICE_ID),
      },
      options: {
        type: ["object", "null"],
        additionalProperties: false,
        properties: Object.fromEntries(options),
      },
    },
  };
}

function ruleSchema(rule: ValueRule): JsonSchema {
  const { type, choices, pattern, min, max, isInteger } = rule;
  if (type === "flag") return { type: "boolean" };
  if (type === "number") {
    return {
      type: isInteger ? "integer" : "number",
      ...(min !== undefined && { minimum: min }),
      ...(max !== undefined && { maximum: max }),
    };
  }
  if (choices) return { enum: choices.flatMap(spellings) };
  return pattern === undefined
    ? { type: TEXT_TYPES, pattern: "\\S" }
    : { type: TEXT_TYPES, pattern: `^(?:${pattern})$` };
}

/** A choice that YAML reads as a number is one in the schema too. */
function spellings(choice: string): readonly SettingValue[] {
  return String(Number(choice)) === choice
    ? [choice, Number(choice)]
    : [choice];
}
