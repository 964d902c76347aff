/**
 * `smartbike workout`: workouts of any file, to look at and to ride.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import { RIDER_OPTIONS } from "../ride/rider_options.ts";
import { listWorkouts } from "../ride/workout_list.ts";
import { showWorkout } from "../ride/workout_show.ts";

const VERBS = new Map<
  string,
  (input: CommandInput, context: CliContext) => Promise<void>
>([
  ["list", listWorkouts],
  ["show", showWorkout],
]);

/** `smartbike workout`. */
export const workoutCommand: CommandDefinition = {
  name: "workout",
  summary: "list and show workouts: ZWO, ERG, MRC, CRS",
  operands: "list|show [FILE|NAME]",
  operandWords: [...VERBS.keys()],
  options: [
    { flags: "--json", description: "print one JSON value" },
    ...RIDER_OPTIONS,
  ],
  details:
    `"list" names the program's own workouts, and the files of a folder. "show" prints
steps, texts and figures of one, and notices: what readers of such files
disagree on, and what was made of it. A file that cannot be read is refused
with the line and the reason.`,
  examples: [
    "workout list",
    "workout show threshold --ftp 250",
  ],
  permissions: [],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const [verb = "list", ...operands] = input.operands;
  const act = VERBS.get(verb);
  if (act) return await act({ ...input, operands }, context);
  const verbs = [...VERBS.keys()];
  throw new UsageError(
    `Cannot ${verb} workouts: expected ${verbs.join(", ")}${
      didYouMean(verb, verbs)
    }`,
    verb,
  );
}
