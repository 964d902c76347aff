/**
 * A ride that goes on by itself, for simulated devices to measure and control.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import {
  IDLE_CONTROLS,
  type RideControls,
  type RideState,
  standingStart,
  stepRide,
} from "./ride_model.ts";
import { AMATEUR, type Rider, type RiderWish } from "./rider.ts";

/** How far time goes from one step to the next, in ms. */
const STEP_MS = 250;

/** How much time may be made up for at once, in ms: a machine that slept does not ride it all. */
const LONGEST_LAG_MS = 10_000;

/** What a ride is made of. */
interface RideOptions {
  /** Says when a step is due. */
  readonly clock: Clock;
  /** What the rider wants in the next seconds. */
  readonly wishes: { next(seconds: number): RiderWish };
  /**
   * Who rides.
   *
   * @default {AMATEUR}
   */
  readonly rider?: Rider;
}

/** A ride, from the standing start on. */
export class Ride implements Disposable {
  /** What the machines are set to; devices change it. */
  controls: RideControls = IDLE_CONTROLS;
  readonly #clock: Clock;
  readonly #wishes: { next(seconds: number): RiderWish };
  readonly #rider: Rider;
  readonly #onStep = new EventHook<[state: RideState]>("step");
  #state: RideState;
  #dueMs: number;
  #stop: () => void;

  /**
   * Starts it.
   *
   * @param options What it is made of.
   */
  constructor({ clock, wishes, rider = AMATEUR }: RideOptions) {
    this.#clock = clock;
    this.#wishes = wishes;
    this.#rider = rider;
    this.#state = standingStart(rider);
    this.#dueMs = clock.monotonicMs();
    this.#stop = this.#wait();
  }

  /** This moment. */
  get state(): RideState {
    return this.#state;
  }

  /** Fires after each step of {@linkcode STEP_MS}. */
  get onStep(): Listenable<[state: RideState]> {
    return this.#onStep;
  }

  /** Changes what some machines are set to. */
  control(controls: Partial<RideControls>): void {
    this.controls = { ...this.controls, ...controls };
  }

  /** Ends it: no step is made any more. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  #wait(): () => void {
    const nowMs = this.#clock.monotonicMs();
    this.#dueMs = Math.max(this.#dueMs + STEP_MS, nowMs - LONGEST_LAG_MS);
    return this.#clock.setTimeout(() => {
      this.#stop = this.#wait();
      this.#step();
    }, Math.max(0, this.#dueMs - nowMs));
  }

  #step(): void {
    const seconds = STEP_MS / 1000;
    this.#state = stepRide(this.#state, {
      rider: this.#rider,
      wish: this.#wishes.next(seconds),
      controls: this.controls,
    }, seconds);
    this.#onStep.fire(this.#state);
  }
}
