/**
 * The error report: why a command was not carried out, reported on `…/status`.
 *
 * @module
 */
import type { CommandFailure } from "#lib/bike/command_failure.ts";
import { stringifyMembers } from "./json_text.ts";
import { originMembers, type ReportOrigin } from "./report.ts";

/** The most that is repeated of what was received, in UTF-16 code units. */
const MAX_RECEIVED_LENGTH = 256;

/** A command that was not carried out. */
export interface ErrorReport extends ReportOrigin {
  /** Why: an error of ours, or what `describeFailure` made of another one. */
  readonly error: Pick<CommandFailure, "code" | "message">;
  /** Payload of the command. */
  readonly received: Uint8Array;
}

/**
 * Writes an error report. It is a report whose value is null, with the error
 * behind it, so that no reader takes it for a number.
 *
 * @example Usage
 * ```ts
 * import { stringifyErrorReport } from "#adapters/bike_topics/error_report.ts";
 * import { PayloadError } from "#lib/base/errors.ts";
 * import assert from "node:assert/strict";
 *
 * const text = stringifyErrorReport({
 *   topic: "fan",
 *   error: new PayloadError({ path: "", received: "true", expected: "a number" }),
 *   received: new TextEncoder().encode("true"),
 *   timeMs: 1722834169500,
 *   deviceName: "bike000001",
 * });
 * assert.deepEqual(JSON.parse(text), {
 *   value: null,
 *   error: {
 *     code: "payload",
 *     message: "Cannot use the payload: got true, expected a number",
 *     received: "true",
 *   },
 *   unitName: "percentage",
 *   timestamp: 1722834169.5,
 *   metadata: { deviceName: "bike000001" },
 * });
 * ```
 *
 * @param report Why the command was not carried out, and what it was.
 * @returns The payload.
 * @throws {RangeError} If the time is not finite.
 */
export function stringifyErrorReport(report: ErrorReport): string {
  const { code, message } = report.error;
  const error = stringifyMembers([
    ["code", JSON.stringify(code)],
    ["message", JSON.stringify(message)],
    ["received", JSON.stringify(shorten(report.received))],
  ]);
  return stringifyMembers([
    ["value", "null"],
    ["error", error],
    ...originMembers(report),
  ]);
}

/** What was received as text; what is no UTF-8 is replaced. */
function shorten(payload: Uint8Array): string {
  const text = new TextDecoder().decode(
    payload.subarray(0, 4 * MAX_RECEIVED_LENGTH),
  );
  if (text.length <= MAX_RECEIVED_LENGTH) return text;
  return `${text.slice(0, MAX_RECEIVED_LENGTH).toWellFormed()}…`;
}
