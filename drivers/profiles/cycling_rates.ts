/**
 * Cadence and speed from the counters of a device.
 *
 * @module
 */
import {
  type CyclingCounters,
  CyclingRates,
  type CyclingRatesOptions,
} from "#lib/gatt/cycling_rates.ts";
import type { BleSession } from "#lib/host/ble_driver.ts";
import type { DriverOption } from "#lib/host/driver.ts";

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
 * @param service The service that counts.
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

/**
 * Reports what the counters of a notification tell; what they do not tell is left out.
 *
 * @param session The connection.
 * @param rates The rates of this connection.
 * @param counters The counters.
 */
export function reportRates(
  { clock, device }: BleSession,
  rates: CyclingRates,
  counters: CyclingCounters,
): void {
  const atMs = clock.monotonicMs();
  rates.update(counters, atMs);
  const cadenceRpm = counters.crank ? rates.cadenceRpmAt(atMs) : null;
  const speedKph = counters.wheel ? rates.speedKphAt(atMs) : null;
  device.report({
    ...(cadenceRpm !== null && { cadenceRpm }),
    ...(speedKph !== null && { speedMetersPerSecond: speedKph / 3.6 }),
  });
}
