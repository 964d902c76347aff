/**
 * Commands: every form that programs in the field send, as one type.
 *
 * @module
 */
import type { ActuatorName } from "#lib/bike/values.ts";
import { PayloadError } from "#lib/objectapi/mod.ts";
import type { CommandTopic, ControlTopic } from "./topics.ts";

/** The longest payload that is looked at, in bytes. */
const MAX_PAYLOAD_BYTES = 4096;

/** Percent a level of the fan. */
const PERCENT_PER_FAN_LEVEL = 20;

/** The actuator of each topic, as the bike calls it. */
export const ACTUATOR_OF = {
  incline: "inclinePercent",
  resistance: "resistancePercent",
  fan: "fanPercent",
} as const satisfies Readonly<Record<ControlTopic, ActuatorName>>;

/** What a command sets. */
export type CommandedActuator = (typeof ACTUATOR_OF)[ControlTopic];

/** A command; whether the value is allowed is for the bike to say. */
export interface BikeCommand {
  /** What is set. */
  readonly actuator: CommandedActuator;
  /** The value, in the unit that the actuator's name says; finite. */
  readonly value: number;
}

/** How commands are read. */
export interface CommandOptions {
  /**
   * Takes a comma in a number that stands as text for a decimal point.
   *
   * @default {false}
   */
  readonly repairDecimalComma?: boolean;
}

/**
 * Reads a command.
 *
 * Accepted are a bare number, an object with a number under the topic's own
 * name or under `value`, and for the fan also under `power` (percent) or
 * `level` (0 to 5). A number may be written as text. Other members, such as a
 * time, are ignored. Reports are never commands; on a bare topic neither is an
 * object without the topic's own name.
 *
 * @example Usage
 * ```ts
 * import { parseCommand } from "#adapters/bike_topics/command.ts";
 * import { BikeTopics } from "#adapters/bike_topics/topics.ts";
 * import assert from "node:assert/strict";
 *
 * const [incline] = new BikeTopics("000001").commands();
 * assert.ok(incline);
 * assert.deepEqual(
 *   parseCommand(incline, new TextEncoder().encode('{"ts": 1, "incline": -10}')),
 *   { actuator: "inclinePercent", value: -10 },
 * );
 * ```
 *
 * @param topic Where it came in.
 * @param payload What came in.
 * @param options How it is read.
 * @returns The command.
 * @throws {PayloadError} If the payload is no command for this topic.
 */
export function parseCommand(
  topic: CommandTopic,
  payload: Uint8Array,
  options: CommandOptions = {},
): BikeCommand {
  const data = readData(topic, payload, options);
  const read = (value: unknown, path: string) => {
    const number = toNumber(value, options);
    if (number !== undefined) return number;
    throw refusal(topic, value, "a number", path);
  };
  const actuator = ACTUATOR_OF[topic.control];
  if (!isRecord(data)) return { actuator, value: read(data, "") };
  if (isReport(data, topic)) {
    throw refusal(topic, data, "a command, not a report");
  }
  const { isBare, control } = topic;
  const names = isBare ? [control] : [control, "value", ...otherNames(control)];
  const path = names.find((name) => Object.hasOwn(data, name));
  if (path === undefined) {
    const expected = `a number or an object with ${names.join(" or ")}`;
    throw refusal(topic, data, expected);
  }
  const value = read(data[path], path);
  if (path !== "level") return { actuator, value };
  if (!Number.isInteger(value) || value < 0 || value > 5) {
    throw refusal(topic, value, "an integer from 0 to 5", path);
  }
  return { actuator, value: value * PERCENT_PER_FAN_LEVEL };
}

/**
 * Checks whether a payload is a report, which comes in where reports and
 * commands share a topic.
 *
 * @param topic Where it came in.
 * @param payload What came in.
 * @returns True for a report, ours or another program's.
 */
export function isReportPayload(
  topic: CommandTopic,
  payload: Uint8Array,
): boolean {
  try {
    const data = readData(topic, payload, {});
    return isRecord(data) && isReport(data, topic);
  } catch (error) {
    if (error instanceof PayloadError) return false;
    throw error;
  }
}

function otherNames(control: ControlTopic): readonly string[] {
  return control === "fan" ? ["power", "level"] : [];
}

/** Our own reports, which come back where reports and commands share a topic. */
function isReport(
  data: Readonly<Record<string, unknown>>,
  { isBare }: CommandTopic,
): boolean {
  return Object.hasOwn(data, "unitName") &&
    (isBare || Object.hasOwn(data, "metadata"));
}

function readData(
  topic: CommandTopic,
  payload: Uint8Array,
  options: CommandOptions,
): unknown {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    const received = `${payload.length} bytes`;
    const expected = `at most ${MAX_PAYLOAD_BYTES}`;
    throw new PayloadError({ topic: topic.name, path: "", received, expected });
  }
  const text = readText(topic, payload);
  const number = toNumber(text, options);
  if (number !== undefined) return number;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal(topic, text, "a number or JSON", "", { cause });
  }
}

function readText(topic: CommandTopic, payload: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch (cause) {
    const received = `${payload.length} bytes`;
    throw new PayloadError(
      { topic: topic.name, path: "", received, expected: "UTF-8" },
      { cause },
    );
  }
}

function toNumber(
  value: unknown,
  options: CommandOptions,
): number | undefined {
  if (typeof value === "string") {
    const text = options.repairDecimalComma ? value.replace(",", ".") : value;
    if (!/^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) return;
    return toNumber(Number(text), options);
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value; // Without the sign of -0.
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

function refusal(
  { name: topic }: CommandTopic,
  value: unknown,
  expected: string,
  path = "",
  options: ErrorOptions = {},
): PayloadError {
  const text = JSON.stringify(value) ?? "nothing";
  const received = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return new PayloadError({ topic, path, received, expected }, options);
}
