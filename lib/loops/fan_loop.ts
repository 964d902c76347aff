/**
 * A fan that follows its rider.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Bike } from "#lib/bike/bike.ts";
import type { Controller } from "#lib/bike/controller.ts";
import { liveValue } from "#lib/bike/reading.ts";
import { isRiding } from "./riding.ts";
import { Ticker } from "./ticker.ts";

const logger = getLogger("loops");

/** What a fan can follow: beats a minute, watts, or kilometres an hour. */
const FAN_SOURCES = ["heart-rate", "power", "speed"] as const;

/** What a fan can follow. */
type FanSource = (typeof FAN_SOURCES)[number];

/** How a fan follows. */
interface FanCurve {
  /** What it follows. */
  readonly source: FanSource;
  /** At this value and below it blows as little as it ever does. */
  readonly from: number;
  /** At this value and above it blows as much as it ever does. */
  readonly to: number;
  /** As little as it ever does, in percent. */
  readonly minPercent: number;
  /** As much as it ever does, in percent. */
  readonly maxPercent: number;
  /** How fast it may change, in percent a second. */
  readonly slewPercentPerSecond: number;
}

/** From where to where each source goes in a usual ride. */
export const FAN_RANGES: Readonly<
  Record<FanSource, { readonly from: number; readonly to: number }>
> = {
  "heart-rate": { from: 90, to: 170 },
  power: { from: 80, to: 300 },
  speed: { from: 10, to: 40 },
};

/** The fan is off so long after the last turn, in milliseconds. */
const OFF_AFTER_MS = 30_000;

/** Commands of people and apps come before those of loops. */
export const LOOP_PRIORITY = -10;

/** Id of its controller, which others see. */
const CONTROLLER = "fan-loop";

/** What a loop needs of a bike. */
export type LoopBike = Pick<Bike, "controller" | "read" | "holder">;

/** Drives the fan after its rider. */
export class FanLoop implements Disposable {
  readonly #bike: LoopBike;
  readonly #curve: FanCurve;
  readonly #clock: Clock;
  readonly #controller: Controller;
  #percent = 0;
  #sent: number | undefined;
  #ridingMs = -Infinity;
  #isRunning = false;
  readonly #ticker: Ticker;

  /** Starts to follow. */
  constructor(bike: LoopBike, curve: FanCurve, clock: Clock = systemClock) {
    this.#bike = bike;
    this.#curve = curve;
    this.#clock = clock;
    this.#controller = bike.controller(CONTROLLER, {
      priority: LOOP_PRIORITY,
      clamp: true,
    });
    this.#ticker = new Ticker(clock, () => this.#tick());
  }

  /** Ends it, and switches off the fan that it drives. */
  async rest(): Promise<void> {
    this.#ticker.stop();
    const isDriven = this.#sent !== undefined && !this.#isOverridden;
    if (isDriven) await this.#set(0);
    this.#controller.close();
  }

  /** Ends it; the fan stays as it is. */
  [Symbol.dispose](): void {
    this.#ticker.stop();
    this.#controller.close();
  }

  async #tick(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (isRiding(this.#bike)) this.#ridingMs = nowMs;
    const isOver = nowMs - this.#ridingMs > OFF_AFTER_MS;
    if (!isOver && this.#isOverridden) return this.#yield();
    const wanted = isOver ? 0 : this.#wanted();
    if (wanted === undefined) return;
    const { slewPercentPerSecond: slew } = this.#curve;
    this.#percent = isOver
      ? 0
      : Math.min(this.#percent + slew, Math.max(this.#percent - slew, wanted));
    const percent = Math.round(this.#percent);
    if (percent === this.#sent || this.#isRunning) return;
    // A fan that nobody has switched on is left alone.
    if (percent === 0 && this.#sent === undefined) return;
    await this.#set(percent);
  }

  /** Whether somebody has set the fan by hand since it follows this ride. */
  get #isOverridden(): boolean {
    const holder = this.#bike.holder("fan");
    return this.#sent !== undefined && holder !== undefined &&
      holder !== CONTROLLER;
  }

  /** Leaves the fan as it was set, to go on from there once it is released. */
  #yield(): void {
    const percent = liveValue(this.#bike.read("fanPercent"));
    if (percent !== undefined) this.#sent = this.#percent = percent;
  }

  #wanted(): number | undefined {
    const { from, to, minPercent, maxPercent } = this.#curve;
    const value = this.#value();
    if (value === undefined) return undefined;
    const part = Math.min(1, Math.max(0, (value - from) / (to - from)));
    return minPercent + (maxPercent - minPercent) * part;
  }

  #value(): number | undefined {
    switch (this.#curve.source) {
      case "heart-rate":
        return liveValue(this.#bike.read("heartRate"))?.rateBpm;
      case "power":
        return liveValue(this.#bike.read("powerWatts"));
      case "speed": {
        const speed = liveValue(this.#bike.read("speedMetersPerSecond"));
        return speed === undefined ? undefined : speed * 3.6;
      }
    }
  }

  async #set(percent: number): Promise<void> {
    this.#isRunning = true;
    try {
      await this.#controller.set("fanPercent", percent);
      this.#sent = percent;
      if (percent === 0) {
        this.#sent = undefined;
        this.#controller.release();
      }
    } catch (error) {
      logger.debug("The fan does not follow: {error}", { error });
    } finally {
      this.#isRunning = false;
    }
  }
}
