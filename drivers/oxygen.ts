/**
 * An oxygen sensor on an Arduino that prints its analogue reading, 0 to 1023,
 * twice a second.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import {
  lineError,
  parseNumberLine,
  serialDriver,
} from "#lib/driver/serial_driver.ts";

/** What one count of the reading stands for, in percent; provisional, as the predecessor says. */
const PERCENT_PER_COUNT = 0.02;

/** The highest reading. */
const MAX_COUNT = 1023;

/** Reports sensor `oxygen`, in percent of the air. */
export const driver: DriverDefinition = serialDriver({
  name: "oxygen",
  summary: "oxygen sensor on an Arduino",
  port: "/dev/ttyACM0",
  options: [{
    name: "percent-per-count",
    summary:
      `what one count of the reading stands for, in percent (default: ${PERCENT_PER_COUNT})`,
    type: "number",
    min: 0,
    max: 100,
  }],
  start({ device, options }) {
    const { "percent-per-count": given } = options;
    const scale = typeof given === "number" ? given : PERCENT_PER_COUNT;
    return (line) =>
      device.reportSensor({
        sensor: "oxygen",
        value: parseOxygenLine(line, scale),
        unitName: "%",
      });
  },
});

/**
 * Reads a line of the sensor.
 *
 * @example Usage
 * ```ts
 * import { parseOxygenLine } from "#drivers/oxygen.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(parseOxygenLine("512"), 10.24);
 * ```
 *
 * @param percentPerCount What one count stands for, in percent.
 * @returns Oxygen, in percent, with two decimals.
 * @throws {FrameError} If the line is no reading.
 */
export function parseOxygenLine(
  line: string,
  percentPerCount: number = PERCENT_PER_COUNT,
): number {
  const count = parseNumberLine(line);
  if (!Number.isInteger(count) || count < 0 || count > MAX_COUNT) {
    throw lineError(line, `a reading from 0 to ${MAX_COUNT}`);
  }
  return Math.round(count * percentPerCount * 100) / 100;
}
