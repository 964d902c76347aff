/**
 * The program's own workouts: the sessions of the predecessor.
 *
 * @module
 */
import { round } from "./steps.ts";
import type { Workout, WorkoutStep, WorkoutText } from "./workout.ts";

/** The sessions. */
export const SESSIONS = [
  "ramped",
  "ftp",
  "strength",
  "endurance",
  "threshold",
] as const;

/** A session. */
export type Session = (typeof SESSIONS)[number];

/** What each session is, in a few words. */
export const SESSION_SUMMARIES: Readonly<Record<Session, string>> = {
  ramped: "resistance and inclination rise every 30 s",
  ftp: "an even resistance; FTP is 95 % of the mean power",
  strength: "resistance rises by 5 % every two minutes",
  endurance: "inclination rises by 0.5 % every two minutes",
  threshold: "intervals at FTP with rests between them",
};

/** How a session is ridden. */
interface SessionOptions {
  /**
   * How long, in minutes, 1 to 60; of `threshold` one interval.
   *
   * @default {20}, 8 for `threshold`
   */
  readonly minutes?: number;
  /**
   * Resistance at the start, in percent.
   *
   * @default {24}
   */
  readonly resistancePercent?: number;
}

/** Resistance at the start of each session, and at its end. */
const REST = { resistancePercent: 24, inclinePercent: 0 } as const;

const INTERVALS = 3;
const REST_SECONDS = 120;
const COUNTDOWN = [5, 4, 3, 2, 1] as const;

/**
 * Makes a session.
 *
 * @param options How it is ridden.
 */
export function sessionOf(
  session: Session,
  options: SessionOptions = {},
): Workout {
  const { resistancePercent = REST.resistancePercent } = options;
  const minutes = Math.min(60, options.minutes ?? 20);
  const seconds = minutes * 60;
  switch (session) {
    case "ramped":
      return levels(session, seconds, 30, (i) => ({
        resistancePercent: Math.min(100, resistancePercent + 4 * i),
        inclinePercent: Math.min(19, i),
      }));
    case "ftp":
      return levels(session, seconds, seconds, () => ({
        resistancePercent,
        inclinePercent: 0,
      }));
    case "strength":
      return levels(session, seconds, 120, (i) => ({
        resistancePercent: Math.max(
          resistancePercent,
          Math.min(96, resistancePercent + 5 * i),
        ),
        inclinePercent: 0,
      }));
    case "endurance":
      return levels(session, seconds, 120, (i) => ({
        resistancePercent,
        inclinePercent: Math.min(19, 0.5 * i),
      }));
    case "threshold":
      return threshold(Math.min(60, options.minutes ?? 8) * 60);
  }
}

/** The level of the predecessor's protocol, 1 to 9, at a resistance. */
export function levelOf(resistancePercent: number): number {
  const steps = Math.max(0, (resistancePercent - REST.resistancePercent) / 4);
  return Math.min(9, 1 + 0.5 * Math.floor(steps));
}

function levels(
  session: Session,
  totalSeconds: number,
  stepSeconds: number,
  level: (
    i: number,
  ) => Pick<WorkoutStep, "resistancePercent" | "inclinePercent">,
): Workout {
  const steps: WorkoutStep[] = [];
  for (let start = 0; start < totalSeconds; start += stepSeconds) {
    steps.push({
      startSeconds: start,
      durationSeconds: Math.min(stepSeconds, totalSeconds - start),
      kind: "level",
      ...level(steps.length),
    });
  }
  return builtIn(session, steps, []);
}

function threshold(intervalSeconds: number): Workout {
  const steps: WorkoutStep[] = [];
  const texts: WorkoutText[] = [];
  let start = 0;
  const add = (durationSeconds: number, power: number) => {
    const step = { durationSeconds, from: power, to: power };
    steps.push({ startSeconds: start, kind: "steady", ...step });
    start = round(start + durationSeconds);
  };
  add(300, 0.5);
  for (let i = 0; i < INTERVALS; i++) {
    if (i > 0) add(REST_SECONDS, 0.5);
    for (const count of COUNTDOWN) {
      const atSeconds = start - count;
      texts.push({ atSeconds, text: String(count), durationSeconds: 1 });
    }
    add(intervalSeconds, 1);
  }
  add(300, 0.4);
  return builtIn("threshold", steps, texts);
}

function builtIn(
  session: Session,
  steps: readonly WorkoutStep[],
  texts: readonly WorkoutText[],
): Workout {
  return {
    format: "built-in",
    name: session,
    description: SESSION_SUMMARIES[session],
    unit: "fraction of FTP",
    steps,
    texts,
    lapsSeconds: [],
    notices: [],
  };
}
