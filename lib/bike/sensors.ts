/**
 * Values of sensors that are none of the bike's own: oxygen, gas, posture, and
 * what somebody solders next.
 *
 * @module
 */
import { EventHook } from "#lib/base/event_hook.ts";

/** A part of what a sensor measured. */
export type SensorField = number | string | boolean | null;

/** One number with its unit; null where the sensor has none at present. */
export interface SensorNumber {
  /** The sensor: a lower case letter, then at most 31 letters, digits or `-`. */
  readonly sensor: string;
  /** What it measured. */
  readonly value: number | null;
  /** Unit of the value, for example `%`; empty for a count. */
  readonly unitName: string;
}

/** Several parts that belong together. */
export interface SensorFields {
  /** The sensor: a lower case letter, then at most 31 letters, digits or `-`. */
  readonly sensor: string;
  /** What it measured, by name; null where it has none at present. */
  readonly fields: Readonly<Record<string, SensorField>>;
}

/** What a sensor measured. */
export type SensorReport = SensorNumber | SensorFields;

/** What a sensor measured, and when. */
export type SensorReading = SensorReport & {
  /** The device that it is on. */
  readonly device: string;
  /** When it was reported, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
};

/** What a sensor's name matches as a whole. */
export const SENSOR_NAME_PATTERN = "[a-z][a-z0-9-]{0,31}";

/** What a sensor's name is, in words. */
export const SENSOR_NAME_EXPECTED =
  'a lower case letter, then at most 31 letters, digits or "-"';

/**
 * Checks whether a text can be a sensor's name.
 *
 * @returns True for a lower case letter and at most 31 letters, digits or `-` behind it.
 */
export function isSensorName(text: string): boolean {
  return new RegExp(`^${SENSOR_NAME_PATTERN}$`).test(text);
}

/** All sensors of all devices. */
export class SensorBoard {
  /** Fires with each report. */
  readonly onReported: EventHook<[reading: SensorReading]> = new EventHook(
    "sensors",
  );
  readonly #now: () => number;
  readonly #readings = new Map<string, SensorReading>();

  /**
   * Starts without sensors.
   *
   * @param now The time of day, in milliseconds since 1970-01-01 UTC.
   */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The last report of each sensor. */
  get all(): readonly SensorReading[] {
    return [...this.#readings.values()];
  }

  /**
   * Takes a report; a number that is not finite counts as null.
   *
   * @throws {RangeError} If its name is no sensor name.
   */
  put(device: string, report: SensorReport): void {
    const { sensor } = report;
    if (!isSensorName(sensor)) {
      throw new RangeError(
        `Cannot report sensor ${
          JSON.stringify(sensor)
        }: expected ${SENSOR_NAME_EXPECTED}`,
      );
    }
    const reading = {
      ...withFiniteFields(report),
      device,
      timeMs: this.#now(),
    };
    this.#readings.set(JSON.stringify([device, sensor]), reading);
    this.onReported.fire(reading);
  }

  /** Forgets the sensors of a device. */
  remove(device: string): void {
    for (const [key, reading] of this.#readings) {
      if (reading.device === device) this.#readings.delete(key);
    }
  }
}

function withFiniteFields(report: SensorReport): SensorReport {
  if (!("fields" in report)) {
    return { ...report, value: finiteOrNull(report.value) };
  }
  const fields = Object.entries(report.fields).map(([name, field]) =>
    [name, finiteOrNull(field)] as const
  );
  return { ...report, fields: Object.fromEntries(fields) };
}

function finiteOrNull<T extends SensorField>(value: T): T | null {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}
