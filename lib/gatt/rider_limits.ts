/**
 * What a rider can do at most. A device that says more is wrong: its value is
 * left out and named, wherever it stands in a frame.
 *
 * @module
 */
import type { NumberOptions } from "./scales.ts";

/** Cranks turn slower than this. */
export const MAXIMUM_CADENCE_RPM = 250;
/** Wheels turn slower than this: 200 km/h on the smallest of bicycle wheels. */
export const MAXIMUM_WHEEL_RPM = 2500;
/** No bicycle on a trainer is faster. */
export const MAXIMUM_SPEED_KPH = 200;
/** The least power: back-pedalling against a sensor with a wrong zero. */
export const MINIMUM_POWER_WATTS = -500;
/** The most power: beyond any sprinter, and what FE-C can carry. */
export const MAXIMUM_POWER_WATTS = 4094;
/** No heart beats faster; what a strap can say in two bytes ends far beyond. */
export const MAXIMUM_HEART_RATE_BPM = 300;
/** The same for heart rates of one byte, whose highest number some machines send for "none". */
export const MAXIMUM_BYTE_HEART_RATE_BPM = 250;

/** Scale of a speed in hundredths of km/h. */
export const RIDER_SPEED: NumberOptions = {
  divisor: 100,
  maximum: MAXIMUM_SPEED_KPH * 100,
};
/** Scale of a cadence in half turns a minute. */
export const RIDER_CADENCE: NumberOptions = {
  divisor: 2,
  maximum: MAXIMUM_CADENCE_RPM * 2,
};
/** Scale of a power in watts. */
export const RIDER_POWER: NumberOptions = {
  minimum: MINIMUM_POWER_WATTS,
  maximum: MAXIMUM_POWER_WATTS,
};
