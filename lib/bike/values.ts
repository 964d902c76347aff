/**
 * What a bike measures and what can be set on it: names, types and units.
 *
 * @module
 */

/** A heart rate and what comes with it (Heart Rate Service 1.0, section 3.1). */
export interface HeartRate {
  /** 1 to 65535 beats a minute. */
  readonly rateBpm: number;
  /** Times between beats since the report before, oldest first, in milliseconds. */
  readonly rrIntervalsMs: readonly number[];
  /** Whether the sensor touches skin; undefined where it cannot detect that. */
  readonly contact?: boolean | undefined;
}

/** The road that a trainer imitates (Fitness Machine Service 1.0, section 4.16.2.18). */
export interface SimulationParameters {
  /** Gradient, in percent; negative is downhill. */
  readonly gradePercent: number;
  /** Headwind, in metres a second; negative is a tailwind. */
  readonly windSpeedMetersPerSecond: number;
  /** Coefficient of rolling resistance, without unit. */
  readonly rollingResistanceCoefficient: number;
  /** Wind resistance coefficient, in kilograms a metre. */
  readonly windResistanceKgPerMeter: number;
}

/** The type of every value of a bike, by name. */
export interface BikeValues {
  /** Speed on the imagined road, from 0, in metres a second. */
  readonly speedMetersPerSecond: number;
  /** Turns of the cranks, from 0, a minute. */
  readonly cadenceRpm: number;
  /** Power at the cranks, in watts; negative when pedalling backwards. */
  readonly powerWatts: number;
  /** The rider's heart rate. */
  readonly heartRate: HeartRate;
  /** Inclination of the bike, -10 to 19, in steps of 0.5 percent. */
  readonly inclinePercent: number;
  /** Resistance of the brake, 0 to 100 percent of what it can do. */
  readonly resistancePercent: number;
  /** Speed of the fan, 0 to 100, in steps of 1 percent. */
  readonly fanPercent: number;
  /** Power that the brake holds whatever the cadence, 0 to 2000, in steps of 1 watt. */
  readonly targetPowerWatts: number;
  /** The road that the brake imitates. */
  readonly simulation: SimulationParameters;
}

/** Names of what the rider does; when it stops, these go to zero or stale. */
export const MOTION_METRICS = [
  "speedMetersPerSecond",
  "cadenceRpm",
  "powerWatts",
] as const;

/** Name of what the rider does. */
export type MotionName = (typeof MOTION_METRICS)[number];

/** Names of what can be set. */
export const ACTUATOR_NAMES = [
  "inclinePercent",
  "resistancePercent",
  "fanPercent",
  "targetPowerWatts",
  "simulation",
] as const;

/** Names of all values of a bike. */
export const METRIC_NAMES = [
  ...MOTION_METRICS,
  "heartRate",
  ...ACTUATOR_NAMES,
] as const;

/** Name of what can be set. */
export type ActuatorName = (typeof ACTUATOR_NAMES)[number];

/** Name of a value of a bike. */
export type MetricName = (typeof METRIC_NAMES)[number];

/**
 * Values from one notification of a device. A name that is left out says
 * nothing; `null` says that the device has no such value at present.
 */
export type BikeReport = {
  readonly [K in MetricName]?: BikeValues[K] | null;
};

/**
 * What is driven as one: two actuators on the same channel exclude each other,
 * so that the newest command of the channel wins.
 */
export const CHANNELS = ["incline", "brake", "fan"] as const;

/** What is driven as one. */
export type Channel = (typeof CHANNELS)[number];

/** The channel of each actuator. */
export const CHANNEL_OF: Readonly<Record<ActuatorName, Channel>> = {
  inclinePercent: "incline",
  resistancePercent: "brake",
  targetPowerWatts: "brake",
  simulation: "brake",
  fanPercent: "fan",
};
