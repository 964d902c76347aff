/**
 * The figures of a ride, to published formulas.
 *
 * @module
 */
import { BEST_SECONDS, bestOf } from "./best.ts";
import { normalizedOf } from "./normalized.ts";
import type { RideRecord } from "./timeline.ts";

/** Upper ends of all power zones but the last, in fractions of FTP (Coggan's classic levels). */
const POWER_ZONES: readonly number[] = [
  0.55,
  0.75,
  0.9,
  1.05,
  1.2,
  1.5,
];

/** What the figures mean, for people. */
export const METHODS = {
  average: "mean of all recorded seconds, coasting counted as 0",
  averageWithoutCoasting: "mean of the recorded seconds above 0",
  normalizedPower:
    "Coggan: 30 s moving mean from the first full window, to the fourth power, mean, fourth root",
  intensityFactor: "normalized power / FTP",
  trainingStressScore:
    "seconds × normalized power × intensity factor / (FTP × 3600) × 100",
  work: "sum of watts × 1 s",
  energy: "work in kJ taken as kcal (24 % efficiency of the body)",
  zones: "seconds of power in each zone, ends in fractions of FTP",
  best: "highest mean over so many seconds in a row",
  pauses:
    "seconds without a turn count as 0 in means and normalized power; seconds in which nothing was recorded count nowhere",
} as const;

/** Who rode, as far as known. */
export interface SummaryOptions {
  /** The rider's functional threshold power, in watts. */
  readonly ftpWatts?: number;
  /**
   * Upper ends of all power zones but the last, in fractions of FTP.
   *
   * @default {POWER_ZONES}
   */
  readonly zones?: readonly number[];
}

/** Mean and maximum of something that can rest. */
export interface Spread {
  /** Mean of all recorded seconds. */
  readonly average: number;
  /** Mean of the recorded seconds above 0; 0 where there is none. */
  readonly averageWithoutCoasting: number;
  /** The highest second. */
  readonly maximum: number;
}

/** The figures of a ride. */
export interface RideSummary {
  /** From the first to the last second. */
  readonly elapsedSeconds: number;
  /** Seconds in which something was recorded. */
  readonly recordedSeconds: number;
  /** Seconds with a speed, cadence or power above 0. */
  readonly movingSeconds: number;
  /** Way, in metres. */
  readonly distanceMeters: number;
  /** Work at the pedals, in kilojoules. */
  readonly workKilojoules: number;
  /** What the body burnt, in kilocalories. */
  readonly energyKilocalories: number;
  /** Power, in watts. */
  readonly powerWatts?: Spread;
  /** Normalized power, in watts. */
  readonly normalizedPowerWatts?: number;
  /** Intensity factor; undefined without an FTP. */
  readonly intensityFactor?: number;
  /** Training stress score; undefined without an FTP. */
  readonly trainingStressScore?: number;
  /** Seconds in each power zone; undefined without an FTP. */
  readonly zoneSeconds?: readonly number[];
  /** Best mean power, in watts, by its length in seconds; those longer than the ride are left out. */
  readonly bestPowerWatts: Readonly<Record<string, number>>;
  /** Cadence, in turns a minute. */
  readonly cadenceRpm?: Spread;
  /** Heart rate, in beats a minute. */
  readonly heartRateBpm?: Spread;
  /** Speed, in metres a second. */
  readonly speedMetersPerSecond?: Spread;
}

/**
 * Computes the figures of a ride.
 *
 * @param records One record a second.
 * @returns The figures; those of what was not recorded are left out.
 */
export function summarize(
  records: readonly RideRecord[],
  options: SummaryOptions = {},
): RideSummary {
  const power = valuesOf(records, "power");
  const first = records[0]?.timeMs ?? 0;
  const last = records.at(-1)?.timeMs ?? first;
  const joules = power.reduce((sum, watts) => sum + watts, 0);
  return {
    elapsedSeconds: records.length === 0 ? 0 : (last - first) / 1000 + 1,
    recordedSeconds: records.length,
    movingSeconds: records.filter(isMoving).length,
    distanceMeters: records.at(-1)?.distance ?? 0,
    workKilojoules: joules / 1000,
    energyKilocalories: joules / 1000,
    ...power.length > 0 && { powerWatts: spreadOf(power) },
    ...power.length > 0 && stressOf(power, options),
    bestPowerWatts: Object.fromEntries(
      BEST_SECONDS.flatMap((seconds) => {
        const best = bestOf(records, seconds);
        return best === undefined ? [] : [[String(seconds), best]];
      }),
    ),
    ...spreads(records),
  };
}

function isMoving({ speed = 0, cadence = 0, power = 0 }: RideRecord): boolean {
  return speed > 0 || cadence > 0 || power > 0;
}

function spreads(
  records: readonly RideRecord[],
): Pick<RideSummary, "cadenceRpm" | "heartRateBpm" | "speedMetersPerSecond"> {
  const cadence = valuesOf(records, "cadence");
  const heartRate = valuesOf(records, "heartrate");
  const speed = valuesOf(records, "speed");
  return {
    ...cadence.length > 0 && { cadenceRpm: spreadOf(cadence) },
    ...heartRate.length > 0 && { heartRateBpm: spreadOf(heartRate) },
    ...speed.length > 0 && { speedMetersPerSecond: spreadOf(speed) },
  };
}

function stressOf(
  power: readonly number[],
  { ftpWatts, zones = POWER_ZONES }: SummaryOptions,
): Partial<RideSummary> {
  const normalizedPowerWatts = normalizedOf(power);
  if (ftpWatts === undefined) return { normalizedPowerWatts };
  const intensityFactor = normalizedPowerWatts / ftpWatts;
  const trainingStressScore = power.length * normalizedPowerWatts *
    intensityFactor / (ftpWatts * 3600) * 100;
  const zoneSeconds = Array.from({ length: zones.length + 1 }, () => 0);
  for (const watts of power) {
    const found = zones.findIndex((end) => watts <= end * ftpWatts);
    const zone = found < 0 ? zones.length : found;
    zoneSeconds[zone] = (zoneSeconds[zone] ?? 0) + 1;
  }
  return {
    normalizedPowerWatts,
    intensityFactor,
    trainingStressScore,
    zoneSeconds,
  };
}

function valuesOf(
  records: readonly RideRecord[],
  metric: "power" | "cadence" | "heartrate" | "speed",
): readonly number[] {
  return records.flatMap(({ [metric]: value }) =>
    value === undefined ? [] : [value]
  );
}

function spreadOf(values: readonly number[]): Spread {
  const sum = values.reduce((sum, value) => sum + value, 0);
  const moving = values.filter((value) => value > 0).length;
  return {
    average: sum / values.length,
    averageWithoutCoasting: moving === 0 ? 0 : sum / moving,
    maximum: values.reduce((a, b) => Math.max(a, b), 0),
  };
}
