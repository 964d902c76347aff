/**
 * Rows of a database as rides and samples.
 *
 * @module
 */
import { isRideMetric, type Ride, type Sample } from "./sample.ts";

type Row = Readonly<Record<string, unknown>>;

/** Reads a row of the rides. */
export function rowToRide(row: Row): Ride {
  return {
    id: String(row["id"]),
    bike: String(row["bike"]),
    startMs: Number(row["start_ms"]),
    endMs: Number(row["end_ms"]),
    isEnded: Boolean(row["is_ended"]),
  };
}

/**
 * Reads a row of the samples.
 *
 * @returns The sample; none where a later version has written it.
 */
export function rowToSample(row: Row): readonly Sample[] {
  const metric = String(row["metric"]);
  if (!isRideMetric(metric)) return [];
  const value = row["value"];
  const beats = row["beats_ms"];
  const beatsMs = typeof beats === "string" ? parseBeats(beats) : [];
  return [{
    bike: String(row["bike"]),
    metric,
    timeMs: Number(row["time_ms"]),
    value: value === null || value === undefined ? null : Number(value),
    ...(beatsMs.length > 0 && { beatsMs }),
  }];
}

function parseBeats(text: string): readonly number[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value)
      ? value.filter((beat) => typeof beat === "number")
      : [];
  } catch {
    return [];
  }
}
