/**
 * Workout files of any format.
 *
 * @module
 */
import { decodeText, fileError } from "#lib/base/text_file.ts";
import { parseErg } from "./erg.ts";
import type { Workout } from "./workout.ts";
import { parseZwo } from "./zwo.ts";

/** The largest workout file that is read, in bytes. */
export const MAX_WORKOUT_BYTES = 4 * 1024 * 1024;

/** Endings of the files that are read as workouts. */
export const WORKOUT_ENDINGS: readonly string[] = [".zwo", ".erg", ".mrc"];

/**
 * Reads a workout, by what the file holds, and by its ending where that does
 * not say.
 *
 * @example Usage
 * ```ts
 * import { readWorkout } from "#lib/workout/read_workout.ts";
 * import assert from "node:assert/strict";
 *
 * const text = '<workout_file><workout><SteadyState Duration="60" Power="0.5"/></workout></workout_file>';
 * const { steps } = readWorkout(new TextEncoder().encode(text), "easy.zwo");
 * assert.equal(steps[0]?.from, 0.5);
 * ```
 *
 * @param bytes What the file holds.
 * @param file Its name, for errors, and for a workout without a name.
 * @throws {FileError} If it cannot be read, with the line and the reason.
 */
export function readWorkout(bytes: Uint8Array, file: string): Workout {
  const { text, encoding } = decodeText(bytes);
  const workout = parse(text, file);
  if (encoding !== "windows-1252") return workout;
  return {
    ...workout,
    notices: [{
      code: "encoding",
      message: "It is not in UTF-8: read as Windows-1252",
    }, ...workout.notices],
  };
}

function parse(text: string, file: string): Workout {
  const ending = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  if (/^\s*</.test(text)) return parseZwo(text, file);
  if (/^\s*\[[^\]]*\]|^\s*;/.test(text)) {
    return parseErg(text, file, ending === "mrc" ? "mrc" : "erg");
  }
  throw fileError(
    file,
    1,
    "it begins like no workout, expected ZWO (XML), ERG or MRC ([COURSE HEADER])",
  );
}
