/**
 * A ride as one record a second.
 *
 * @module
 */
import type { RideMetric, Sample } from "./sample.ts";

/** How long a value other than zero holds without a newer one, in milliseconds. */
const HOLD_MS = 5000;

/** How long a zero holds: programs repeat it rarely. */
const HOLD_ZERO_MS = 130_000;

/** What holds in one second. */
export type RideRecord =
  & {
    /** When the second begins, in milliseconds since 1970-01-01 UTC. */
    readonly timeMs: number;
    /** Way from the start to the end of the second, in metres. */
    readonly distance: number;
    /** Times between the heart beats that were reported in it, in milliseconds. */
    readonly beatsMs: readonly number[];
  }
  & {
    readonly [
      /** The mean of what was measured in it, or what still holds. */
      K in Exclude<RideMetric, "distance">
    ]?: number;
  };

interface Track {
  readonly samples: readonly Sample[];
  next: number;
  held: Sample | undefined;
}

/**
 * Turns samples into one record for each second in which something was
 * measured or still holds. Seconds in which nothing was recorded have none, so
 * they count nowhere.
 *
 * @param samples Samples of one ride, in any order.
 * @returns Records in the order of their times.
 */
export function timelineOf(samples: readonly Sample[]): readonly RideRecord[] {
  const sorted = samples.toSorted((a, b) => a.timeMs - b.timeMs);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (!first || !last) return [];
  const tracks = toTracks(sorted);
  const distances = tracks.get("distance");
  const records: RideRecord[] = [];
  const startMs = Math.floor(first.timeMs / 1000) * 1000;
  let way = 0;
  for (let timeMs = startMs; timeMs <= last.timeMs; timeMs += 1000) {
    const values: Partial<Record<RideMetric, number>> = {};
    for (const [metric, track] of tracks) {
      const value = valueIn(track, timeMs);
      if (value !== undefined) values[metric] = value;
    }
    const { distance, ...rest } = values;
    const beatsMs = beatsIn(tracks.get("heartrate"), timeMs);
    way = distances ? Math.max(way, distance ?? way) : way + (rest.speed ?? 0);
    if (Object.keys(values).length === 0) continue;
    records.push({ ...rest, timeMs, distance: way, beatsMs });
  }
  return records;
}

function toTracks(
  sorted: readonly Sample[],
): ReadonlyMap<RideMetric, Track> {
  const groups = Map.groupBy(sorted, ({ metric }) => metric);
  return new Map(
    [...groups].map(([metric, own]) =>
      [metric, { samples: own, next: 0, held: undefined }] as const
    ),
  );
}

/** The mean of a second's samples, else what holds from before. */
function valueIn(track: Track, timeMs: number): number | undefined {
  let sum = 0;
  let count = 0;
  for (;;) {
    const sample = track.samples[track.next];
    if (!sample || sample.timeMs >= timeMs + 1000) break;
    track.next++;
    track.held = sample;
    if (sample.value === null) continue;
    sum += sample.value;
    count++;
  }
  const { held } = track;
  if (!held || held.value === null) return undefined;
  if (held.metric === "distance" || isActuator(held)) return held.value;
  if (count > 0) return sum / count;
  const holdMs = held.value === 0 ? HOLD_ZERO_MS : HOLD_MS;
  return timeMs - held.timeMs <= holdMs ? held.value : undefined;
}

/** What was set stays so until it is set anew. */
function isActuator({ metric }: Sample): boolean {
  return metric === "incline" || metric === "resistance" || metric === "fan" ||
    metric === "grade";
}

function beatsIn(track: Track | undefined, timeMs: number): readonly number[] {
  if (!track) return [];
  const beats: number[] = [];
  for (let i = track.next - 1; i >= 0; i--) {
    const sample = track.samples[i];
    if (!sample || sample.timeMs < timeMs) break;
    beats.unshift(...sample.beatsMs ?? []);
  }
  return beats;
}
