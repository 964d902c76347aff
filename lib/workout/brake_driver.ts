/**
 * Brings the bike to a target, by what its devices can do.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Bike } from "#lib/bike/bike.ts";
import { CommandError } from "#lib/bike/command_error.ts";
import type { Controller } from "#lib/bike/controller.ts";
import { isSameValue } from "#lib/bike/reading.ts";
import type { ActuatorName, BikeValues } from "#lib/bike/values.ts";
import {
  FREE_RESISTANCE_PERCENT,
  MAX_EFFORT_RESISTANCE_PERCENT,
  roadOf,
  type Target,
} from "./target.ts";

const logger = getLogger("workout");

/** A workout's commands come before those of games and apps. */
const PRIORITY = 10;

/** A target that holds is sent again so often, to keep others away, in milliseconds. */
const REPEAT_MS = 5000;

/** How long something that the bike lacks is not asked for again, in milliseconds. */
const MISSING_MS = 15_000;

/** What one percent of gradient is in resistance, where the brake can imitate no road. */
const RESISTANCE_PER_GRADE = 5;

interface Sent {
  readonly value: unknown;
  readonly atMs: number;
}

/** What the bike can be asked for. */
type DrivenBike = Pick<Bike, "controller" | "limits">;

/** Drives the bike's brake and inclination to targets; never past the bike's limits. */
export class BrakeDriver implements Disposable {
  readonly #controller: Controller;
  readonly #clock: Clock;
  readonly #sent = new Map<ActuatorName, Sent>();
  readonly #running = new Set<ActuatorName>();
  /** When the bike last said that nothing on it can do this. */
  readonly #missing = new Map<ActuatorName, number>();

  /**
   * Holds nothing yet.
   *
   * @param clock Says when commands are repeated.
   * @param id Its controller's id, which others see.
   */
  constructor(bike: DrivenBike, clock: Clock, id: string) {
    this.#clock = clock;
    this.#controller = bike.controller(id, { priority: PRIORITY, clamp: true });
  }

  /**
   * Brings the bike to a target; what fails is logged and tried again with the
   * next call.
   */
  drive(target: Target): void {
    switch (target.kind) {
      case "power":
        if (this.#isMissing("targetPowerWatts")) break;
        return this.#set("targetPowerWatts", target.watts);
      case "free":
        return this.#road(0, 0, FREE_RESISTANCE_PERCENT);
      case "max":
        return this.#set("resistancePercent", MAX_EFFORT_RESISTANCE_PERCENT);
      case "road":
        return this.#road(
          target.gradePercent,
          target.windMetersPerSecond,
          FREE_RESISTANCE_PERCENT + RESISTANCE_PER_GRADE * target.gradePercent,
        );
      case "level":
        this.#set("resistancePercent", target.resistancePercent);
        return this.#set("inclinePercent", target.inclinePercent);
    }
  }

  /**
   * Brings the bike to rest: level road, no power to hold. Waits until that is
   * done or has failed, and gives up what it holds.
   */
  async rest(): Promise<void> {
    const held = new Set(this.#sent.keys());
    this.#sent.clear();
    this.#missing.clear();
    const isBraked = held.has("targetPowerWatts") ||
      held.has("simulation") || held.has("resistancePercent");
    const isReleased = !isBraked ||
      await this.#try("simulation", roadOf(0)) ||
      await this.#try("resistancePercent", FREE_RESISTANCE_PERCENT);
    const isLevel = !held.has("inclinePercent") ||
      await this.#try("inclinePercent", 0);
    // What did not answer is left to the bike's fail-safe.
    if (isReleased && isLevel) this.#controller.release();
    else this.#controller.lose();
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#controller.close();
  }

  #road(grade: number, wind: number, resistance: number): void {
    if (!this.#isMissing("simulation")) {
      return this.#set("simulation", roadOf(grade, wind));
    }
    this.#set("resistancePercent", Math.min(100, Math.max(0, resistance)));
    if (grade !== 0 || this.#sent.has("inclinePercent")) {
      this.#set("inclinePercent", Math.round(grade * 2) / 2);
    }
  }

  #isMissing(name: ActuatorName): boolean {
    const sinceMs = this.#missing.get(name);
    return sinceMs !== undefined &&
      this.#clock.monotonicMs() - sinceMs < MISSING_MS;
  }

  #set<K extends ActuatorName>(name: K, value: BikeValues[K]): void {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#sent.get(name);
    const isHeld = before && isSameValue(before.value, value) &&
      nowMs - before.atMs < REPEAT_MS;
    if (isHeld || this.#running.has(name)) return;
    if (name !== "inclinePercent") this.#forgetBrake(name);
    this.#sent.set(name, { value, atMs: nowMs });
    this.#running.add(name);
    void this.#try(name, value).finally(() => this.#running.delete(name));
  }

  /** The brake does one thing at a time. */
  #forgetBrake(name: ActuatorName): void {
    for (const other of this.#sent.keys()) {
      if (other !== name && other !== "inclinePercent") {
        this.#sent.delete(other);
      }
    }
  }

  async #try<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
  ): Promise<boolean> {
    try {
      await this.#controller.set(name, value);
      return true;
    } catch (error) {
      const isMissing = error instanceof CommandError &&
        error.refusal === "unavailable";
      if (isMissing) this.#missing.set(name, this.#clock.monotonicMs());
      this.#sent.delete(name);
      logger.debug("Cannot set {name}: {error}", { name, error });
      return false;
    }
  }
}
