/**
 * Gas sensors on an Arduino: oxygen, carbon dioxide and air flow in a breathing
 * mask, as lines such as
 * `Time: 1000 ms, O2: 210000 ppm, CO2: -- ppm, Inflow: 18000 mL/min, Outflow: 0 mL/min`.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { lineError, serialDriver } from "#lib/driver/serial_driver.ts";

/** Unit of each field. */
const UNITS = {
  Time: "ms",
  O2: "ppm",
  CO2: "ppm",
  Inflow: "mL/min",
  Outflow: "mL/min",
} as const;

/** What is sent for a value that a sensor does not have yet. */
const MISSING = "--";

/** What one line says; null for what it says nothing about. */
interface GasLine {
  /** Time since the Arduino started, in milliseconds. */
  readonly timeMs: number | null;
  /** Oxygen, in parts per million. */
  readonly O2: number | null;
  /** Carbon dioxide, in parts per million. */
  readonly CO2: number | null;
  /** Air breathed in, in millilitres a minute. */
  readonly Inflow: number | null;
  /** Air breathed out, in millilitres a minute. */
  readonly Outflow: number | null;
}

/** Reports sensor `gas`, with the fields `O2`, `CO2`, `Inflow` and `Outflow`. */
export const driver: DriverDefinition = serialDriver({
  name: "gas",
  summary: "gas and air flow sensors on an Arduino",
  port: "/dev/ttyACM0",
  start: ({ device }) => (line) => {
    // The Arduino counts its time from its own start, which nobody else knows.
    const { timeMs: _, ...fields } = parseGasLine(line);
    device.reportSensor({ sensor: "gas", fields });
  },
});

/**
 * Reads a line of the sensors. Fields may come in any order, and be left out.
 *
 * @example Usage
 * ```ts
 * import { parseGasLine } from "#drivers/gas.ts";
 * import assert from "node:assert/strict";
 *
 * const { O2, CO2 } = parseGasLine("O2: 210000 ppm, CO2: -- ppm");
 * assert.deepEqual([O2, CO2], [210_000, null]);
 * ```
 *
 * @throws {FrameError} If a field is unknown, twice there, without a value or in another unit, or if none is there.
 */
export function parseGasLine(line: string): GasLine {
  const values: Partial<Record<keyof typeof UNITS, number | null>> = {};
  for (const part of line.split(",")) {
    const [, label, value, unit] =
      /^(\w{1,16}): +(--|[+-]?\d{1,12}(?:\.\d{1,12})?) +(\S{1,16})$/
        .exec(part.trim()) ?? [];
    if (!isField(label)) {
      throw lineError(line, 'fields such as "O2: 210000 ppm"');
    }
    if (label in values) throw lineError(line, `"${label}" only once`);
    if (unit !== UNITS[label]) {
      throw lineError(line, `"${label}" in ${UNITS[label]}`);
    }
    values[label] = value === MISSING ? null : Number(value);
  }
  const { Time = null, O2 = null, CO2 = null } = values;
  const { Inflow = null, Outflow = null } = values;
  return { timeMs: Time, O2, CO2, Inflow, Outflow };
}

function isField(label: string | undefined): label is keyof typeof UNITS {
  return label !== undefined && Object.hasOwn(UNITS, label);
}
