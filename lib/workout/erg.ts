/**
 * ERG and MRC workouts: points of time and power.
 *
 * @module
 */
import {
  type CourseFile,
  type DataRow,
  readCourseFile,
} from "#lib/route/course_file.ts";
import { round, StepCollector } from "./steps.ts";
import type { PowerUnit, Workout } from "./workout.ts";

/** The highest number that is taken for watts, and for percents. */
const MAX_WATTS = 5000;
const MAX_PERCENT = 1000;

interface Point {
  readonly seconds: number;
  readonly power: number;
  readonly line: number;
}

/**
 * Reads an ERG or MRC file.
 *
 * @param file Its name, for errors.
 * @param format What its name says it is; it counts where the file has no line of units.
 * @throws {FileError} If it cannot be read, with the line and the reason.
 */
export function parseErg(
  text: string,
  file: string,
  format: "erg" | "mrc",
): Workout {
  const course = readCourseFile(text, file);
  const collector = new StepCollector(file);
  for (const { code, message, line } of course.notices) {
    collector.note(code, message, line);
  }
  const isWatts = unitOf(course, collector, format) === "W";
  const points = toPoints(course.rows, isWatts, collector);
  addSteps(points, collector);
  for (const { line, text, atSeconds, durationSeconds } of course.texts) {
    collector.addText({
      atSeconds,
      text,
      ...(durationSeconds !== undefined && { durationSeconds }),
    }, line);
  }
  const { description, name, ftpWatts } = course.header;
  if (isWatts && ftpWatts === undefined) {
    collector.note(
      "absolute_watts",
      "It has no FTP: its watts are ridden as they are, whatever the rider's FTP",
    );
  }
  return {
    format,
    name: description || name || file,
    ...(ftpWatts !== undefined && isWatts && { fileFtpWatts: ftpWatts }),
    unit: isWatts ? "W" : "fraction of FTP",
    steps: collector.steps,
    texts: collector.texts,
    lapsSeconds: course.laps.map(({ position }) => round(position * 60)),
    notices: collector.notices,
  };
}

function unitOf(
  { columns, header }: CourseFile,
  collector: StepCollector,
  format: "erg" | "mrc",
): PowerUnit {
  if (columns === "watts") return "W";
  if (columns === "percent") {
    if (header.ftpWatts !== undefined) {
      collector.note(
        "percent_with_ftp",
        "Percents are of the rider's FTP, whatever FTP the file names",
      );
    }
    return "fraction of FTP";
  }
  const unit = format === "erg" ? "watts" : "percents of FTP";
  collector.note(
    "no_unit",
    `It does not say what its numbers are: taken for ${unit}, by its ending`,
  );
  return format === "erg" ? "W" : "fraction of FTP";
}

function toPoints(
  rows: readonly DataRow[],
  isWatts: boolean,
  collector: StepCollector,
): readonly Point[] {
  const max = isWatts ? MAX_WATTS : MAX_PERCENT;
  return rows.map(({ numbers, line }) => {
    const [minutes, power, ...more] = numbers;
    if (minutes === undefined || power === undefined || more.length > 0) {
      return collector.fail(
        line,
        `it has ${numbers.length} columns, expected minutes and power`,
      );
    }
    if (!(minutes >= 0 && minutes <= 48 * 60)) {
      collector.fail(
        line,
        `its time is ${minutes}, expected 0 to 2880 minutes`,
      );
    }
    if (!(power >= 0 && power <= max)) {
      collector.fail(line, `its power is ${power}, expected 0 to ${max}`);
    }
    const value = isWatts ? power : round(power / 100);
    return { seconds: minutes * 60, power: value, line };
  });
}

/** Each pair of points is a step; pairs at one time are a jump. */
function addSteps(points: readonly Point[], collector: StepCollector): void {
  const [first, second] = points;
  if (!first || !second) {
    return collector.fail(
      first?.line,
      `it has ${points.length} rows of data, expected at least two`,
    );
  }
  if (first.seconds > 0) {
    collector.note(
      "late_start",
      "Its first point is not at 0: readers disagree, that power holds from the start",
      first.line,
    );
    addStep({ ...first, seconds: 0 }, first, collector);
  }
  for (const [i, point] of points.entries()) {
    const before = points[i - 1];
    if (!before) continue;
    if (point.seconds < before.seconds) {
      collector.fail(
        point.line,
        `its time goes back to ${
          round(point.seconds / 60)
        } minutes, expected at least ${round(before.seconds / 60)}`,
      );
    }
    addStep(before, point, collector);
  }
  if (collector.steps.length === 0) {
    collector.fail(
      first.line,
      "all its points are at one time, expected steps",
    );
  }
}

function addStep(from: Point, to: Point, collector: StepCollector): void {
  const durationSeconds = round(to.seconds - from.seconds);
  if (durationSeconds === 0) return;
  const kind = from.power === to.power ? "steady" : "ramp";
  const power = { from: from.power, to: to.power };
  collector.add({ durationSeconds, kind, ...power }, to.line);
}
