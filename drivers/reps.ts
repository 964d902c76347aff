/**
 * Repetitions of an exercise, counted by an ultrasonic sensor on an Arduino
 * that prints the distance in centimetres.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/host/driver.ts";
import {
  lineError,
  parseNumberLine,
  serialDriver,
  type SerialSession,
} from "#lib/host/serial_driver.ts";

/** A repetition ends nearer than this, in centimetres, as the predecessor has it. */
const NEAR_CM = 5;

/** The next one begins farther than this: above the other, so that no trembling counts twice. */
const FAR_CM = 6;

/** Shortest time between two repetitions, in milliseconds. */
const PAUSE_MS = 500;

const SENSOR = "reps";

/** Reports sensor `reps`, the count so far; it goes on where it was when the sensor comes back. */
export const driver: DriverDefinition = serialDriver({
  name: SENSOR,
  summary: "repetition counter with an ultrasonic sensor, on an Arduino",
  port: "/dev/ttyACM0",
  options: [
    {
      name: "near-cm",
      summary:
        `a repetition counts nearer than this, in centimetres (default: ${NEAR_CM})`,
      type: "number",
      min: 1,
      max: 400,
    },
    {
      name: "far-cm",
      summary:
        `the next one counts after it was farther than this, in centimetres (default: ${FAR_CM}, or 1 more than near-cm)`,
      type: "number",
      min: 1,
      max: 400,
    },
  ],
  start(session) {
    const { clock, device, options } = session;
    const { "near-cm": near, "far-cm": far } = options;
    const nearCm = typeof near === "number" ? near : NEAR_CM;
    const farCm = typeof far === "number" ? far : nearCm + FAR_CM - NEAR_CM;
    let count = lastCount(session);
    let isArmed = false;
    let lastMs = -Infinity;
    const report = () =>
      device.reportSensor({ sensor: SENSOR, value: count, unitName: "" });
    report();
    return (line) => {
      const distanceCm = parseNumberLine(line);
      // Without an echo the sensor measures nothing, and prints 0.
      if (distanceCm <= 0) throw lineError(line, "a distance above 0");
      if (distanceCm > farCm) isArmed = true;
      const nowMs = clock.monotonicMs();
      if (!isArmed || distanceCm >= nearCm || nowMs - lastMs < PAUSE_MS) return;
      isArmed = false;
      lastMs = nowMs;
      count++;
      report();
    };
  },
});

/** The count before the sensor was gone. */
function lastCount({ bike, device }: SerialSession): number {
  const { device: id } = device.status;
  const last = bike.sensors.find((reading) =>
    reading.device === id && reading.sensor === SENSOR
  );
  return last && "value" in last ? last.value ?? 0 : 0;
}
