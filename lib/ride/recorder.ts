/**
 * Records rides: collects samples and stores them once a second.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { StoreError } from "#lib/base/store_errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { RideStore } from "./ride_store.ts";
import type { Ride, Sample } from "./sample.ts";

const logger = getLogger("ride");

/** Time between two writes, in milliseconds. */
const FLUSH_MS = 1000;

/** Time between two tries while the store cannot be used, in milliseconds. */
const RETRY_MS = 5000;

/** The most samples that wait for the store; the oldest go first. */
const MAX_WAITING = 200_000;

/** The most samples that are stored as one. */
const MAX_BATCH = 5000;

/** How a recorder behaves. */
interface RecorderOptions {
  /**
   * When it writes.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * The most samples that wait while the store cannot be used.
   *
   * @default {200000}
   */
  readonly maxWaiting?: number;
}

/**
 * Records rides. A store that cannot be used ends nothing: samples wait for
 * it, and the trouble is reported once, as is its end.
 */
export class Recorder implements AsyncDisposable {
  /** Fires with each ride that began. */
  readonly onRideStarted: EventHook<[ride: Ride]> = new EventHook(
    "ride started",
  );
  /** Fires with each ride whose end this recorder noticed. */
  readonly onRideEnded: EventHook<[ride: Ride]> = new EventHook("ride ended");
  /** Fires with the error when the store cannot be used any more, and with undefined when it can again. */
  readonly onTroubleChanged: EventHook<[trouble: StoreError | undefined]> =
    new EventHook("store trouble");
  readonly #store: RideStore;
  readonly #clock: Clock;
  readonly #maxWaiting: number;
  readonly #known = new Set<string>();
  #waiting: Sample[] = [];
  #stored = 0;
  #dropped = 0;
  #trouble: StoreError | undefined;
  #stopTimer: () => void = () => {};
  #flushing: Promise<void> = Promise.resolve();
  #isClosed = false;

  /**
   * Starts to record.
   *
   * @param store Where to; whoever opened it closes it.
   */
  constructor(store: RideStore, options: RecorderOptions = {}) {
    this.#store = store;
    this.#clock = options.clock ?? systemClock;
    this.#maxWaiting = options.maxWaiting ?? MAX_WAITING;
    this.#wait();
  }

  /** Why the store cannot be used; undefined as long as it can. */
  get trouble(): StoreError | undefined {
    return this.#trouble;
  }

  /** How many samples were stored, and how many were dropped because the store could not be used for too long. */
  get counts(): { readonly stored: number; readonly dropped: number } {
    return { stored: this.#stored, dropped: this.#dropped };
  }

  /**
   * Takes a sample.
   *
   * @param sample The sample; one that is there already changes nothing.
   */
  add(sample: Sample): void {
    if (this.#isClosed) return;
    this.#waiting.push(sample);
    const over = this.#waiting.length - this.#maxWaiting;
    if (over <= 0) return;
    this.#waiting.splice(0, over);
    this.#dropped += over;
  }

  /** Stores what waits. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  /** Stores what waits, and ends; does nothing the second time. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTimer();
    await this.flush();
  }

  #wait(): void {
    if (this.#isClosed) return;
    const delayMs = this.#trouble ? RETRY_MS : FLUSH_MS;
    this.#stopTimer = this.#clock.setTimeout(
      () => void this.flush().finally(() => this.#wait()),
      delayMs,
    );
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#writeBatch();
      await this.#endRides();
      this.#setTrouble(undefined);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#setTrouble(error);
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, MAX_BATCH);
    const droppedBefore = this.#dropped;
    const { stored, rides } = await this.#store.append(batch);
    // Of what was just stored some may have been dropped meanwhile.
    const gone = this.#dropped - droppedBefore;
    this.#waiting.splice(0, Math.max(0, batch.length - gone));
    this.#stored += stored;
    for (const ride of rides) {
      if (this.#known.has(ride.id)) continue;
      this.#known.add(ride.id);
      logger.info("Ride {id} is being recorded", { id: ride.id });
      this.onRideStarted.fire(ride);
    }
  }

  async #endRides(): Promise<void> {
    for (const ride of await this.#store.endRides(this.#clock.now())) {
      this.#known.delete(ride.id);
      logger.info("Ride {id} has ended", { id: ride.id });
      this.onRideEnded.fire(ride);
    }
  }

  #setTrouble(trouble: StoreError | undefined): void {
    const before = this.#trouble;
    this.#trouble = trouble;
    if (before?.message === trouble?.message) return;
    if (trouble) logger.error("{message}", { message: trouble.message });
    else logger.info("{place} can be used again", { place: this.#store.place });
    this.onTroubleChanged.fire(trouble);
  }
}
