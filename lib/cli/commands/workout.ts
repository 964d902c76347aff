/**
 * `smartbike workout`: workouts of any file, to look at and to ride.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { CONFIG_OPTIONS } from "../options/config_options.ts";
import { listWorkouts } from "../ride/workout_list.ts";
import { runVerb, runWorkout } from "../ride/workout_run.ts";
import { showWorkout } from "../ride/workout_show.ts";

/** What can be done with workouts. */
const WORKOUT_VERBS: ReadonlyMap<
  string,
  (input: CommandInput, context: CliContext) => Promise<void>
> = new Map([
  ["list", listWorkouts],
  ["show", showWorkout],
  ["run", runWorkout],
  ["pause", runVerb("pause")],
  ["resume", runVerb("resume")],
  ["skip", runVerb("skip")],
  ["back", runVerb("back")],
  ["harder", runVerb("increase")],
  ["easier", runVerb("decrease")],
  ["stop", runVerb("stop")],
]);

/** Verbs that others use, by the one that is meant. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["ride", "run"],
  ["start", "run"],
  ["play", "run"],
  ["end", "stop"],
]);

/** `smartbike workout`. */
export const workoutCommand: CommandBody = {
  operands:
    "list|show|run|pause|resume|skip|back|harder|easier|stop [FILE|NAME]",
  operandWords: [...WORKOUT_VERBS.keys()],
  options: [
    { flags: "--json", description: "print one JSON value" },
    {
      flags: "--detach",
      description:
        "the workout goes on where this program ends without a word (default: the bike then ends it)",
    },
    ...CONFIG_OPTIONS,
    ...settingOptions(
      SETTINGS.rider.members.ftpWatts,
      SETTINGS.rider.members.intensityPercent,
      SETTINGS.bike.members.id,
      SETTINGS.broker,
    ),
  ],
  details:
    `"list" names the program's own workouts, and the files of a folder. "show"
prints steps, texts and figures of one, and notices: what readers of such files
disagree on, and what was made of it. A file that cannot be read is refused
with the line and the reason.

"run" has a bike ride one ("smartbike start" or "driver" runs the bike), and
prints each step; Ctrl-C ends it. However it ends, the brake is let go: also
10 s after this program or its connection is gone. In a terminal it takes keys:
+ and - change it by 5 %, space pauses and resumes, s skips, b goes back, q
ends it. From another terminal, "pause", "resume", "skip" and "back" do what
they say, and "harder" and "easier" change it by 5 %.`,
  permissions: ["net", "write", "sys"],
  run: (input, context) => runVerbOf(WORKOUT_VERBS, input, context),
};

/**
 * Carries out the verb that a command line begins with.
 *
 * @param verbs The verbs; the first is that of a command line without one.
 * @param context What to work with.
 * @throws {UsageError} If there is no such verb.
 */
export async function runVerbOf(
  verbs: typeof WORKOUT_VERBS,
  input: CommandInput,
  context: CliContext,
): Promise<void> {
  const names = [...verbs.keys()];
  const [verb = names[0] ?? "", ...operands] = input.operands;
  const act = verbs.get(verb);
  if (act) return await act({ ...input, operands }, context);
  const meant = OTHER_WORDS.get(verb);
  const question = meant === undefined
    ? didYouMean(verb, names)
    : `, did you mean "${meant}"?`;
  throw new UsageError(
    `Cannot ${verb} workouts: expected ${names.join(", ")}${question}`,
    verb,
  );
}
