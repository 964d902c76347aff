/**
 * Samples from a bike in the same program.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { Reading } from "#lib/bike/reading.ts";
import type { HeartRate, MetricName } from "#lib/bike/values.ts";
import type { RideMetric, Sample } from "./sample.ts";

/** What is recorded of each value. */
const METRICS = {
  speedMetersPerSecond: "speed",
  cadenceRpm: "cadence",
  powerWatts: "power",
  heartRate: "heartrate",
  inclinePercent: "incline",
  resistancePercent: "resistance",
  fanPercent: "fan",
} as const satisfies Partial<Record<MetricName, RideMetric>>;

type RecordedName = keyof typeof METRICS;

const NAMES: readonly RecordedName[] = [
  "speedMetersPerSecond",
  "cadenceRpm",
  "powerWatts",
  "heartRate",
  "inclinePercent",
  "resistancePercent",
  "fanPercent",
];

/** What samples are taken from. */
export type SampledBike = Pick<
  Bike,
  "onMetricChanged" | "onMetricReported"
>;

/** Where samples go. */
interface SampleTarget {
  /** Id of the bike. */
  readonly bikeId: string;
  /** Takes a sample. */
  add(sample: Sample): void;
  /**
   * The time, for values that are lost.
   *
   * @returns Milliseconds since 1970-01-01 UTC.
   */
  now(): number;
}

/** Takes samples of a bike: each report, and each loss of a value. */
export function sampleBike(
  bike: SampledBike,
  target: SampleTarget,
  signal: AbortSignal,
): void {
  for (const name of NAMES) {
    const take = (reading: Reading<number | HeartRate>) => {
      const sample = toSample(METRICS[name], reading, target);
      if (sample) target.add(sample);
    };
    bike.onMetricChanged(name).add(take, { signal });
    bike.onMetricReported(name).add(take, { signal });
  }
  bike.onMetricChanged("simulation").add(({ value, ...rest }) => {
    const grade = value === undefined ? {} : { value: value.gradePercent };
    const sample = toSample("grade", { ...rest, ...grade }, target);
    if (sample) target.add(sample);
  }, { signal });
}

function toSample(
  metric: RideMetric,
  { state, value, timeMs }: Reading<number | HeartRate>,
  { bikeId: bike, now }: SampleTarget,
): Sample | undefined {
  if (state !== "live") {
    return { bike, metric, timeMs: Math.round(now()), value: null };
  }
  if (value === undefined || timeMs === undefined) return undefined;
  const time = Math.round(timeMs);
  if (typeof value === "number") return { bike, metric, timeMs: time, value };
  const beatsMs = value.rrIntervalsMs;
  return {
    bike,
    metric,
    timeMs: time,
    value: value.rateBpm,
    ...(beatsMs.length > 0 && { beatsMs }),
  };
}
