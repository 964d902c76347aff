/**
 * What a virtual gear does to the road that a brake imitates.
 *
 * @module
 */
import type { ActuatorName, BikeValues } from "./values.ts";

/** Makes roads steeper; all else passes as it is. */
export class RoadShift {
  /** By how much, in percent. */
  gradePercent = 0;
  /** What each actuator is really brought to. */
  readonly of: {
    readonly [K in ActuatorName]: (value: BikeValues[K]) => BikeValues[K];
  } = {
    inclinePercent: (value) => value,
    resistancePercent: (value) => value,
    fanPercent: (value) => value,
    targetPowerWatts: (value) => value,
    simulation: (road) => ({
      ...road,
      gradePercent: road.gradePercent + this.gradePercent,
    }),
  };

  /** Whether an actuator stands otherwise than others see it: a trainer that was away gets its road with the gear again. */
  isFelt(name: ActuatorName): boolean {
    return name === "simulation" && this.gradePercent !== 0;
  }
}
