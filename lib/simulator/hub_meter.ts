/**
 * What a trainer's hub makes of a ride.
 *
 * @module
 */
import type { Ride } from "./ride.ts";
import type { RideState } from "./ride_model.ts";

/** How long the last cadence and power are repeated, in s: KICKR and DIRETO do so for some seconds. */
const REPEAT_SECONDS = 3;

/**
 * Measures a ride as trainers do that see the rider stop late: cadence and
 * power are repeated for three seconds, while the speed falls.
 */
export class HubMeter {
  #now: RideState;
  #pedalling: RideState;

  /** Starts to measure. */
  constructor(ride: Ride) {
    this.#now = ride.state;
    this.#pedalling = ride.state;
    ride.onStep.add((state) => {
      this.#now = state;
      if (state.cadenceRpm > 0) this.#pedalling = state;
    });
  }

  /**
   * Reads it.
   *
   * @returns This moment, as the hub sees it.
   */
  read(): RideState {
    const { timeSeconds, cadenceRpm, powerWatts } = this.#pedalling;
    const hasStopped = this.#now.timeSeconds - timeSeconds >= REPEAT_SECONDS;
    return hasStopped ? this.#now : { ...this.#now, cadenceRpm, powerWatts };
  }
}
