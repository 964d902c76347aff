/**
 * `smartbike workout list`.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";
import { figuresOf } from "#lib/workout/figures.ts";
import { WORKOUT_ENDINGS } from "#lib/workout/read_workout.ts";
import {
  SESSION_SUMMARIES,
  sessionOf,
  SESSIONS,
} from "#lib/workout/sessions.ts";
import type { CliContext, CommandInput } from "../command.ts";
import { clockText, tableLines } from "./time_text.ts";
import { findWorkout } from "./workout_source.ts";

/** A workout in a list. */
interface ListedWorkout {
  /** What "show" and "run" take. */
  readonly name: string;
  /** What it is called, and what it does. */
  readonly title: string;
  /** How long it is, in seconds; undefined where it cannot be read. */
  readonly totalS?: number;
  /** Why it cannot be read. */
  readonly error?: string;
}

/**
 * Lists the program's own workouts, and the files of a folder.
 *
 * @param context What to work with.
 */
export async function listWorkouts(
  { operands, options }: CommandInput,
  { io, output }: CliContext,
): Promise<void> {
  const own = SESSIONS.map((name): ListedWorkout => ({
    name,
    title: SESSION_SUMMARIES[name],
    totalS: figuresOf(sessionOf(name)).totalSeconds,
  }));
  const [folder] = operands;
  const names = folder === undefined ? [] : await io.listDirectory(folder);
  const files = names.toSorted().filter((name) =>
    [...WORKOUT_ENDINGS, ".crs"].some((ending) =>
      name.toLowerCase().endsWith(ending)
    )
  );
  const listed = [
    ...own,
    ...await Promise.all(
      files.map((name) => listFile(`${folder}/${name}`, { io })),
    ),
  ];
  if (options.flag("json")) return output.line(JSON.stringify(listed));
  const rows = listed.map(({ name, title, totalS, error }) => [
    name,
    totalS === undefined ? "-" : clockText(totalS),
    error ?? title,
  ]);
  for (const line of tableLines([["NAME", "LENGTH", "WHAT"], ...rows])) {
    output.line(line);
  }
}

async function listFile(
  path: string,
  { io }: Pick<CliContext, "io">,
): Promise<ListedWorkout> {
  try {
    const { workout, road } = await findWorkout(path, io);
    if (road) return { name: path, title: `${road.name} (road)` };
    const { totalSeconds } = figuresOf(workout);
    return { name: path, title: workout.name, totalS: totalSeconds };
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    return { name: path, title: "", error: error.message };
  }
}
