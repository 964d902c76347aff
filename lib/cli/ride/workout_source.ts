/**
 * Where a command finds a workout: the program's own, or a file.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { fileError } from "#lib/base/text_file.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import { MAX_ROAD_BYTES, readRoad } from "#lib/route/read_road.ts";
import type { Road } from "#lib/route/road.ts";
import { MAX_WORKOUT_BYTES, readWorkout } from "#lib/workout/read_workout.ts";
import { sessionOf, SESSIONS } from "#lib/workout/sessions.ts";
import type { Workout } from "#lib/workout/workout.ts";
import type { CliIo } from "../io.ts";
import { fileName, readHandedFile } from "./handed_file.ts";

/** What a name stands for. */
type WorkoutSource =
  | { readonly workout: Workout; readonly road?: undefined }
  | { readonly workout?: undefined; readonly road: Road };

/**
 * Finds a workout.
 *
 * @param name The name of one of the program's own, or the path of a file.
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
  const bytes = await readHandedFile(io, name, MAX_ROAD_BYTES);
  const file = fileName(name);
  const road = readRoad(bytes, file);
  if (road) return { road };
  if (bytes.length <= MAX_WORKOUT_BYTES) {
    return { workout: readWorkout(bytes, file) };
  }
  throw fileError(
    file,
    undefined,
    `it has ${bytes.length} bytes, expected at most ${MAX_WORKOUT_BYTES}`,
  );
}
