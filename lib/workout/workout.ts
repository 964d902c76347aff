/**
 * A workout, whatever file it came from.
 *
 * @module
 */

/** The files that are read as workouts. */
const WORKOUT_FORMATS = ["zwo", "erg", "mrc"] as const;

/** A file that is read as a workout, or `built-in` for one of the program's own. */
type WorkoutFormat = (typeof WORKOUT_FORMATS)[number] | "built-in";

/** What the numbers of a workout are: fractions of the rider's FTP, or watts. */
export type PowerUnit = "fraction of FTP" | "W";

/**
 * What a step asks for: a power that holds (`steady`) or changes evenly
 * (`ramp`), nothing (`free`), all that the rider has (`max`), a road (`slope`),
 * or a resistance and an inclination (`level`).
 */
const STEP_KINDS = [
  "steady",
  "ramp",
  "free",
  "max",
  "slope",
  "level",
] as const;

/** What a step asks for. */
type StepKind = (typeof STEP_KINDS)[number];

/** A step of a workout. */
export interface WorkoutStep {
  /** When it begins, in seconds from the start of the workout. */
  readonly startSeconds: number;
  /** How long it lasts, in seconds. */
  readonly durationSeconds: number;
  /** What it asks for. */
  readonly kind: StepKind;
  /** Power at its start, in the workout's unit; only of `steady` and `ramp`. */
  readonly from?: number;
  /** Power at its end, in the workout's unit; only of `steady` and `ramp`. */
  readonly to?: number;
  /** Cadence that the rider is to hold, in turns a minute. */
  readonly cadenceRpm?: number;
  /** Cadence that the rider is to stay within, in turns a minute. */
  readonly cadenceRangeRpm?: readonly [low: number, high: number];
  /** Gradient of the road; only of `slope`. */
  readonly gradePercent?: number;
  /** Resistance of the brake, 0 to 100 percent; only of `level`. */
  readonly resistancePercent?: number;
  /** Inclination; only of `level`. */
  readonly inclinePercent?: number;
}

/** A text that is shown to the rider. */
export interface WorkoutText {
  /** When, in seconds from the start of the workout. */
  readonly atSeconds: number;
  /** The text. */
  readonly text: string;
  /** How long, in seconds; undefined where the file does not say. */
  readonly durationSeconds?: number;
}

/** Something in a file that readers disagree on, or that was left out. */
export interface Notice {
  /** Stable identifier, for example `cooldown_direction`. */
  readonly code: string;
  /** What was found, and what was made of it. */
  readonly message: string;
  /** Line of the file, from 1, where it is one. */
  readonly line?: number;
}

/** A workout. */
export interface Workout {
  /** What it came from. */
  readonly format: WorkoutFormat;
  /** Its name; the file's where it has none. */
  readonly name: string;
  /** What its author says of it. */
  readonly description?: string;
  /** Who made it. */
  readonly author?: string;
  /** What the file says it is for, as written there, for example `bike`. */
  readonly sport?: string;
  /** The FTP that its watts were made for. */
  readonly fileFtpWatts?: number;
  /** The FTP that holds for this workout, whatever the rider's is. */
  readonly ftpOverrideWatts?: number;
  /** What the numbers of its steps are. */
  readonly unit: PowerUnit;
  /** Its steps, without gaps. */
  readonly steps: readonly WorkoutStep[];
  /** Its texts, in the order of their times. */
  readonly texts: readonly WorkoutText[];
  /** Where laps begin, in seconds from its start. */
  readonly lapsSeconds: readonly number[];
  /** What was found in the file. */
  readonly notices: readonly Notice[];
}

/** How hard a workout is for a rider. */
export interface RiderSettings {
  /** The rider's functional threshold power, in watts. */
  readonly ftpWatts: number;
  /**
   * What all powers are multiplied with, 0.5 to 1.5.
   *
   * @default {1}
   */
  readonly intensity?: number;
}

/**
 * How many watts one of the workout's numbers is for a rider.
 *
 * @param rider The rider; undefined where the FTP is not known.
 * @returns The factor; undefined where the workout needs an FTP and nobody knows it.
 */
export function wattsPerUnit(
  { unit, fileFtpWatts, ftpOverrideWatts }: Pick<
    Workout,
    "unit" | "fileFtpWatts" | "ftpOverrideWatts"
  >,
  rider: Partial<RiderSettings> = {},
): number | undefined {
  const { intensity = 1 } = rider;
  const ftp = ftpOverrideWatts ?? rider.ftpWatts;
  if (unit === "fraction of FTP") {
    return ftp === undefined ? undefined : ftp * intensity;
  }
  const scale = fileFtpWatts !== undefined && rider.ftpWatts !== undefined
    ? rider.ftpWatts / fileFtpWatts
    : 1;
  return scale * intensity;
}

/**
 * How long a workout is.
 *
 * @returns Seconds.
 */
export function totalSecondsOf({ steps }: Pick<Workout, "steps">): number {
  return steps.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
}

/**
 * What a step asks for at a moment.
 *
 * @param seconds Time since its start.
 * @returns Power in the workout's unit; undefined where it asks for none.
 */
export function powerAt(
  { durationSeconds, from, to }: WorkoutStep,
  seconds: number,
): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  const part = Math.min(1, Math.max(0, seconds / durationSeconds));
  return from + (to - from) * part;
}
