/**
 * A ride as JSON, whole: what is exported can be imported.
 *
 * @module
 */
import { FileError } from "#lib/base/store_errors.ts";
import { isRideMetric, type Ride, type Sample } from "./sample.ts";
import { METHODS, type RideSummary } from "./summary.ts";
import type { RideRecord } from "./timeline.ts";

/** What a file of a ride holds. */
interface RideFile {
  /** The ride. */
  readonly ride: Ride;
  /** Its figures. */
  readonly summary: RideSummary;
  /** One record a second. */
  readonly records: readonly RideRecord[];
  /** All that was recorded. */
  readonly samples: readonly Sample[];
}

/**
 * Writes a ride.
 *
 * @param file The ride and all that belongs to it.
 */
export function toRideJson(
  { ride, summary, records, samples }: RideFile,
): string {
  const rows = samples.map(({ metric, timeMs, value, beatsMs }) =>
    beatsMs ? [timeMs, metric, value, beatsMs] : [timeMs, metric, value]
  );
  const methods = METHODS;
  return `${
    JSON.stringify({ ride, summary, methods, records, samples: rows })
  }\n`;
}

/**
 * Reads the samples of a file that {@linkcode toRideJson} has written.
 *
 * @param file Its name, for errors.
 * @param bike Id of the bike that they are stored for.
 * @throws {FileError} If it is no such file.
 */
export function parseRideJson(
  text: string,
  file: string,
  bike: string,
): readonly Sample[] {
  const json = parseJson(text);
  const rows = typeof json === "object" && json !== null && "samples" in json &&
      Array.isArray(json.samples)
    ? json.samples
    : [];
  const samples = rows.flatMap((row: unknown) => {
    const sample = toSample(row, bike);
    return sample ? [sample] : [];
  });
  if (samples.length > 0 && samples.length === rows.length) return samples;
  throw new FileError(
    `Cannot read "${file}": it holds no samples of a ride, expected what "rides export --format json" writes`,
    file,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toSample(row: unknown, bike: string): Sample | undefined {
  if (!Array.isArray(row)) return undefined;
  const [timeMs, metric, value, beats]: readonly unknown[] = row;
  const isSound = Number.isSafeInteger(timeMs) && typeof metric === "string" &&
    isRideMetric(metric) && (value === null || Number.isFinite(value));
  if (!isSound) return undefined;
  const beatsMs = Array.isArray(beats)
    ? beats.filter((beat) => Number.isFinite(beat)).map(Number)
    : [];
  return {
    bike,
    metric,
    timeMs: Number(timeMs),
    value: value === null ? null : Number(value),
    ...(beatsMs.length > 0 && { beatsMs }),
  };
}
