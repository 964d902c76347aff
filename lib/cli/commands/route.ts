/**
 * `smartbike route`: roads of GPX, TCX and CRS files, to look at and to ride.
 *
 * @module
 */
import { FileError } from "#lib/base/store_errors.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { CONFIG_OPTIONS } from "../options/config_options.ts";
import { runVerb, runWorkout } from "../ride/workout_run.ts";
import { oneOperand, showWorkout } from "../ride/workout_show.ts";
import { findWorkout } from "../ride/workout_source.ts";
import { runVerbOf } from "./workout.ts";

/** What can be done with roads: the same as with workouts, and they go on with the rider's speed. */
const VERBS = new Map([
  ["show", onRoad(showWorkout)],
  ["run", onRoad(runWorkout)],
  ["pause", runVerb("pause")],
  ["resume", runVerb("resume")],
  ["stop", runVerb("stop")],
]);

/** `smartbike route`. */
export const routeCommand: CommandBody = {
  operands: "show|run|pause|resume|stop [FILE]",
  operandWords: [...VERBS.keys()],
  options: [
    { flags: "--json", description: "print one JSON value" },
    {
      flags: "--detach",
      description:
        "the road goes on where this program ends without a word (default: the bike then ends it)",
    },
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.bike.members.id, SETTINGS.broker),
  ],
  details:
    `A road is cut into pieces of 20 m, its heights are smoothed, and what is steeper
than any road is ridden at 25 %. The bike's brake imitates its gradient, within
the bike's limits, as fast as the rider is. A file without heights or without
a track is refused.

In a terminal "run" takes keys: + and - shift the virtual gear (of a bike with
--gears), space pauses and resumes, q ends it.`,
  permissions: ["net", "write", "sys"],
  run: (input, context) => runVerbOf(VERBS, input, context),
};

/** Refuses what is no road. */
function onRoad(act: typeof showWorkout): typeof showWorkout {
  return async (input: CommandInput, context: CliContext) => {
    const name = oneOperand(input.operands, "file");
    const { road } = await findWorkout(name, context.io);
    if (road) return await act(input, context);
    throw new FileError(
      `Cannot read "${name}": it is a workout, expected a road of GPX, TCX or CRS`,
      name,
    );
  };
}
