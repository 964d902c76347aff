/**
 * A road as JSON, for programs.
 *
 * @module
 */
import { climbOf, lengthOf, type Road } from "./road.ts";

/**
 * Writes a road: names end in their unit, `M` is metres.
 *
 * @param file The file it was read from.
 */
export function toRoadJson(
  road: Road,
  file: string,
): Readonly<Record<string, unknown>> {
  const { format, name, segments, lapsMeters, notices } = road;
  const grades = segments.map(({ gradePercent }) => gradePercent);
  return {
    file,
    format,
    name,
    segments: segments.map((segment) => ({
      distanceM: digits(segment.lengthMeters),
      gradePercent: digits(segment.gradePercent),
      windKmh: digits(segment.windMetersPerSecond * 3.6),
    })),
    totalM: digits(lengthOf(road)),
    climbM: digits(climbOf(road)),
    maxGradePercent: digits(grades.reduce((a, b) => Math.max(a, b), -Infinity)),
    minGradePercent: digits(grades.reduce((a, b) => Math.min(a, b), Infinity)),
    laps: lapsMeters.length,
    notices,
  };
}

function digits(value: number): number {
  return Number(value.toFixed(2));
}
