/**
 * Virtual gears.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Bike } from "#lib/bike/bike.ts";
import type { ButtonState } from "#lib/bike/buttons.ts";
import { CommandError } from "#lib/bike/command_error.ts";
import type { Controller } from "#lib/bike/controller.ts";
import { liveValue } from "#lib/bike/reading.ts";
import type { SimulationParameters } from "#lib/bike/values.ts";
import { roadPower, speedOf } from "./road_power.ts";

const logger = getLogger("loops");

/** Turns of the wheel for one of the cranks, in each gear, from the lightest (Zwift's table). */
const GEAR_RATIOS: readonly number[] = [
  0.75,
  0.87,
  0.99,
  1.11,
  1.23,
  1.38,
  1.53,
  1.68,
  1.86,
  2.04,
  2.22,
  2.4,
  2.61,
  2.82,
  3.03,
  3.24,
  3.49,
  3.74,
  3.99,
  4.24,
  4.54,
  4.84,
  5.14,
  5.49,
];

/** The gear that changes nothing. */
const NEUTRAL_GEAR = 12;

/** How much steeper a gear makes the road, in percent. */
const GRADE_PER_GEAR = 0.5;

/** Resistance of the neutral gear, and how much a gear adds, in percent. */
const RESISTANCE = { neutral: 30, perGear: 3 } as const;

/** Time between two looks where power is simulated, in milliseconds. */
const TICK_MS = 1000;

/** Over how many looks simulated power follows cadence and slope. */
const FOLLOW_TICKS = 3;

const LEVEL_ROAD: SimulationParameters = {
  gradePercent: 0,
  windSpeedMetersPerSecond: 0,
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.51,
};

/** How gears are shifted, and how the trainer follows. */
const GEAR_WAYS = ["slope", "power", "resistance"] as const;

/** How the trainer is set to a gear. */
type GearWay = (typeof GEAR_WAYS)[number];

/** What a gear box needs of a bike. */
type GearBike = Pick<
  Bike,
  | "controller"
  | "read"
  | "holder"
  | "shiftRoad"
  | "onButton"
  | "onDeviceChanged"
>;

/** How a gear box behaves. */
interface GearBoxOptions {
  /**
   * Name of the button for a heavier gear.
   *
   * @default {"RIGHT"}
   */
  readonly up?: string;
  /**
   * Name of the button for a lighter gear.
   *
   * @default {"LEFT"}
   */
  readonly down?: string;
  /**
   * When it looks.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/**
 * Virtual gears on any trainer: a steeper road where the trainer imitates one,
 * else a power that follows cadence and gear, else a resistance. While others
 * hold a power a gear changes nothing. The gear stays over a lost connection.
 */
export class GearBox implements Disposable {
  /** Fires with each gear that is shifted to. */
  readonly onShifted: EventHook<[gear: number]> = new EventHook("gear shifted");
  readonly #bike: GearBike;
  readonly #clock: Clock;
  readonly #controller: Controller;
  readonly #end = new AbortController();
  #gear = NEUTRAL_GEAR;
  #way: GearWay = "slope";
  #watts: number | undefined;
  #stopTimer: () => void = () => {};

  /** Starts in the neutral gear, and listens to the buttons. */
  constructor(bike: GearBike, options: GearBoxOptions = {}) {
    const { up = "RIGHT", down = "LEFT", clock = systemClock } = options;
    this.#bike = bike;
    this.#clock = clock;
    this.#controller = bike.controller("gears", { clamp: true });
    const { signal } = this.#end;
    bike.onButton.add(({ button, isPressed }: ButtonState) => {
      if (isPressed && button === up) this.shift(1);
      if (isPressed && button === down) this.shift(-1);
    }, { signal });
    bike.onDeviceChanged.add(({ isConnected }) => {
      // What the trainer forgot it gets again; the road of an app it gets from the bike.
      const isShifted = this.#gear !== NEUTRAL_GEAR;
      if (isConnected && isShifted && !this.#isHeld) this.#apply();
    }, { signal });
  }

  /** The gear, 1 to 24, the heaviest last. */
  get gear(): number {
    return this.#gear;
  }

  /** How the trainer is set to it. */
  get way(): GearWay {
    return this.#way;
  }

  /**
   * Shifts.
   *
   * @param by How many gears heavier; below 0 lighter.
   */
  shift(by: number): void {
    this.select(this.#gear + by);
  }

  /**
   * Shifts to a gear.
   *
   * @param gear 1 to 24; what lies outside goes to the nearest.
   */
  select(gear: number): void {
    const to = Math.min(GEAR_RATIOS.length, Math.max(1, Math.round(gear)));
    if (!Number.isFinite(to) || to === this.#gear) return;
    this.#gear = to;
    this.#apply();
    this.onShifted.fire(to);
  }

  /** Ends it; the road is as it was. */
  [Symbol.dispose](): void {
    this.#end.abort();
    this.#stopTimer();
    this.#bike.shiftRoad(0);
    this.#controller.close();
  }

  /** Whether somebody else holds the brake. */
  get #isHeld(): boolean {
    const holder = this.#bike.holder("brake");
    return holder !== undefined && holder !== this.#controller.id;
  }

  /** Whether somebody else holds a power, where gears mean nothing. */
  get #isErg(): boolean {
    return this.#isHeld &&
      liveValue(this.#bike.read("targetPowerWatts")) !== undefined;
  }

  #apply(): void {
    this.#bike.shiftRoad((this.#gear - NEUTRAL_GEAR) * GRADE_PER_GEAR);
    if (this.#isErg || this.#hasRoad) return;
    void this.#setTrainer();
  }

  get #hasRoad(): boolean {
    return liveValue(this.#bike.read("simulation")) !== undefined;
  }

  /** The first way that the trainer can. */
  async #setTrainer(): Promise<void> {
    this.#stopTimer();
    if (
      await this.#try(
        "slope",
        () => this.#controller.set("simulation", LEVEL_ROAD),
      )
    ) return;
    this.#watts = undefined;
    if (await this.#try("power", () => this.#setPower())) {
      return this.#follow();
    }
    const percent = RESISTANCE.neutral +
      (this.#gear - NEUTRAL_GEAR) * RESISTANCE.perGear;
    await this.#try(
      "resistance",
      () => this.#controller.set("resistancePercent", percent),
    );
  }

  async #try(way: GearWay, set: () => Promise<unknown>): Promise<boolean> {
    try {
      await set();
      this.#way = way;
      return true;
    } catch (error) {
      logger.debug("Cannot shift by {way}: {error}", { way, error });
      const isMissing = error instanceof CommandError &&
        error.refusal === "unavailable";
      return !isMissing;
    }
  }

  /** Power follows cadence over some seconds, and a shift at once. */
  #follow(): void {
    this.#stopTimer = this.#clock.setTimeout(() => {
      const isOwn = this.#bike.holder("brake") === this.#controller.id;
      if (!isOwn || this.#end.signal.aborted) return;
      void this.#try("power", () => this.#setPower()).then(() =>
        this.#follow()
      );
    }, TICK_MS);
  }

  #setPower(): Promise<number> {
    const cadence = liveValue(this.#bike.read("cadenceRpm")) ?? 0;
    const ratio = GEAR_RATIOS[this.#gear - 1] ?? 1;
    const wanted = roadPower(speedOf(cadence, ratio), LEVEL_ROAD);
    const before = this.#watts;
    this.#watts = before === undefined
      ? wanted
      : before + (wanted - before) / FOLLOW_TICKS;
    return this.#controller.set("targetPowerWatts", Math.round(this.#watts));
  }
}
