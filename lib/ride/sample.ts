/**
 * What is recorded of a ride.
 *
 * @module
 */

/** What is recorded: metres a second, turns a minute, watts, beats a minute, percent; `distance` is metres from the start. */
const RIDE_METRICS = [
  "speed",
  "cadence",
  "power",
  "heartrate",
  "incline",
  "resistance",
  "fan",
  "grade",
  "distance",
] as const;

/** What is recorded. */
export type RideMetric = (typeof RIDE_METRICS)[number];

/**
 * Checks whether a text names something that is recorded.
 *
 * @returns True for a {@linkcode RideMetric}.
 */
export function isRideMetric(text: string): text is RideMetric {
  return RIDE_METRICS.some((metric) => metric === text);
}

/** A value at a moment. There is one for each bike, metric and time. */
export interface Sample {
  /** Id of the bike. */
  readonly bike: string;
  /** What was measured. */
  readonly metric: RideMetric;
  /** When, in whole milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
  /** The value; null where from then on there is none. */
  readonly value: number | null;
  /** Times between heart beats since the sample before, in milliseconds. */
  readonly beatsMs?: readonly number[];
}

/** A ride: a stretch of time in which the pedals turn, with pauses of less than {@linkcode PAUSE_MS}. */
export interface Ride {
  /** Its id: the bike's, and when it began. */
  readonly id: string;
  /** Id of the bike. */
  readonly bike: string;
  /** The first turn, in milliseconds since 1970-01-01 UTC. */
  readonly startMs: number;
  /** The last turn so far, in milliseconds since 1970-01-01 UTC. */
  readonly endMs: number;
  /** Whether its end was noticed. */
  readonly isEnded: boolean;
}

/** A ride is over when nothing has turned for so long, in milliseconds. */
export const PAUSE_MS = 120_000;

/**
 * Checks whether a sample shows that somebody rides.
 *
 * @returns True for a speed, cadence or power above zero.
 */
export function isMotion({ metric, value }: Sample): boolean {
  return value !== null && value > 0 &&
    (metric === "speed" || metric === "cadence" || metric === "power");
}

/**
 * The id of a ride.
 *
 * @param startMs When it begins, in milliseconds since 1970-01-01 UTC.
 * @returns For example `000001-20261130T060852Z`.
 */
export function rideId(bike: string, startMs: number): string {
  const time = new Date(startMs).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${bike}-${time}`;
}
