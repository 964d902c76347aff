/**
 * What a ride adds up to, second by second.
 *
 * @module
 */

/** One second of a ride; null where nothing is known. */
export interface Sample {
  /** The second, since 1970-01-01 UTC. */
  readonly second: number;
  /** Power at the cranks, in watts. */
  readonly powerWatts: number | null;
  /** Heart rate, in beats a minute. */
  readonly heartRateBpm: number | null;
  /** Turns of the cranks a minute. */
  readonly cadenceRpm: number | null;
  /** Speed, in metres a second. */
  readonly speedMetersPerSecond: number | null;
  /** Power that the brake shall hold, in watts. */
  readonly targetPowerWatts: number | null;
}

/** What a ride adds up to so far. */
export interface RideSummary {
  /** When it began, in seconds since 1970-01-01 UTC; null before the first turn. */
  readonly startedSecond: number | null;
  /** Whether it goes on. */
  readonly isActive: boolean;
  /** Seconds in which the rider moved. */
  readonly movingSeconds: number;
  /** Distance, in metres. */
  readonly distanceMeters: number;
  /** Work, in kilojoules. */
  readonly workKilojoules: number;
  /** Mean power while moving, in watts. */
  readonly averagePowerWatts: number | null;
  /** Normalized power, in watts; null in the first 30 s. */
  readonly normalizedPowerWatts: number | null;
  /** Highest power of a second, in watts. */
  readonly maximumPowerWatts: number | null;
  /** Mean heart rate while moving, in beats a minute. */
  readonly averageHeartRateBpm: number | null;
}

/** After so many seconds without a turn a ride has ended. */
export const RIDE_END_SECONDS = 120;

/** So long nothing may be known of the rider before a ride has ended, in seconds. */
const MAX_UNKNOWN_SECONDS = 1800;

/** Normalized power is made of means over so many seconds. */
const ROLLING_SECONDS = 30;

/** Speeds below this are a wheel that runs down, in metres a second. */
const STANDSTILL_METERS_PER_SECOND = 0.3;

/** A mean that grows. */
class Mean {
  #sum = 0;
  #count = 0;

  get value(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }

  add(value: number | null): void {
    if (value === null) return;
    this.#sum += value;
    this.#count++;
  }
}

/** Adds up one ride; the next first turn after its end begins another one. */
export class RideTotals {
  #startedSecond: number | null = null;
  #restSeconds = 0;
  #unknownSeconds = 0;
  #lastSecond = 0;
  #isActive = false;
  #movingSeconds = 0;
  #distanceMeters = 0;
  #workJoules = 0;
  #maximumPower: number | null = null;
  #power = new Mean();
  #heartRate = new Mean();
  #fourthPowers = new Mean();
  #rolling: number[] = [];

  /** Whether a ride goes on. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /**
   * Adds a second.
   *
   * @param sample What was measured in it.
   * @param isKnown Whether the rider can be seen: a ride goes on for half an hour while nobody knows.
   * @returns Whether a ride began with it.
   */
  add(sample: Sample, isKnown = true): boolean {
    const isMoving = moves(sample);
    const hasBegun = isMoving && !this.#isActive;
    if (hasBegun) this.#begin(sample.second);
    if (isMoving) this.#restSeconds = this.#unknownSeconds = 0;
    else this.#rest(sample.second - this.#lastSecond, isKnown);
    this.#lastSecond = sample.second;
    if (isMoving) this.#count(sample);
    return hasBegun;
  }

  #rest(seconds: number, isKnown: boolean): void {
    if (isKnown) this.#restSeconds += seconds;
    else this.#unknownSeconds += seconds;
    this.#isActive &&= this.#restSeconds < RIDE_END_SECONDS &&
      this.#unknownSeconds < MAX_UNKNOWN_SECONDS;
  }

  /** What it adds up to so far. */
  get summary(): RideSummary {
    const fourth = this.#fourthPowers.value;
    return {
      startedSecond: this.#startedSecond,
      isActive: this.#isActive,
      movingSeconds: this.#movingSeconds,
      distanceMeters: Math.round(this.#distanceMeters),
      workKilojoules: round(this.#workJoules / 1000, 1),
      averagePowerWatts: round(this.#power.value),
      normalizedPowerWatts: fourth === null ? null : round(fourth ** 0.25),
      maximumPowerWatts: this.#maximumPower,
      averageHeartRateBpm: round(this.#heartRate.value),
    };
  }

  #begin(second: number): void {
    this.#startedSecond = second;
    this.#isActive = true;
    this.#movingSeconds = 0;
    this.#distanceMeters = 0;
    this.#workJoules = 0;
    this.#maximumPower = null;
    this.#power = new Mean();
    this.#heartRate = new Mean();
    this.#fourthPowers = new Mean();
    this.#rolling = [];
  }

  #count(sample: Sample): void {
    const { powerWatts, speedMetersPerSecond, heartRateBpm } = sample;
    this.#movingSeconds++;
    this.#distanceMeters += speedMetersPerSecond ?? 0;
    this.#heartRate.add(heartRateBpm);
    if (powerWatts === null) return;
    this.#workJoules += Math.max(0, powerWatts);
    this.#power.add(powerWatts);
    this.#maximumPower = Math.max(this.#maximumPower ?? 0, powerWatts);
    this.#rolling.push(powerWatts);
    if (this.#rolling.length < ROLLING_SECONDS) return;
    const sum = this.#rolling.reduce((a, b) => a + b, 0);
    this.#fourthPowers.add((sum / ROLLING_SECONDS) ** 4);
    this.#rolling.shift();
  }
}

/** Whether the rider moves in a second. */
function moves(sample: Sample): boolean {
  const { powerWatts, cadenceRpm, speedMetersPerSecond } = sample;
  return (powerWatts ?? 0) > 0 || (cadenceRpm ?? 0) > 0 ||
    (speedMetersPerSecond ?? 0) > STANDSTILL_METERS_PER_SECOND;
}

function round(value: number, digits?: number): number;
function round(value: number | null, digits?: number): number | null;
function round(value: number | null, digits = 0): number | null {
  return value === null
    ? null
    : Math.round(value * 10 ** digits) / 10 ** digits;
}
