/**
 * The power that a road asks for.
 *
 * @module
 */
import type { SimulationParameters } from "#lib/bike/values.ts";

/** Rider and bike, in kilograms. */
const MASS_KG = 83;

const GRAVITY = 9.81;

/** Way of a wheel in a turn, in metres: 700 × 25. */
const WHEEL_METERS = 2.105;

/**
 * How fast a rider is.
 *
 * @param cadenceRpm Turns of the cranks a minute.
 * @param ratio Turns of the wheel for one of the cranks.
 */
export function speedOf(cadenceRpm: number, ratio: number): number {
  return cadenceRpm / 60 * ratio * WHEEL_METERS;
}

/**
 * The power that a road asks for at a speed: rolling, climbing, air.
 *
 * @returns Watts, at least 0.
 */
export function roadPower(
  speedMetersPerSecond: number,
  road: SimulationParameters,
): number {
  const slope = Math.atan(road.gradePercent / 100);
  const air = speedMetersPerSecond + road.windSpeedMetersPerSecond;
  const force = MASS_KG * GRAVITY *
      (Math.sin(slope) +
        road.rollingResistanceCoefficient * Math.cos(slope)) +
    road.windResistanceKgPerMeter * air * Math.abs(air);
  return Math.max(0, force * speedMetersPerSecond);
}
