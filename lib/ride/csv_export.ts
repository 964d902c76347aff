/**
 * A ride as a table.
 *
 * @module
 */
import type { RideRecord } from "./timeline.ts";

const COLUMNS = [
  ["speed", "speed_m_s", 3],
  ["cadence", "cadence_rpm", 1],
  ["power", "power_w", 1],
  ["heartrate", "heart_rate_bpm", 0],
  ["incline", "incline_percent", 2],
  ["resistance", "resistance_percent", 1],
  ["fan", "fan_percent", 0],
  ["grade", "grade_percent", 2],
  ["distance", "distance_m", 2],
] as const;

/**
 * Writes a CSV file (RFC 4180): one line a second, numbers with a point, what
 * was not recorded left empty.
 *
 * @param records One record a second.
 */
export function toCsv(records: readonly RideRecord[]): string {
  const heading = ["time", ...COLUMNS.map(([, name]) => name), "beats_ms"];
  const rows = records.map((record) => [
    new Date(record.timeMs).toISOString(),
    ...COLUMNS.map(([metric, , digits]) =>
      record[metric] === undefined
        ? ""
        : String(Number(record[metric].toFixed(digits)))
    ),
    record.beatsMs.join(" "),
  ]);
  return [heading, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
