/**
 * What a rider feels like, from second to second.
 *
 * @module
 */
import type { Random } from "./random.ts";
import type { RiderWish } from "./rider.ts";

/** Effort of a warm-up, and how long it takes. Our choice, as all here. */
const WARM_UP = { from: 0.45, to: 0.8, seconds: 60 } as const;
/** How far mood moves the effort, and how fast it returns, in s. */
const MOOD = { share: 0.12, seconds: 40 } as const;
/** How far the legs are from steady, within a second. */
const JITTER = 0.03;
/** How often the rider coasts, and how long, in s. */
const COASTING = { everySeconds: [60, 180], lastsSeconds: [4, 9] } as const;
/** How often the rider attacks, how long, in s, and how much harder. */
const ATTACK = {
  everySeconds: [120, 300],
  lastsSeconds: [15, 40],
  share: 0.6,
} as const;

/** Something that happens now and then, and lasts. */
class Episode {
  readonly #random: Random;
  readonly #every: readonly [number, number];
  readonly #lasts: readonly [number, number];
  #isOn = false;
  #leftSeconds: number;

  constructor(
    random: Random,
    every: readonly [number, number],
    lasts: readonly [number, number],
  ) {
    this.#random = random;
    this.#every = every;
    this.#lasts = lasts;
    this.#leftSeconds = random.between(...every);
  }

  /** Lets time pass, and says whether it is on. */
  pass(seconds: number): boolean {
    this.#leftSeconds -= seconds;
    if (this.#leftSeconds <= 0) {
      this.#isOn = !this.#isOn;
      const range = this.#isOn ? this.#lasts : this.#every;
      this.#leftSeconds = this.#random.between(...range);
    }
    return this.#isOn;
  }
}

/** A rider who warms up, has moods, attacks and coasts. */
export class RiderPlan {
  readonly #random: Random;
  readonly #coasting: Episode;
  readonly #attack: Episode;
  #seconds = 0;
  #mood = 0;

  /** Starts with the warm-up. */
  constructor(random: Random) {
    this.#random = random;
    this.#coasting = new Episode(
      random.fork("coasting"),
      COASTING.everySeconds,
      COASTING.lastsSeconds,
    );
    this.#attack = new Episode(
      random.fork("attack"),
      ATTACK.everySeconds,
      ATTACK.lastsSeconds,
    );
  }

  /**
   * Lets time pass.
   *
   * @returns What the rider wants then.
   */
  next(seconds: number): RiderWish {
    this.#seconds += seconds;
    const share = seconds / MOOD.seconds;
    this.#mood += -this.#mood * share +
      MOOD.share * Math.sqrt(2 * share) * this.#random.around();
    const warm = Math.min(1, this.#seconds / WARM_UP.seconds);
    const base = WARM_UP.from + (WARM_UP.to - WARM_UP.from) * warm;
    const attack = this.#attack.pass(seconds) ? ATTACK.share : 0;
    const jitter = JITTER * this.#random.around();
    return {
      effort: Math.max(0.2, base * (1 + this.#mood + attack + jitter)),
      isPedalling: !this.#coasting.pass(seconds),
    };
  }
}
