/**
 * What of a workout the bike will not do.
 *
 * @module
 */
import type { ValueRange } from "#lib/bike/limits.ts";
import {
  type Notice,
  type RiderSettings,
  wattsPerUnit,
  type Workout,
} from "./workout.ts";

/**
 * Notes the steps whose power the bike's limits cut.
 *
 * @param rider The rider, as far as known.
 * @param watts How far the bike's target power may go.
 * @returns Notices, one for all steps that are cut; none where the watts are not known.
 */
export function aboveLimits(
  workout: Workout,
  rider: Partial<RiderSettings>,
  { min, max }: ValueRange,
): readonly Notice[] {
  const factor = wattsPerUnit(workout, rider);
  if (factor === undefined) return [];
  const cut = (isCut: (watts: number) => boolean) =>
    workout.steps.filter(({ from, to }) =>
      from !== undefined && to !== undefined &&
      (isCut(from * factor) || isCut(to * factor))
    );
  const note = (
    code: string,
    count: number,
    limit: number,
  ): readonly Notice[] =>
    count === 0 ? [] : [{
      code,
      message: `${count} of ${workout.steps.length} steps ask for ${
        code === "above_limit" ? "more" : "less"
      } than the bike's limit of ${limit} W, and are ridden at that`,
    }];
  return [
    ...note("above_limit", cut((watts) => watts > max + 0.5).length, max),
    ...note("below_limit", cut((watts) => watts < min - 0.5).length, min),
  ];
}
