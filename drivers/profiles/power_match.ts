/**
 * Power match: a trainer that reads otherwise than the rider's power meter is
 * given another target, so that the meter reads the one that was asked for.
 *
 * @module
 */
import type { PowerLoop, RiderState } from "./held_power.ts";

/** The most that a target is corrected, as a share of it. */
const MOST = 0.2;

/** The share of a difference that is corrected in a second. */
const GAIN = 0.08;

/** The least change that is written, in watts. */
const LEAST_WATTS = 2;

/** Below this cadence nothing is corrected: the meter then reads the stop. */
const LEAST_RPM = 40;

/** Sets a target power. */
type SetPower = (powerWatts: number) => Promise<void>;

/** What a power match knows. */
interface PowerMatchOptions {
  /** The power that the meter should read. */
  readonly targetWatts: number;
  /** Id of the trainer, whose own power is not looked at. */
  readonly trainer: string;
  /** How much of the target was added before, as a share. */
  readonly share?: number;
  /** Sets the trainer's target. */
  readonly set: SetPower;
}

/** Corrects a target power by what another device measures. */
export class PowerMatch implements PowerLoop {
  readonly #options: PowerMatchOptions;
  #share: number;
  #writtenWatts: number;

  /** Starts from the correction that was found before. */
  constructor(options: PowerMatchOptions) {
    this.#options = options;
    this.#share = options.share ?? 0;
    this.#writtenWatts = this.correctedWatts;
  }

  /** How much of the target is added, as a share. */
  get share(): number {
    return this.#share;
  }

  /** The target that the trainer gets. */
  get correctedWatts(): number {
    return Math.round(this.#options.targetWatts * (1 + this.#share));
  }

  /** See {@linkcode PowerLoop.tick}. */
  async tick(rider: RiderState): Promise<void> {
    const { targetWatts, trainer, set } = this.#options;
    const { powerWatts, cadenceRpm = LEAST_RPM, powerDevice } = rider;
    const isMeasured = powerWatts !== undefined && powerDevice !== trainer;
    if (!isMeasured || cadenceRpm < LEAST_RPM || targetWatts <= 0) return;
    const off = (targetWatts - powerWatts) / targetWatts;
    const share = this.#share + GAIN * off;
    this.#share = Math.min(MOST, Math.max(-MOST, share));
    const { correctedWatts } = this;
    if (Math.abs(correctedWatts - this.#writtenWatts) < LEAST_WATTS) return;
    await set(correctedWatts);
    this.#writtenWatts = correctedWatts;
  }
}
