/**
 * Reports of a workout.
 *
 * @module
 */
import type { ProfileBlock } from "#lib/workout/profile.ts";
import type { RunState } from "#lib/workout/run_state.ts";
import type { Target } from "#lib/workout/target.ts";

/** What a report holds besides the state. */
interface ReportExtras {
  /** When, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
  /** The FTP that a test has come to, in watts. */
  readonly measuredFtpWatts?: number | undefined;
}

/**
 * Writes how a workout stands: names end in their unit, `value` is its state.
 *
 * @param extras What else is known.
 */
export function stringifyRunState(
  { state, progress, target, text, ended, averageWatts, ...rest }: RunState,
  { timeMs, measuredFtpWatts }: ReportExtras,
): string {
  const unit = progress?.unit === "m" ? "Meters" : "Seconds";
  return JSON.stringify({
    value: state,
    timestamp: timeMs / 1000,
    name: progress?.name,
    ...progress && {
      [`position${unit}`]: tenth(progress.position),
      [`total${unit}`]: tenth(progress.total),
      step: progress.step,
      stepCount: progress.stepCount,
      [`stepRemaining${unit}`]: tenth(progress.stepRemaining),
      cadenceRpm: progress.cadenceRpm,
      cadenceRangeRpm: progress.cadenceRangeRpm,
    },
    target: target && describeTarget(target),
    isEased: rest.isEased,
    adjusted: rest.adjusted,
    text,
    ended,
    averageWatts: averageWatts === undefined ? undefined : tenth(averageWatts),
    ftpWatts: measuredFtpWatts === undefined
      ? undefined
      : Math.round(measuredFtpWatts * 100) / 100,
  });
}

/**
 * Writes what a workout or a road looks like as a whole.
 *
 * @param profile Its pieces; undefined where nothing is ridden.
 * @param unit What their lengths are in.
 * @returns The payload; empty where nothing is ridden.
 */
export function stringifyProfile(
  profile: readonly ProfileBlock[] | undefined,
  unit: "s" | "m" = "s",
): string {
  if (!profile) return "";
  const [length, from, to] = unit === "m"
    ? ["lengthMeters", "fromPercent", "toPercent"] as const
    : ["durationSeconds", "fromWatts", "toWatts"] as const;
  const blocks = profile.map((block) => ({
    [length]: tenth(block.length),
    [from]: block.from,
    [to]: block.to,
  }));
  return JSON.stringify({ blocks });
}

function describeTarget(target: Target): Readonly<Record<string, unknown>> {
  return target.kind === "road"
    ? { ...target, gradePercent: tenth(target.gradePercent) }
    : target;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
