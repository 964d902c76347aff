/**
 * How old a value may become.
 *
 * @module
 */
import type { MetricName } from "./values.ts";

/**
 * How long a value counts as live without a new report, in milliseconds.
 * Trainers report one to four times a second, heart rate straps once; what is
 * set on an actuator stays until something else is set, or its device is gone.
 */
export const STALE_AFTER_MS: Readonly<Record<MetricName, number>> = {
  speedMetersPerSecond: 3000,
  cadenceRpm: 3000,
  powerWatts: 3000,
  heartRate: 5000,
  inclinePercent: Infinity,
  resistancePercent: Infinity,
  fanPercent: Infinity,
  targetPowerWatts: Infinity,
  simulation: Infinity,
};

/** How old each value may become; those left out have {@linkcode STALE_AFTER_MS}. */
export type StaleAfterMs = Readonly<Partial<Record<MetricName, number>>>;
