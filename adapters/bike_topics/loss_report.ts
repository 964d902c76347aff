/**
 * The loss report: a value does not hold any more, reported on `…/status`.
 *
 * @module
 */
import type { ValueState } from "#lib/bike/reading.ts";
import { stringifyMembers } from "./json_text.ts";
import { originMembers, type ReportOrigin } from "./report.ts";

/** A value that does not hold any more; the next report of it ends this. */
export interface LossReport extends ReportOrigin {
  /** Why it does not hold. */
  readonly state: Exclude<ValueState, "live">;
}

/**
 * Writes a loss report. It is a report whose value is null, with the state
 * behind it, so that no reader takes it for a number or for a failed command.
 *
 * @example Usage
 * ```ts
 * import { stringifyLossReport } from "#adapters/bike_topics/loss_report.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   stringifyLossReport({
 *     topic: "speed",
 *     state: "stale",
 *     timeMs: 1722834169500,
 *     deviceName: "bike000001",
 *   }),
 *   '{"value": null, "state": "stale", "unitName": "m/s", "timestamp": 1722834169.5, "metadata": {"deviceName": "bike000001"}}',
 * );
 * ```
 *
 * @param report Which value, why, and since when.
 * @returns The payload.
 * @throws {RangeError} If the time is not finite.
 */
export function stringifyLossReport(report: LossReport): string {
  return stringifyMembers([
    ["value", "null"],
    ["state", JSON.stringify(report.state)],
    ...originMembers(report),
  ]);
}
