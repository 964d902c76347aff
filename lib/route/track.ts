/**
 * Points of a track to a road that a bike can imitate.
 *
 * @module
 */
import { fileError } from "#lib/base/text_file.ts";
import type { Road, RoadNotice, RoadSegment } from "./road.ts";

/** A point of a track: how far along its piece it is, and how high. */
export interface TrackPoint {
  /** Metres from the start of its piece. */
  readonly meters: number;
  /** Height, in metres; undefined where the file has none. */
  readonly elevation: number | undefined;
}

/** A track, as its file has it. */
export interface Track {
  /** Its name; empty where it has none. */
  readonly name: string;
  /** Its pieces; what lies between them is no road. */
  readonly pieces: readonly (readonly TrackPoint[])[];
}

/** How long a piece of road is, in metres. */
const STEP_METERS = 20;

/** Heights are smoothed over so much to each side, in metres. */
const SMOOTH_METERS = 40;

/** The steepest road that is ridden, in percent; what is steeper in a file is a bad height. */
const MAX_GRADE_PERCENT = 25;

/** The longest road, in metres. */
const MAX_LENGTH_METERS = 2_000_000;

/** Fewer heights than this part of the points are none. */
const MIN_HEIGHTS = 0.9;

/**
 * Makes a road of a track: evenly spaced, smoothed, no steeper than a road.
 *
 * @param file Its name, for errors.
 * @throws {FileError} If it has no track, no heights, or is too long.
 */
export function toRoad(
  { name, pieces }: Track,
  format: Road["format"],
  file: string,
): Road {
  const ridden = pieces.filter((piece) => endOf(piece) > 0);
  const problem = problemOf(ridden);
  if (problem !== undefined) throw fileError(file, undefined, problem);
  const raw = ridden.flatMap(gradesOf);
  const segments = raw.map(({ lengthMeters, gradePercent }): RoadSegment => ({
    lengthMeters,
    gradePercent: Math.min(
      MAX_GRADE_PERCENT,
      Math.max(-MAX_GRADE_PERCENT, gradePercent),
    ),
    windMetersPerSecond: 0,
  }));
  const steep =
    raw.filter(({ gradePercent }) => Math.abs(gradePercent) > MAX_GRADE_PERCENT)
      .length;
  const notices = noticesOf(ridden.length, steep, segments.length);
  return { format, name: name || file, segments, lapsMeters: [], notices };
}

function endOf(piece: readonly TrackPoint[]): number {
  return piece.at(-1)?.meters ?? 0;
}

/** Why no road can be made of it. */
function problemOf(
  pieces: readonly (readonly TrackPoint[])[],
): string | undefined {
  if (pieces.length === 0) {
    return "it has no track, expected two points or more";
  }
  const points = pieces.flat();
  const known = points.filter(({ elevation }) => elevation !== undefined);
  if (known.length < points.length * MIN_HEIGHTS) {
    return `it has heights at ${known.length} of ${points.length} points, expected a track with heights`;
  }
  const length = pieces.reduce((sum, piece) => sum + endOf(piece), 0);
  return length > MAX_LENGTH_METERS
    ? `it is longer than ${MAX_LENGTH_METERS / 1000} km, expected less`
    : undefined;
}

function noticesOf(
  pieces: number,
  steep: number,
  total: number,
): readonly RoadNotice[] {
  const gaps = {
    code: "gaps",
    message: `It has ${pieces} pieces; what lies between them is left out`,
  };
  const clamped = {
    code: "steep",
    message:
      `${steep} of ${total} pieces of ${STEP_METERS} m were steeper than ${MAX_GRADE_PERCENT} % and are ridden at that`,
  };
  return [...pieces > 1 ? [gaps] : [], ...steep > 0 ? [clamped] : []];
}

/** Grades of a piece, evenly spaced; the last one is what is left. */
function gradesOf(
  piece: readonly TrackPoint[],
): readonly { lengthMeters: number; gradePercent: number }[] {
  const points = piece.filter((
    point,
  ): point is TrackPoint & { readonly elevation: number } =>
    point.elevation !== undefined
  );
  const total = piece.at(-1)?.meters ?? 0;
  const count = Math.max(1, Math.round(total / STEP_METERS));
  const step = total / count;
  const heights = resample(points, count, step);
  const window = Math.round(SMOOTH_METERS / step);
  const smooth = heights.map((_, i) => {
    // The same reach to both sides, so that a slope stays the slope it is.
    const reach = Math.min(window, i, heights.length - 1 - i);
    const part = heights.slice(i - reach, i + reach + 1);
    return part.reduce((sum, height) => sum + height, 0) / part.length;
  });
  return Array.from({ length: count }, (_, i) => ({
    lengthMeters: step,
    gradePercent: ((smooth[i + 1] ?? 0) - (smooth[i] ?? 0)) / step * 100,
  }));
}

/** Heights at even distances, from point to point in a straight line. */
function resample(
  points: readonly { readonly meters: number; readonly elevation: number }[],
  count: number,
  step: number,
): readonly number[] {
  let index = 0;
  return Array.from({ length: count + 1 }, (_, i) => {
    const meters = i * step;
    while ((points[index + 1]?.meters ?? Infinity) <= meters) index++;
    const from = points[index];
    const to = points[index + 1];
    if (!from) return 0;
    if (!to || to.meters <= from.meters) return from.elevation;
    const part = Math.max(
      0,
      (meters - from.meters) / (to.meters - from.meters),
    );
    return from.elevation + (to.elevation - from.elevation) * part;
  });
}
