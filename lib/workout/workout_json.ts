/**
 * A workout as JSON, for programs.
 *
 * @module
 */
import { figuresOf } from "./figures.ts";
import {
  type RiderSettings,
  wattsPerUnit,
  type Workout,
  type WorkoutStep,
} from "./workout.ts";

/** JSON of a workout: names end in their unit, `S` is seconds. */
type WorkoutJson = Readonly<Record<string, unknown>>;

/**
 * Writes a workout: its steps and texts, its total, average, maximum and
 * normalized power in its own unit, and in watts where the rider's FTP is
 * known.
 *
 * @param file The file it was read from.
 * @param rider The rider, as far as known.
 */
export function toWorkoutJson(
  workout: Workout,
  file: string,
  rider: Partial<RiderSettings> = {},
): WorkoutJson {
  const figures = figuresOf(workout);
  const factor = wattsPerUnit(workout, rider);
  const watts = (value: number) =>
    factor === undefined ? undefined : Math.round(value * factor);
  return {
    file,
    format: workout.format,
    name: workout.name,
    description: workout.description,
    author: workout.author,
    sport: workout.sport ?? null,
    fileFtp: workout.fileFtpWatts ?? null,
    ftpOverride: workout.ftpOverrideWatts ?? null,
    unit: workout.unit,
    steps: workout.steps.map((step) => stepJson(step, watts)),
    texts: workout.texts.map(({ atSeconds, text, durationSeconds }) => ({
      atS: atSeconds,
      text,
      durationS: durationSeconds ?? null,
    })),
    lapsS: workout.lapsSeconds,
    totalS: digits(figures.totalSeconds, 3),
    stepCount: workout.steps.length,
    average: digits(figures.average, 5),
    averageWatts: watts(figures.average),
    maximum: digits(figures.maximum, 5),
    maximumWatts: watts(figures.maximum),
    normalized: digits(figures.normalized, 5),
    normalizedWatts: watts(figures.normalized),
    notices: workout.notices,
  };
}

function stepJson(
  step: WorkoutStep,
  watts: (value: number) => number | undefined,
): WorkoutJson {
  const { kind, from, to, cadenceRpm, cadenceRangeRpm, gradePercent } = step;
  return {
    startS: step.startSeconds,
    durationS: step.durationSeconds,
    kind,
    from,
    to,
    fromWatts: from === undefined ? undefined : watts(from),
    toWatts: to === undefined ? undefined : watts(to),
    cadence: cadenceRpm,
    cadenceRange: cadenceRangeRpm,
    gradePercent,
    resistancePercent: step.resistancePercent,
    inclinePercent: step.inclinePercent,
  };
}

function digits(value: number, count: number): number {
  return Number(value.toFixed(count));
}
