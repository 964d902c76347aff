/**
 * Where a command finds a workout: the program's own, or a file.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { decodeText } from "#lib/base/text_file.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import { parseCrs } from "#lib/route/crs.ts";
import type { Road } from "#lib/route/road.ts";
import { readCourseFile } from "#lib/route/course_file.ts";
import { MAX_WORKOUT_BYTES, readWorkout } from "#lib/workout/read_workout.ts";
import { sessionOf, SESSIONS } from "#lib/workout/sessions.ts";
import type { Workout } from "#lib/workout/workout.ts";
import type { CliIo } from "../io.ts";
import { fileName, readHandedFile } from "./handed_file.ts";

/** What a name stands for. */
export type WorkoutSource =
  | { readonly workout: Workout; readonly road?: undefined }
  | { readonly workout?: undefined; readonly road: Road };

/**
 * Finds a workout.
 *
 * @param name The name of one of the program's own, or the path of a file.
 * @param io Reads files.
 * @returns The workout; a road where the file is a course of distances.
 * @throws {UsageError} If it is no name and looks like no file.
 * @throws {FileError} If the file cannot be read.
 */
export async function findWorkout(
  name: string,
  io: CliIo,
): Promise<WorkoutSource> {
  const session = SESSIONS.find((own) => own === name.toLowerCase());
  if (session) return { workout: sessionOf(session) };
  if (!/[./\\]/.test(name)) {
    throw new UsageError(
      `Cannot find workout "${name}": expected a file, or one of ${
        SESSIONS.join(", ")
      }${didYouMean(name, SESSIONS)}`,
      name,
    );
  }
  const bytes = await readHandedFile(io, name, MAX_WORKOUT_BYTES);
  const file = fileName(name);
  if (isCourse(bytes, file)) {
    return { road: parseCrs(decodeText(bytes).text, file) };
  }
  return { workout: readWorkout(bytes, file) };
}

/** Whether the file is a course of distances, by what it holds or else its ending. */
function isCourse(bytes: Uint8Array, file: string): boolean {
  const { text } = decodeText(bytes);
  if (/^\s*</.test(text)) return false;
  if (!/^\s*(\[|;)/.test(text)) return false;
  if (/\.crs$/i.test(file)) return true;
  return /^\s*;?\s*DISTANCE\s+GRADE/im.test(text) &&
    readCourseFile(text, file).columns === "distance";
}
