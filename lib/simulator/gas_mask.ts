/**
 * A breathing mask with gas sensors on an Arduino, as the predecessor's
 * simulator prints it.
 *
 * @module
 */
import type { SimulatedSerialDevice } from "./simulated_serial_ports.ts";

/** How long a breath takes, and breathing in as the first part of it, in milliseconds. */
const BREATH_MS = 5000;
const INSPIRATION_MS = 1666;

/** How often a line is sent, in milliseconds. */
const INTERVAL_MS = 100;

/**
 * What the sensors send.
 *
 * @param timeMs Time since the Arduino started, in milliseconds.
 * @returns The line, without its end.
 *
 * @example Usage
 * ```ts
 * import { gasLineAt } from "#lib/simulator/gas_mask.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   gasLineAt(2000),
 *   "Time: 2000 ms, O2: 150000 ppm, CO2: 52632 ppm, Inflow: 0 mL/min, Outflow: 9000 mL/min",
 * );
 * ```
 */
export function gasLineAt(timeMs: number): string {
  const isInspiration = timeMs % BREATH_MS < INSPIRATION_MS;
  const [oxygen, carbonDioxide, inflow, outflow] = isInspiration
    ? [210_000, 400, 18_000, 0]
    : [150_000, 52_632, 0, 9000];
  return `Time: ${timeMs} ms, O2: ${oxygen} ppm, CO2: ${carbonDioxide} ppm, Inflow: ${inflow} mL/min, Outflow: ${outflow} mL/min`;
}

/**
 * Makes a mask on the port that its driver looks for; ten lines a second from
 * the moment it is opened, as opening restarts an Arduino.
 */
export function gasMask(): SimulatedSerialDevice {
  return {
    info: {
      path: "/dev/ttyACM0",
      stablePaths: [],
      usbId: "2341:0043",
      manufacturer: "smartbike",
      product: "simulated gas sensors",
    },
    intervalMs: INTERVAL_MS,
    send: (timeMs) => `${gasLineAt(timeMs)}\r\n`,
  };
}
