/**
 * A road as a person reads it.
 *
 * @module
 */
import { climbOf, lengthOf, type Road } from "#lib/route/road.ts";

/**
 * Writes a road.
 *
 * @returns Lines: what it is, and what was found in it.
 */
export function describeRoad(road: Road): readonly string[] {
  const { format, name, segments, lapsMeters, notices } = road;
  const grades = segments.map(({ gradePercent }) => gradePercent);
  const steepest = grades.reduce((a, b) => Math.max(a, b), -Infinity);
  const lowest = grades.reduce((a, b) => Math.min(a, b), Infinity);
  const laps = lapsMeters.length > 0 ? `, ${lapsMeters.length} laps` : "";
  return [
    `${name} (${format}): ${(lengthOf(road) / 1000).toFixed(2)} km, ${
      climbOf(road).toFixed(0)
    } m up, ${lowest.toFixed(1)} to ${steepest.toFixed(1)} %${laps}`,
    ...notices.map(({ message, line }) =>
      `notice${line === undefined ? "" : ` line ${line}`}: ${message}`
    ),
  ];
}
