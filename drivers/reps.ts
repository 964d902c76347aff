/**
 * Repetitions of an exercise, counted by an ultrasonic sensor on an Arduino
 * that prints the distance in centimetres.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import {
  lineError,
  parseNumberLine,
  serialDriver,
  type SerialSession,
} from "#lib/driver/serial_driver.ts";

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
    const counter = new RepetitionCounter(
      { nearCm, farCm },
      lastCount(session),
    );
    const report = () =>
      device.reportSensor({
        sensor: SENSOR,
        value: counter.count,
        unitName: "",
      });
    report();
    return (line) => {
      const distanceCm = parseNumberLine(line);
      // Without an echo the sensor measures nothing, and prints 0.
      if (distanceCm <= 0) throw lineError(line, "a distance above 0");
      if (counter.take(distanceCm, clock.monotonicMs())) report();
    };
  },
});

/** Between which distances a repetition lies. */
interface RepetitionLimits {
  /** It counts nearer than this, in centimetres. */
  readonly nearCm: number;
  /** The next one counts after it was farther than this, in centimetres. */
  readonly farCm: number;
}

/** Counts how often something was far and then came near. */
export class RepetitionCounter {
  /** Repetitions so far. */
  count: number;
  readonly #limits: RepetitionLimits;
  #isArmed = false;
  #lastMs = -Infinity;

  /**
   * Starts as if all were near.
   *
   * @param limits Between which distances a repetition lies.
   * @param count Repetitions that were counted before.
   */
  constructor(limits: RepetitionLimits, count: number = 0) {
    this.#limits = limits;
    this.count = count;
  }

  /**
   * Takes a distance.
   *
   * @param nowMs When it was measured, in milliseconds of a clock that only runs forward.
   * @returns True if it ends a repetition.
   */
  take(distanceCm: number, nowMs: number): boolean {
    const { nearCm, farCm } = this.#limits;
    if (distanceCm > farCm) this.#isArmed = true;
    const isPause = nowMs - this.#lastMs < PAUSE_MS;
    if (!this.#isArmed || distanceCm >= nearCm || isPause) return false;
    this.#isArmed = false;
    this.#lastMs = nowMs;
    this.count++;
    return true;
  }
}

/** The count before the sensor was gone. */
function lastCount({ bike, device }: SerialSession): number {
  const { device: id } = device.status;
  const last = bike.sensors.find((reading) =>
    reading.device === id && reading.sensor === SENSOR
  );
  return last && "value" in last ? last.value ?? 0 : 0;
}
