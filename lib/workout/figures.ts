/**
 * How hard a workout is.
 *
 * @module
 */
import { normalizedOf } from "#lib/ride/normalized.ts";
import { powerAt, totalSecondsOf, type Workout } from "./workout.ts";

/** How hard a workout is, in its own unit; steps without a target are left out. */
interface WorkoutFigures {
  /** How long it is, in seconds. */
  readonly totalSeconds: number;
  /** Mean power. */
  readonly average: number;
  /** Highest power. */
  readonly maximum: number;
  /** Normalized power: fourth root of the mean fourth power of 30 s means, from the first full window. */
  readonly normalized: number;
}

/** Computes how hard a workout is. */
export function figuresOf(workout: Workout): WorkoutFigures {
  const steps = workout.steps.filter(({ from }) => from !== undefined);
  const seconds = steps.reduce((sum, step) => sum + step.durationSeconds, 0);
  const sum = steps.reduce(
    (sum, { from = 0, to = 0, durationSeconds }) =>
      sum + (from + to) / 2 * durationSeconds,
    0,
  );
  const highest = steps.map(({ from = 0, to = 0 }) => Math.max(from, to));
  return {
    totalSeconds: totalSecondsOf(workout),
    average: seconds > 0 ? sum / seconds : 0,
    maximum: Math.max(0, ...highest),
    normalized: normalizedOf(secondsOf(workout)),
  };
}

/** One value a second, without what has no target. */
function secondsOf({ steps }: Workout): readonly number[] {
  const end = steps.reduce((sum, step) => sum + step.durationSeconds, 0);
  const values: number[] = [];
  let index = 0;
  let start = 0;
  for (let second = 0; second < Math.round(end); second++) {
    let step = steps[index];
    while (step && second + 0.5 >= start + step.durationSeconds) {
      start += step.durationSeconds;
      step = steps[++index];
    }
    const value = step && powerAt(step, second + 0.5 - start);
    if (value !== undefined) values.push(value);
  }
  return values;
}
