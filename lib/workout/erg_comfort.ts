/**
 * Keeps a brake that holds a power from stalling its rider.
 *
 * @module
 */

/** How the brake is eased. */
export interface ComfortOptions {
  /**
   * Below this cadence the brake is released, in turns a minute.
   *
   * @default {35}
   */
  readonly releaseRpm?: number;
  /**
   * From this cadence on it takes hold again, in turns a minute.
   *
   * @default {45}
   */
  readonly resumeRpm?: number;
  /**
   * How long it takes to full power then, in seconds.
   *
   * @default {8}
   */
  readonly rampSeconds?: number;
  /**
   * How fast power may rise, in watts a second.
   *
   * @default {25}
   */
  readonly slewWattsPerSecond?: number;
}

/** How slow a rider must be before the brake is released, in seconds. */
const RELEASE_AFTER_SECONDS = 2;

/** Where power begins after a stop, as a part of the target. */
const RESTART_PART = 0.5;

/**
 * Eases the brake: when cadence falls, a brake that holds the power rises
 * against the rider, who falls further. So below some cadence it lets go, and
 * comes back from half the target over some seconds; upwards it never jumps.
 */
export class ErgComfort {
  readonly #releaseRpm: number;
  readonly #resumeRpm: number;
  readonly #rampSeconds: number;
  readonly #slew: number;
  #slowSeconds = 0;
  #isReleased = false;
  /** How far power is back, from RESTART_PART to 1. */
  #part = 1;
  #watts: number | undefined;

  /**
   * Starts with a brake that holds nothing.
   *
   * @param options How the brake is eased.
   */
  constructor(options: ComfortOptions = {}) {
    this.#releaseRpm = options.releaseRpm ?? 35;
    this.#resumeRpm = options.resumeRpm ?? 45;
    this.#rampSeconds = options.rampSeconds ?? 8;
    this.#slew = options.slewWattsPerSecond ?? 25;
  }

  /** Whether the brake has let go because the rider is too slow. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  /**
   * Eases a target.
   *
   * @param targetWatts What is asked for.
   * @param cadenceRpm How fast the rider turns; undefined where nothing reports it.
   * @param seconds Time since the call before.
   * @returns What the brake is to hold; undefined where it is to let go.
   */
  ease(
    targetWatts: number,
    cadenceRpm: number | undefined,
    seconds: number,
  ): number | undefined {
    this.#watch(cadenceRpm, seconds);
    if (this.#isReleased) {
      this.#watts = undefined;
      return undefined;
    }
    const wanted = targetWatts * this.#part;
    const before = this.#watts;
    const highest = before === undefined
      ? Math.max(targetWatts * RESTART_PART, this.#slew)
      : before + this.#slew * seconds;
    this.#watts = Math.min(wanted, highest);
    return Math.round(this.#watts);
  }

  /** Forgets what the brake held: it has done something else since. */
  reset(): void {
    this.#watts = undefined;
    this.#isReleased = false;
    this.#slowSeconds = 0;
    this.#part = 1;
  }

  #watch(cadenceRpm: number | undefined, seconds: number): void {
    if (cadenceRpm === undefined) return;
    if (this.#isReleased) {
      if (cadenceRpm < this.#resumeRpm) return;
      this.#isReleased = false;
      this.#slowSeconds = 0;
      this.#part = RESTART_PART;
      return;
    }
    const step = (1 - RESTART_PART) * seconds / this.#rampSeconds;
    this.#part = Math.min(1, this.#part + step);
    this.#slowSeconds = cadenceRpm < this.#releaseRpm
      ? this.#slowSeconds + seconds
      : 0;
    if (this.#slowSeconds >= RELEASE_AFTER_SECONDS) this.#isReleased = true;
  }
}
