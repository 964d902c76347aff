/**
 * What a workout or a road asks of the bike at a moment.
 *
 * @module
 */
import type { SimulationParameters } from "#lib/bike/values.ts";

/** What is asked of the bike. */
export type Target =
  | {
    /** A power that the brake holds. */
    readonly kind: "power";
    /** In watts. */
    readonly watts: number;
  }
  | {
    /** Nothing: the brake imitates a level road. */
    readonly kind: "free";
  }
  | {
    /** All that the rider has, against a firm resistance. */
    readonly kind: "max";
  }
  | {
    /** A road. */
    readonly kind: "road";
    /** Its gradient, in percent. */
    readonly gradePercent: number;
    /** Its headwind, in metres a second. */
    readonly windMetersPerSecond: number;
  }
  | {
    /** A resistance and an inclination. */
    readonly kind: "level";
    /** Resistance, in percent. */
    readonly resistancePercent: number;
    /** Inclination, in percent. */
    readonly inclinePercent: number;
  };

/** Resistance for all that the rider has, in percent. */
export const MAX_EFFORT_RESISTANCE_PERCENT = 60;

/** Resistance where the brake can imitate no road, in percent, of a level one. */
export const FREE_RESISTANCE_PERCENT = 15;

/** How rough a road is, and how much air a rider displaces: the defaults of FTMS's examples. */
const ROAD = {
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.51,
} as const;

/**
 * The road that a brake imitates.
 *
 * @param gradePercent Gradient, in percent.
 * @param windSpeedMetersPerSecond Headwind, in metres a second.
 */
export function roadOf(
  gradePercent: number,
  windSpeedMetersPerSecond = 0,
): SimulationParameters {
  return { gradePercent, windSpeedMetersPerSecond, ...ROAD };
}
