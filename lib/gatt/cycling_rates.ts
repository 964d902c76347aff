/**
 * Speed and cadence of one device, from the counters it notifies.
 *
 * @module
 */
import {
  CRANK,
  CSC_WHEEL,
  CYCLING_POWER_WHEEL,
  RevolutionRate,
} from "./revolution_rate.ts";
import type { Revolutions } from "./revolutions.ts";

/** What {@linkcode CyclingRates} needs to know of a device. */
export interface CyclingRatesOptions {
  /** The service that notifies: its wheel's clock differs. */
  readonly service: "cyclingSpeedAndCadence" | "cyclingPower";
  /**
   * The wheel's circumference, in m.
   *
   * @default {2.105}
   */
  readonly wheelCircumferenceMeters?: number;
  /**
   * How long the last rate holds without a new turn.
   *
   * @default {3000}
   */
  readonly staleAfterMs?: number;
}

/** Counters of one notification; those it lacks are left out. */
export interface CyclingCounters {
  /** The wheel. */
  readonly wheel?: Revolutions;
  /** The crank. */
  readonly crank?: Revolutions;
}

const ROAD_WHEEL_METERS = 2.105;
const DEFAULT_STALE_AFTER_MS = 3000;

/**
 * Speed and cadence of one device; each device needs its own.
 *
 * @example Usage
 * ```ts
 * import { CyclingRates } from "#lib/gatt/cycling_rates.ts";
 * import { decodeCscMeasurement } from "#lib/gatt/csc_measurement.ts";
 * import { parseHex } from "#lib/gatt/hex.ts";
 * import assert from "node:assert/strict";
 *
 * const rates = new CyclingRates({ service: "cyclingSpeedAndCadence" });
 * rates.update(decodeCscMeasurement(parseHex("020a000004")), 0);
 * rates.update(decodeCscMeasurement(parseHex("020b000008")), 1000);
 * assert.equal(rates.cadenceRpmAt(1000), 60);
 * assert.equal(rates.speedKphAt(1000), null);
 * ```
 */
export class CyclingRates {
  readonly #wheel: RevolutionRate;
  readonly #crank: RevolutionRate;
  readonly #circumference: number;

  /**
   * Starts without rates.
   *
   * @param options What is known of the device.
   */
  constructor(options: CyclingRatesOptions) {
    const { staleAfterMs = DEFAULT_STALE_AFTER_MS } = options;
    const wheel = options.service === "cyclingPower"
      ? CYCLING_POWER_WHEEL
      : CSC_WHEEL;
    this.#wheel = new RevolutionRate({ ...wheel, staleAfterMs });
    this.#crank = new RevolutionRate({ ...CRANK, staleAfterMs });
    this.#circumference = options.wheelCircumferenceMeters ??
      ROAD_WHEEL_METERS;
  }

  /**
   * Takes the counters of a notification.
   *
   * @param counters The counters; one that is left out keeps its rate.
   * @param atMs When the notification came, on a clock that never goes back.
   */
  update(counters: CyclingCounters, atMs: number): void {
    if (counters.wheel) this.#wheel.update(counters.wheel, atMs);
    if (counters.crank) this.#crank.update(counters.crank, atMs);
  }

  /**
   * Gives the speed.
   *
   * @param atMs Now, on the clock of {@linkcode CyclingRates.update}.
   * @returns km/h; 0 after some time without a turn; `null` while it is not known.
   */
  speedKphAt(atMs: number): number | null {
    const rpm = this.#wheel.rpmAt(atMs);
    return rpm === null ? null : rpm * this.#circumference * 60 / 1000;
  }

  /**
   * Gives the cadence.
   *
   * @param atMs Now, on the clock of {@linkcode CyclingRates.update}.
   * @returns Turns a minute; 0 after some time without a turn; `null` while it is not known.
   */
  cadenceRpmAt(atMs: number): number | null {
    return this.#crank.rpmAt(atMs);
  }

  /** Forgets everything; call it when the device comes back. */
  reset(): void {
    this.#wheel.reset();
    this.#crank.reset();
  }
}
