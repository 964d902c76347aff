/**
 * CRS courses: pieces of road with gradient and wind.
 *
 * @module
 */
import { fileError } from "#lib/base/text_file.ts";
import { readCourseFile } from "./course_file.ts";
import type { Road, RoadSegment } from "./road.ts";

const METERS_PER_MILE = 1609.344;

/** The longest course, in metres. */
const MAX_LENGTH_METERS = 2_000_000;

/**
 * Reads a CRS file.
 *
 * @param file Its name, for errors.
 * @throws {FileError} If it cannot be read, with the line and the reason.
 */
export function parseCrs(text: string, file: string): Road {
  const { header, rows, laps, notices } = readCourseFile(text, file);
  const unitMeters = header.isEnglish ? METERS_PER_MILE : 1000;
  const ends: number[] = [0];
  const segments = rows.map(({ numbers, line }): RoadSegment => {
    const [length, grade, wind = 0, ...more] = numbers;
    if (length === undefined || grade === undefined || more.length > 0) {
      throw fileError(
        file,
        line,
        `it has ${numbers.length} columns, expected length, grade and wind`,
      );
    }
    if (
      !(length > 0) || !(Math.abs(grade) <= 100) || !(Math.abs(wind) <= 200)
    ) {
      throw fileError(
        file,
        line,
        "its length, grade or wind is out of range, expected a length above 0, a grade to 100 % and a wind to 200",
      );
    }
    const lengthMeters = length * unitMeters;
    ends.push((ends.at(-1) ?? 0) + lengthMeters);
    const windMetersPerSecond = wind * unitMeters / 3600;
    return { lengthMeters, gradePercent: grade, windMetersPerSecond };
  });
  if (segments.length === 0) {
    throw fileError(file, undefined, "it has no rows of data, expected some");
  }
  if ((ends.at(-1) ?? 0) > MAX_LENGTH_METERS) {
    throw fileError(
      file,
      undefined,
      `it is longer than ${MAX_LENGTH_METERS / 1000} km, expected less`,
    );
  }
  return {
    format: "crs",
    name: header.description || header.name || file,
    segments,
    lapsMeters: laps.map(({ position }) => ends[position] ?? 0),
    notices,
  };
}
