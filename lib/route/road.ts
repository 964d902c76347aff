/**
 * A road: what a course or a track comes to.
 *
 * @module
 */

/** A piece of road. */
export interface RoadSegment {
  /** Its length, in metres. */
  readonly lengthMeters: number;
  /** Its gradient, in percent; negative is downhill. */
  readonly gradePercent: number;
  /** Headwind on it, in metres a second. */
  readonly windMetersPerSecond: number;
}

/** Something in a file that readers disagree on, or that was changed. */
export interface RoadNotice {
  /** Stable identifier. */
  readonly code: string;
  /** What was found, and what was made of it. */
  readonly message: string;
  /** Line of the file, from 1, where it is one. */
  readonly line?: number;
}

/** A road. */
export interface Road {
  /** What it came from. */
  readonly format: "gpx" | "tcx" | "crs";
  /** Its name; the file's where it has none. */
  readonly name: string;
  /** Its pieces, one behind the other. */
  readonly segments: readonly RoadSegment[];
  /** Where laps end, in metres from its start. */
  readonly lapsMeters: readonly number[];
  /** What was found in the file. */
  readonly notices: readonly RoadNotice[];
}

/** How long a road is. */
export function lengthOf({ segments }: Pick<Road, "segments">): number {
  return segments.reduce((sum, { lengthMeters }) => sum + lengthMeters, 0);
}

/**
 * How far up a road goes.
 *
 * @returns Metres, without what it goes down.
 */
export function climbOf({ segments }: Pick<Road, "segments">): number {
  return segments.reduce(
    (sum, { lengthMeters, gradePercent }) =>
      sum + lengthMeters * Math.max(0, gradePercent) / 100,
    0,
  );
}
