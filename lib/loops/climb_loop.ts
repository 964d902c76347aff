/**
 * An inclination that follows the road.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Controller } from "#lib/bike/controller.ts";
import { liveValue } from "#lib/bike/reading.ts";
import { LOOP_PRIORITY, type LoopBike } from "./fan_loop.ts";
import { isRiding } from "./riding.ts";
import { Ticker } from "./ticker.ts";

const logger = getLogger("loops");

/** Grid of inclinations, in percent. */
const STEP = 0.5;

/** How fast it may change, in percent a second. */
const SLEW = 2;

/** A rider who rests for so long stands level, in milliseconds. */
const REST_MS = 10_000;

/**
 * Inclines the bike as the road of the app is, never as its gear: a gear only
 * changes what the brake imitates. Level when the rider rests, and when nobody
 * holds the brake any more.
 */
export class ClimbLoop implements Disposable {
  readonly #bike: LoopBike;
  readonly #clock: Clock;
  readonly #controller: Controller;
  #percent = 0;
  #ridingMs = -Infinity;
  #isRunning = false;
  readonly #ticker: Ticker;

  /** Starts to follow. */
  constructor(bike: LoopBike, clock: Clock = systemClock) {
    this.#bike = bike;
    this.#clock = clock;
    this.#controller = bike.controller("climb-loop", {
      priority: LOOP_PRIORITY,
      clamp: true,
    });
    this.#ticker = new Ticker(clock, () => this.#tick());
  }

  /** Brings the bike level, where it had inclined it, and ends. */
  async level(): Promise<void> {
    this.#ticker.stop();
    if (this.#percent !== 0) await this.#set(0);
    this.#controller.close();
  }

  /** Ends it; the bike stays as it is. */
  [Symbol.dispose](): void {
    this.#ticker.stop();
    this.#controller.close();
  }

  async #tick(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (isRiding(this.#bike)) this.#ridingMs = nowMs;
    const wanted = this.#wanted(nowMs);
    const next = Math.min(
      this.#percent + SLEW,
      Math.max(this.#percent - SLEW, wanted),
    );
    if (next === this.#percent || this.#isRunning) return;
    await this.#set(next);
  }

  #wanted(nowMs: number): number {
    const isResting = nowMs - this.#ridingMs > REST_MS;
    const isHeld = this.#bike.holder("brake") !== undefined;
    const road = liveValue(this.#bike.read("simulation"));
    if (!road || isResting || !isHeld) return 0;
    return Math.round(road.gradePercent / STEP) * STEP;
  }

  async #set(percent: number): Promise<void> {
    this.#isRunning = true;
    try {
      // Within the bike's limits, which may be less than the road.
      this.#percent = await this.#controller.set("inclinePercent", percent);
      if (this.#percent === 0) this.#controller.release();
    } catch (error) {
      logger.debug("The bike does not follow the road: {error}", { error });
    } finally {
      this.#isRunning = false;
    }
  }
}
