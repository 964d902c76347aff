/**
 * A workout as a person reads it.
 *
 * @module
 */
import { figuresOf } from "#lib/workout/figures.ts";
import {
  type RiderSettings,
  wattsPerUnit,
  type Workout,
  type WorkoutStep,
} from "#lib/workout/workout.ts";
import { clockText, tableLines } from "./time_text.ts";

/**
 * Writes a workout.
 *
 * @param rider The rider, as far as known.
 * @returns Lines: what it is, its steps, its texts and what was found in it.
 */
export function describeWorkout(
  workout: Workout,
  rider: Partial<RiderSettings>,
): readonly string[] {
  const { format, name, steps, texts, notices } = workout;
  const figures = figuresOf(workout);
  const power = powerText(workout, rider);
  const rows = steps.map((step) => [
    clockText(step.startSeconds),
    clockText(step.durationSeconds),
    targetText(step, power),
    cadenceText(step),
  ]);
  const head = [
    `${name} (${format}): ${
      clockText(figures.totalSeconds)
    }, ${steps.length} steps`,
    ...figures.maximum > 0
      ? [
        `average ${power(figures.average)}, normalized ${
          power(figures.normalized)
        }, highest ${power(figures.maximum)}`,
      ]
      : [],
  ];
  return [
    ...head,
    ...tableLines([["START", "LENGTH", "TARGET", "CADENCE"], ...rows]),
    ...texts.length > 0
      ? tableLines([
        ["AT", "TEXT"],
        ...texts.map(({ atSeconds, text }) => [clockText(atSeconds), text]),
      ])
      : [],
    ...notices.map(({ message, line }) =>
      `notice${line === undefined ? "" : ` line ${line}`}: ${message}`
    ),
  ];
}

/** Writes a power in watts where that is known, else as the file has it. */
function powerText(
  workout: Workout,
  rider: Partial<RiderSettings>,
): (value: number) => string {
  const factor = wattsPerUnit(workout, rider);
  return (value) =>
    factor === undefined
      ? `${Math.round(value * 100)} %`
      : `${Math.round(value * factor)} W`;
}

function targetText(
  step: WorkoutStep,
  power: (value: number) => string,
): string {
  const { kind, from = 0, to = 0, gradePercent, resistancePercent } = step;
  switch (kind) {
    case "steady":
      return power(from);
    case "ramp":
      return `${power(from)} to ${power(to)}`;
    case "free":
      return "free";
    case "max":
      return "all you have";
    case "slope":
      return `slope ${gradePercent} %`;
    case "level":
      return `resistance ${resistancePercent} %, incline ${step.inclinePercent} %`;
  }
}

function cadenceText({ cadenceRpm, cadenceRangeRpm }: WorkoutStep): string {
  if (cadenceRpm !== undefined) return `${cadenceRpm} rpm`;
  return cadenceRangeRpm ? `${cadenceRangeRpm.join(" to ")} rpm` : "";
}
