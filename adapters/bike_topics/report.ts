/**
 * The report object: one measured value, or what was set on an actuator.
 *
 * @module
 */
import type { JsonData } from "#lib/objectapi/mod.ts";
import {
  stringifyData,
  stringifyDecimal,
  stringifyMembers,
  stringifyNumber,
} from "./json_text.ts";
import type { ReportTopic } from "./topics.ts";

/** Unit of each value, as reports name it. */
export const UNIT_NAMES = {
  speed: "m/s",
  cadence: "RPM",
  power: "W",
  heartrate: "BPM",
  incline: "degree",
  resistance: "percentage",
  fan: "percentage",
} as const satisfies Readonly<Record<ReportTopic, string>>;

/** Values that are written as integers, because their first readers expect that. */
const INTEGER_TOPICS: readonly ReportTopic[] = ["power", "heartrate", "fan"];

/**
 * Which numbers have a decimal point: `auto` (speed, cadence, resistance and
 * incline) or `always` (power, heart rate and fan too, for the Flutter app,
 * which drops integers).
 */
export const DECIMAL_STYLES = ["auto", "always"] as const;

/** Which numbers have a decimal point. */
export type DecimalStyle = (typeof DECIMAL_STYLES)[number];

/** Where and when something was reported. */
export interface ReportOrigin {
  /** What is reported. */
  readonly topic: ReportTopic;
  /** When it was measured or set, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
  /** Name of the bike's computer, for example `bike000001`. */
  readonly deviceName: string;
  /** More about the value, written behind the device's name. */
  readonly metadata?: Readonly<Record<string, JsonData>>;
}

/** A value to report. */
export interface ValueReport extends ReportOrigin {
  /**
   * The value: metres a second, turns a minute, watts, beats a minute, percent
   * of gradient (which reports call degree), percent.
   */
  readonly value: number;
}

/** How reports are written. */
export interface ReportOptions {
  /**
   * Which numbers have a decimal point.
   *
   * @default {"auto"}
   */
  readonly decimal?: DecimalStyle;
}

/**
 * Writes a report: value, unit, time and metadata, always in this order,
 * because one reader cuts the value out of the text.
 *
 * @example Usage
 * ```ts
 * import { stringifyReport } from "#adapters/bike_topics/report.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   stringifyReport({
 *     topic: "cadence",
 *     value: 6,
 *     timeMs: 1722834169611.5,
 *     deviceName: "bike000001",
 *   }),
 *   '{"value": 6.0, "unitName": "RPM", "timestamp": 1722834169.6115, "metadata": {"deviceName": "bike000001"}}',
 * );
 * ```
 *
 * @param report The value, where it comes from and when it was measured.
 * @param options How numbers are written.
 * @returns The payload.
 * @throws {RangeError} If the value or the time is not finite.
 */
export function stringifyReport(
  report: ValueReport,
  options: ReportOptions = {},
): string {
  const { topic, value } = report;
  const { decimal = "auto" } = options;
  const isInteger = INTEGER_TOPICS.includes(topic);
  const number = isInteger ? Math.round(value) : value;
  const text = isInteger && decimal === "auto"
    ? stringifyNumber(number)
    : stringifyDecimal(number);
  return stringifyMembers([["value", text], ...originMembers(report)]);
}

/**
 * What stands behind the value of each report.
 *
 * @param origin Where and when it was reported.
 * @returns Unit, time and metadata by name, as JSON.
 * @throws {RangeError} If the time is not finite.
 */
export function originMembers(
  origin: ReportOrigin,
): readonly (readonly [name: string, json: string])[] {
  const { topic, timeMs, deviceName, metadata } = origin;
  return [
    ["unitName", JSON.stringify(UNIT_NAMES[topic])],
    ["timestamp", stringifyDecimal(timeMs / 1000)],
    ["metadata", stringifyData({ deviceName, ...metadata })],
  ];
}
