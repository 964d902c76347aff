/**
 * What a sensor that is none of the bike's own values measured, as a payload.
 *
 * @module
 */
import type { SensorReading } from "#lib/bike/sensors.ts";
import {
  stringifyData,
  stringifyDecimal,
  stringifyMembers,
  stringifyNumber,
} from "./json_text.ts";
import type { ReportOptions } from "./report.ts";

/**
 * Writes a sensor's value as a report object, or its fields behind their time.
 *
 * @example Usage
 * ```ts
 * import { stringifySensorReport } from "#adapters/bike_topics/sensor_report.ts";
 * import assert from "node:assert/strict";
 *
 * const origin = { device: "arduino", timeMs: 1722834169500 };
 * assert.equal(
 *   stringifySensorReport({ ...origin, sensor: "oxygen", value: 10.24, unitName: "%" }, "bike000001"),
 *   '{"value": 10.24, "unitName": "%", "timestamp": 1722834169.5, "metadata": {"deviceName": "bike000001"}}',
 * );
 * assert.equal(
 *   stringifySensorReport({ ...origin, sensor: "gas", fields: { O2: 210000, CO2: null } }, "bike000001"),
 *   '{"ts": 1722834169.5, "O2": 210000, "CO2": null}',
 * );
 * ```
 *
 * @param reading What was measured; a field named `ts` gives way to the time.
 * @param deviceName Name of the bike's computer, for example `bike000001`.
 * @param options How numbers are written.
 * @returns The payload.
 */
export function stringifySensorReport(
  reading: SensorReading,
  deviceName: string,
  options: ReportOptions = {},
): string {
  const write = options.decimal === "always"
    ? stringifyDecimal
    : stringifyNumber;
  const seconds = stringifyDecimal(reading.timeMs / 1000);
  if (!("fields" in reading)) {
    const { value, unitName } = reading;
    return stringifyMembers([
      ["value", value === null ? "null" : write(value)],
      ["unitName", JSON.stringify(unitName)],
      ["timestamp", seconds],
      ["metadata", stringifyData({ deviceName })],
    ]);
  }
  const fields = Object.entries(reading.fields)
    .filter(([name]) => name !== "ts")
    .map(([name, field]) => {
      const json = typeof field === "number"
        ? write(field)
        : stringifyData(field);
      return [name, json] as const;
    });
  return stringifyMembers([["ts", seconds], ...fields]);
}
