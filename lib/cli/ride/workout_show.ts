/**
 * `smartbike workout show`.
 *
 * @module
 */
import { Limits } from "#lib/bike/limits.ts";
import { UsageError } from "#lib/base/errors.ts";
import { toRoadJson } from "#lib/route/road_json.ts";
import { aboveLimits } from "#lib/workout/above_limits.ts";
import { toWorkoutJson } from "#lib/workout/workout_json.ts";
import type { CliContext, CommandInput } from "../command.ts";
import { loadConfig, requireSound } from "../options/config_options.ts";
import { missingOperand } from "../options/missing_operand.ts";
import { fileName } from "./handed_file.ts";
import { riderOf } from "./rider_options.ts";
import { describeRoad } from "./road_text.ts";
import { findWorkout } from "./workout_source.ts";
import { describeWorkout } from "./workout_text.ts";

/**
 * Shows a workout.
 *
 * @param context What to work with.
 * @throws {FileError} If its file cannot be read.
 */
export async function showWorkout(
  input: CommandInput,
  context: CliContext,
): Promise<void> {
  const { operands, options } = input;
  const { io, output } = context;
  const name = oneOperand(operands, "workout");
  const { config } = requireSound(await loadConfig(input, context), context);
  const rider = riderOf(config);
  const { workout, road } = await findWorkout(name, io);
  const isJson = options.flag("json");
  if (road) {
    if (isJson) output.line(JSON.stringify(toRoadJson(road, fileName(name))));
    else for (const line of describeRoad(road)) output.line(line);
    return;
  }
  const limit = new Limits(config.limits).get("targetPowerWatts");
  const notices = [
    ...workout.notices,
    ...aboveLimits(workout, rider, limit),
  ];
  const noted = { ...workout, notices };
  if (isJson) {
    output.line(JSON.stringify(toWorkoutJson(noted, fileName(name), rider)));
  } else for (const line of describeWorkout(noted, rider)) output.line(line);
}

/**
 * Takes the one operand of a verb.
 *
 * @param operands What follows the verb.
 * @throws {UsageError} If there is none, or more.
 */
export function oneOperand(operands: readonly string[], what: string): string {
  const [first, extra] = operands;
  if (first === undefined) {
    const missing = { operand: what.toUpperCase(), expected: [`one ${what}`] };
    throw missingOperand(`use a ${what}`, missing);
  }
  if (extra === undefined) return first;
  throw new UsageError(
    `Cannot use "${operands.join(" ")}": expected one ${what}`,
    extra ?? what,
  );
}
