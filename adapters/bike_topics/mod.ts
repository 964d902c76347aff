/**
 * The topics of a bike: their names, and what is published on them.
 *
 * @example The topic that power is reported on
 * ```ts
 * import { BikeTopics } from "@smartbike/smartbike/topics";
 * import assert from "node:assert/strict";
 *
 * const topics = new BikeTopics("000001");
 * assert.equal(topics.reports("power")[0], "bike/000001/power/report");
 * ```
 *
 * @module
 */
export * from "./command.ts";
export * from "./error_report.ts";
export * from "./loss_report.ts";
export * from "./report.ts";
export * from "./sensor_report.ts";
export * from "./topics.ts";
export type { CommandFailure } from "#lib/bike/command_failure.ts";
export type {
  SensorField,
  SensorFields,
  SensorNumber,
  SensorReading,
  SensorReport,
} from "#lib/bike/sensors.ts";
export { VALUE_STATES, type ValueState } from "#lib/bike/reading.ts";
