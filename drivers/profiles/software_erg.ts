/**
 * ERG for machines that have levels only: the level follows the power, slowly
 * enough that a tired rider is not pushed into a standstill.
 *
 * @module
 */
import type { PowerLoop, RiderState } from "./held_power.ts";

/** Below this cadence the brake is released, in turns a minute. */
const RELEASE_RPM = 30;

/** From this cadence on it takes hold again. */
const RESUME_RPM = 40;

/** Below this cadence the brake gets no harder: that is how a spiral begins. */
const SPARE_RPM = 55;

/** How long it takes to come back to the target, in seconds. */
const RAMP_SECONDS = 8;

/** The share of the target that a rider resumes at. */
const RAMP_START = 0.5;

/** How fast the power that is aimed at rises and falls, in watts a second. */
const SLEW = { up: 25, down: 60 } as const;

/** How fast the level rises and falls, in percent a second. */
const LEVEL_SLEW = { up: 3, down: 6 } as const;

/** The change of level for a power that is off by all of its target, in percent a second. */
const GAIN = 12;

/** The least power that shares are taken of, in watts. */
const LEAST_WATTS = 50;

/** Sets a level, in percent, and gives what was set. */
type SetLevel = (percent: number) => Promise<number>;

/** Holds a power by levels. */
export class SoftwareErg implements PowerLoop {
  readonly #set: SetLevel;
  readonly #targetWatts: number;
  #aimWatts: number | undefined;
  #percent: number;
  #written: number | undefined;
  /** How far the rider is back, 0 to 1. */
  #ramp = 1;
  #isReleased = false;

  /**
   * Starts from a level.
   *
   * @param targetWatts The power to hold.
   * @param percent The level that is set.
   */
  constructor(targetWatts: number, percent: number, set: SetLevel) {
    this.#targetWatts = targetWatts;
    this.#percent = percent;
    this.#set = set;
  }

  /** The level that was set last, in percent. */
  get percent(): number {
    return this.#percent;
  }

  /** See {@linkcode PowerLoop.tick}. */
  async tick(rider: RiderState): Promise<void> {
    const { powerWatts, cadenceRpm } = rider;
    if (powerWatts === undefined) return;
    if (this.#isResting(cadenceRpm)) return await this.#write(0);
    const aim = this.#nextAim(powerWatts);
    const off = (aim - powerWatts) / Math.max(LEAST_WATTS, aim);
    const isSpared = cadenceRpm !== undefined && cadenceRpm < SPARE_RPM;
    const highest = isSpared ? 0 : LEVEL_SLEW.up;
    const change = between(GAIN * off, -LEVEL_SLEW.down, highest);
    await this.#write(between(this.#percent + change, 0, 100));
  }

  /** With hysteresis: a rider who has stopped comes back over some seconds. */
  #isResting(cadenceRpm: number | undefined): boolean {
    if (cadenceRpm === undefined) return false;
    if (cadenceRpm < RELEASE_RPM) {
      this.#isReleased = true;
      this.#ramp = RAMP_START;
      this.#aimWatts = undefined;
    } else if (cadenceRpm >= RESUME_RPM) this.#isReleased = false;
    return this.#isReleased;
  }

  #nextAim(powerWatts: number): number {
    const wanted = this.#targetWatts * this.#ramp;
    this.#ramp = Math.min(1, this.#ramp + (1 - RAMP_START) / RAMP_SECONDS);
    const before = this.#aimWatts ?? Math.min(wanted, Math.max(0, powerWatts));
    const aim = between(wanted, before - SLEW.down, before + SLEW.up);
    this.#aimWatts = aim;
    return aim;
  }

  async #write(percent: number): Promise<void> {
    this.#percent = percent;
    const rounded = Math.round(percent);
    if (rounded === this.#written) return;
    await this.#set(rounded);
    this.#written = rounded;
  }
}

function between(value: number, lowest: number, highest: number): number {
  return Math.min(highest, Math.max(lowest, value));
}
