/**
 * Turns a minute from counters that wrap, repeat, stand still and start over.
 *
 * @module
 */
import type { Revolutions } from "./revolutions.ts";
import { MAXIMUM_CADENCE_RPM, MAXIMUM_WHEEL_RPM } from "./rider_limits.ts";

/** How something counts its turns. */
interface RevolutionRateOptions {
  /** The count at which the counter starts over: 2^16 for cranks, 2^32 for wheels. */
  readonly countModulus: number;
  /** Ticks a second of the event clock, which starts over at 2^16. */
  readonly ticksPerSecond: 1024 | 2048;
  /** Turns a minute that are impossible; a counter that says so has started over. */
  readonly maximumRpm: number;
  /**
   * How long the last rate holds without a new turn.
   *
   * @default {3000}
   */
  readonly staleAfterMs?: number;
}

const CLOCK_MODULUS = 0x10000;
const DEFAULT_STALE_AFTER_MS = 3000;

/** How cranks count: 1/1024 s, in all services. */
export const CRANK: RevolutionRateOptions = {
  countModulus: 2 ** 16,
  ticksPerSecond: 1024,
  maximumRpm: MAXIMUM_CADENCE_RPM,
};

/** How wheels count in the Cycling Speed and Cadence Service: 1/1024 s. */
export const CSC_WHEEL: RevolutionRateOptions = {
  countModulus: 2 ** 32,
  ticksPerSecond: 1024,
  maximumRpm: MAXIMUM_WHEEL_RPM,
};

/** How wheels count in the Cycling Power Service: 1/2048 s. */
export const CYCLING_POWER_WHEEL: RevolutionRateOptions = {
  countModulus: 2 ** 32,
  ticksPerSecond: 2048,
  maximumRpm: MAXIMUM_WHEEL_RPM,
};

interface Baseline extends Revolutions {
  /** When the turn became known, on the caller's clock. */
  readonly atMs: number;
}

/**
 * The rate of one counter of one device. Counters of several devices must not
 * share one.
 *
 * @example Usage
 * ```ts
 * import { CRANK, RevolutionRate } from "#lib/gatt/revolution_rate.ts";
 * import assert from "node:assert/strict";
 *
 * const cadence = new RevolutionRate(CRANK);
 * cadence.update({ revolutions: 65535, eventTimeTicks: 65280 }, 0);
 * assert.equal(cadence.rpmAt(0), null);
 * cadence.update({ revolutions: 1, eventTimeTicks: 1792 }, 2000);
 * assert.equal(cadence.rpmAt(2000), 60);
 * assert.equal(cadence.rpmAt(5001), 0);
 * ```
 */
export class RevolutionRate {
  readonly #options: RevolutionRateOptions;
  readonly #staleAfterMs: number;
  readonly #clockPeriodMs: number;
  #baseline: Baseline | undefined;
  #rpm: number | null = null;
  #hasTurned = false;

  /**
   * Starts without a rate.
   *
   * @param options How the counter counts.
   */
  constructor(options: RevolutionRateOptions) {
    this.#options = options;
    this.#staleAfterMs = options.staleAfterMs ?? DEFAULT_STALE_AFTER_MS;
    this.#clockPeriodMs = CLOCK_MODULUS / options.ticksPerSecond * 1000;
  }

  /**
   * Takes the counter of a notification.
   *
   * - The same turn again changes nothing.
   * - A new turn at the same time, or a new time without a turn, says nothing.
   * - A counter that has started over, or an event clock that may have gone
   *   round unseen, ends the rate; the next turn starts a new one.
   *
   * @param atMs When the notification came, on a clock that never goes back.
   */
  update(revolutions: Revolutions, atMs: number): void {
    const last = this.#baseline;
    if (last === undefined || atMs - last.atMs >= this.#clockPeriodMs) {
      this.#restart(revolutions, atMs);
      return;
    }
    const turns = difference(
      revolutions.revolutions,
      last.revolutions,
      this.#options.countModulus,
    );
    const ticks = difference(
      revolutions.eventTimeTicks,
      last.eventTimeTicks,
      CLOCK_MODULUS,
    );
    if (turns === 0 || ticks === 0) return;
    const rpm = turns * 60 * this.#options.ticksPerSecond / ticks;
    if (rpm > this.#options.maximumRpm) {
      this.#restart(revolutions, atMs);
      return;
    }
    this.#baseline = { ...revolutions, atMs };
    this.#rpm = rpm;
    this.#hasTurned = true;
  }

  /**
   * Gives the rate.
   *
   * @param atMs Now, on the clock of {@linkcode RevolutionRate.update}.
   * @returns Turns a minute; 0 after some time without a new turn; `null`
   * while there is no rate, and for a counter that has never moved: it may not
   * count at all.
   */
  rpmAt(atMs: number): number | null {
    const last = this.#baseline;
    if (last === undefined || !this.#hasTurned) return null;
    return atMs - last.atMs > this.#staleAfterMs ? 0 : this.#rpm;
  }

  /** Forgets everything; call it when the device comes back. */
  reset(): void {
    this.#baseline = undefined;
    this.#rpm = null;
    this.#hasTurned = false;
  }

  #restart(revolutions: Revolutions, atMs: number): void {
    if (this.#baseline?.revolutions === revolutions.revolutions) return;
    this.#baseline = { ...revolutions, atMs };
    this.#rpm = null;
  }
}

function difference(next: number, last: number, modulus: number): number {
  return (next - last + modulus) % modulus;
}
