/**
 * What a rider sees of a device's report: within what a rider can do, and
 * corrected as the device needs it.
 *
 * @module
 */
import {
  type BikeReport,
  MOTION_METRICS,
  type MotionName,
} from "#lib/bike/values.ts";
import {
  MAXIMUM_CADENCE_RPM,
  MAXIMUM_HEART_RATE_BPM,
  MAXIMUM_POWER_WATTS,
  MAXIMUM_SPEED_KPH,
  MINIMUM_POWER_WATTS,
} from "#lib/gatt/rider_limits.ts";

/** How the power of a device is corrected. */
interface PowerCorrection {
  /** Multiplies the power. */
  readonly powerScale: number;
  /** Added to a power that is not 0, in watts. */
  readonly powerOffsetWatts: number;
}

/** A report within bounds, and the names of what was left out of it. */
interface RiderValues {
  /** What is possible. */
  readonly report: BikeReport;
  /** Names of values that no rider can have. */
  readonly impossible: readonly string[];
}

/** A report that is being made. */
type OpenReport = { -readonly [K in keyof BikeReport]: BikeReport[K] };

const BOUNDS: Readonly<
  Record<MotionName, readonly [min: number, max: number]>
> = {
  speedMetersPerSecond: [0, MAXIMUM_SPEED_KPH / 3.6],
  cadenceRpm: [0, MAXIMUM_CADENCE_RPM],
  powerWatts: [MINIMUM_POWER_WATTS, MAXIMUM_POWER_WATTS],
};

/**
 * Bounds a report.
 *
 * @param report What the device said.
 * @param correction How its power is corrected.
 * @returns What riders see of it.
 */
export function riderValuesOf(
  report: BikeReport,
  correction: PowerCorrection,
): RiderValues {
  const possible: OpenReport = {
    ...report,
    ...correctedPower(report, correction),
  };
  const impossible: string[] = [];
  for (const name of MOTION_METRICS) {
    const [min, max] = BOUNDS[name];
    const value = possible[name];
    if (typeof value !== "number" || (value >= min && value <= max)) continue;
    delete possible[name];
    impossible.push(name);
  }
  const { heartRate } = possible;
  if (heartRate && heartRate.rateBpm > MAXIMUM_HEART_RATE_BPM) {
    delete possible.heartRate;
    impossible.push("heartRate");
  }
  return { report: possible, impossible };
}

function correctedPower(
  { powerWatts }: BikeReport,
  { powerScale, powerOffsetWatts }: PowerCorrection,
): Pick<BikeReport, "powerWatts"> {
  if (typeof powerWatts !== "number" || powerWatts === 0) return {};
  if (powerScale === 1 && powerOffsetWatts === 0) return {};
  return { powerWatts: Math.round(powerWatts * powerScale + powerOffsetWatts) };
}
