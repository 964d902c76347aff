/**
 * A target power that this program holds, second by second.
 *
 * @module
 */
import { liveValue } from "#lib/bike/reading.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";

/** How often the power is looked at, in milliseconds. */
const TICK_MS = 1000;

/** How many seconds of power are averaged. */
const AVERAGED_SECONDS = 3;

/** What a rider does at a tick. */
export interface RiderState {
  /** Power, averaged over some seconds; undefined where none is live. */
  readonly powerWatts: number | undefined;
  /** Turns of the cranks a minute; undefined where none is live. */
  readonly cadenceRpm: number | undefined;
  /** Which device measures the power. */
  readonly powerDevice: string | undefined;
}

/** What is done at each tick. */
export interface PowerLoop {
  /**
   * Acts on what the rider does.
   *
   * @param rider What the rider does.
   */
  tick(rider: RiderState): Promise<void>;
}

/** Runs one loop at a time, until the connection ends or another command comes. */
export class HeldPower {
  readonly #session: BleSession;
  #stop: (() => void) | undefined;

  /** Holds nothing yet. */
  constructor(session: BleSession) {
    this.#session = session;
    session.ended.addEventListener("abort", () => this.release(), {
      once: true,
    });
  }

  /** Lets go. */
  release(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Runs a loop in place of the one before. */
  run(loop: PowerLoop): void {
    this.release();
    if (this.#session.ended.aborted) return;
    const powers: number[] = [];
    let isStopped = false;
    const { clock, device, logger } = this.#session;
    const tick = async () => {
      try {
        await loop.tick(this.#riderState(powers));
      } catch (error) {
        logger.debug("{device} does not follow the power: {error}", {
          device: device.status.device,
          error,
        });
      }
      if (!isStopped) stopTimer = clock.setTimeout(next, TICK_MS);
    };
    const next = () => void tick();
    let stopTimer = clock.setTimeout(next, TICK_MS);
    this.#stop = () => {
      isStopped = true;
      stopTimer();
    };
  }

  #riderState(powers: number[]): RiderState {
    const { bike } = this.#session;
    const reading = bike.read("powerWatts");
    const power = liveValue(reading);
    if (power === undefined) powers.length = 0;
    else powers.push(power);
    if (powers.length > AVERAGED_SECONDS) powers.shift();
    const sum = powers.reduce((total, one) => total + one, 0);
    return {
      powerWatts: powers.length > 0 ? sum / powers.length : undefined,
      cadenceRpm: liveValue(bike.read("cadenceRpm")),
      powerDevice: power === undefined ? undefined : reading.device,
    };
  }
}
