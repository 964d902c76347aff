/**
 * Cadence and speed from the counters of a device.
 *
 * @module
 */
import type { BikeReport } from "#lib/bike/values.ts";
import {
  type CyclingCounters,
  CyclingRates,
  type CyclingRatesOptions,
} from "#lib/gatt/cycling_rates.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import type { DriverOption } from "#lib/driver/driver.ts";

/** The wheel that a device counts turns of. */
export const WHEEL_OPTION: DriverOption = {
  name: "wheel-circumference",
  summary: "circumference of the wheel in millimetres (default: 2105)",
  type: "number",
  min: 100,
  max: 4000,
};

/**
 * Starts without rates.
 *
 * @param session The connection; its option `wheel-circumference` counts.
 * @returns Rates of this connection alone: counters may begin anew with the next one.
 */
export function ratesOf(
  { options }: BleSession,
  service: CyclingRatesOptions["service"],
): CyclingRates {
  const millimeters = options[WHEEL_OPTION.name];
  return new CyclingRates({
    service,
    ...(typeof millimeters === "number" &&
      { wheelCircumferenceMeters: millimeters / 1000 }),
  });
}

/** What counters report; what they do not report is left out. */
interface Rates {
  /** Turns of the cranks a minute. */
  readonly cadenceRpm?: number;
  /** Speed of the wheel, in km/h. */
  readonly speedKph?: number;
}

/**
 * Takes the counters of a notification.
 *
 * @param rates The rates of this connection.
 */
export function takeCounters(
  { clock }: BleSession,
  rates: CyclingRates,
  counters: CyclingCounters,
): Rates {
  const atMs = clock.monotonicMs();
  rates.update(counters, atMs);
  const cadenceRpm = counters.crank ? rates.cadenceRpmAt(atMs) : null;
  const speedKph = counters.wheel ? rates.speedKphAt(atMs) : null;
  return {
    ...(cadenceRpm !== null && { cadenceRpm }),
    ...(speedKph !== null && { speedKph }),
  };
}

/**
 * Puts what counters report into the units of the bike.
 *
 * @returns The part of a report.
 */
export function asReport({ cadenceRpm, speedKph }: Rates): BikeReport {
  return {
    ...(cadenceRpm !== undefined && { cadenceRpm }),
    ...(speedKph !== undefined && { speedMetersPerSecond: speedKph / 3.6 }),
  };
}
