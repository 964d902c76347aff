/**
 * Rides workouts and roads on a bike.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Bike } from "#lib/bike/bike.ts";
import { liveValue } from "#lib/bike/reading.ts";
import { BrakeDriver } from "./brake_driver.ts";
import { type ComfortOptions, ErgComfort } from "./erg_comfort.ts";
import type { Player } from "./player.ts";
import type { ProfileBlock } from "./profile.ts";
import type { RunEnd, RunPlace, RunState } from "./run_state.ts";

const logger = getLogger("workout");

/** Time between two looks, in milliseconds. */
const TICK_MS = 1000;

/** A longer time than this is a machine that slept; it does not count, in seconds. */
const MAX_STEP_SECONDS = 5;

/** What a runner needs of a bike. */
type RunBike = Pick<Bike, "controller" | "limits" | "read">;

/** How a runner behaves. */
interface RunnerOptions {
  /**
   * When it looks.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * Id of its controller on the bike, which others see.
   *
   * @default {"workout"}
   */
  readonly controllerId?: string;
  /** How the brake is eased. */
  readonly comfort?: ComfortOptions;
}

/** How a run is begun. */
export interface RunOptions {
  /** Where it goes on; at its start if left out. */
  readonly place?: RunPlace;
  /**
   * It ends, and the bike's fail-safe acts, where `keepAlive` is not called
   * for so long, in milliseconds.
   *
   * @default {Infinity}
   */
  readonly leaseMs?: number;
}

/**
 * Rides one workout or road at a time on a bike: brings its brake to each
 * target, eases it where the rider is too slow, and lets go of it at the end,
 * however that comes.
 */
export class Runner implements AsyncDisposable {
  /** Fires with each change, and once a second while something is ridden. */
  readonly onChanged: EventHook<[state: RunState]> = new EventHook(
    "workout changed",
  );
  readonly #bike: RunBike;
  readonly #clock: Clock;
  readonly #brake: BrakeDriver;
  readonly #comfort: ErgComfort;
  #player: Player | undefined;
  #isPaused = false;
  #lastMs = 0;
  #text: string | undefined;
  #leaseMs = Infinity;
  #aliveMs = 0;
  #power = { sum: 0, count: 0 };
  #stopTimer: () => void = () => {};
  #resting: Promise<void> = Promise.resolve();
  #lastState: RunState | undefined;

  /** Rides nothing yet. */
  constructor(bike: RunBike, options: RunnerOptions = {}) {
    const { clock = systemClock, controllerId = "workout" } = options;
    this.#bike = bike;
    this.#clock = clock;
    this.#brake = new BrakeDriver(bike, clock, controllerId);
    this.#comfort = new ErgComfort(options.comfort);
  }

  /** How it stands. */
  get state(): RunState {
    const player = this.#player;
    if (!player) {
      const idle = { state: "idle", isEased: false, adjusted: 0 } as const;
      return { ...this.#lastState, ...idle };
    }
    const { sum, count } = this.#power;
    return {
      state: this.#isPaused ? "paused" : "running",
      progress: player.progress,
      target: player.target,
      isEased: this.#comfort.isReleased,
      adjusted: player.adjusted,
      ...this.#text !== undefined && { text: this.#text },
      ...count > 0 && { averageWatts: sum / count },
    };
  }

  /** What is ridden looks like this as a whole; undefined where nothing is. */
  get profile(): readonly ProfileBlock[] | undefined {
    return this.#player?.profile;
  }

  /** Where it stands, to go on after a restart; undefined where nothing is ridden. */
  get place(): RunPlace | undefined {
    const player = this.#player;
    if (!player) return undefined;
    const { position } = player.progress;
    return { position, adjusted: player.adjusted, isPaused: this.#isPaused };
  }

  /**
   * Begins.
   *
   * @throws {RangeError} If something is ridden already.
   */
  start(player: Player, options: RunOptions = {}): void {
    if (this.#player) {
      throw new RangeError(
        `Cannot start "${player.progress.name}": "${this.#player.progress.name}" is ridden, stop it first`,
      );
    }
    const { place, leaseMs = Infinity } = options;
    if (place) player.seek(place.position, place.adjusted);
    this.#player = player;
    this.#isPaused = place?.isPaused ?? false;
    this.#leaseMs = leaseMs;
    this.#text = undefined;
    this.#lastState = undefined;
    this.#power = { sum: 0, count: 0 };
    this.#comfort.reset();
    this.#lastMs = this.#clock.monotonicMs();
    this.keepAlive();
    logger.info("{name} is ridden", { name: player.progress.name });
    this.#act();
    this.#wait();
  }

  /** Says that whoever began it is still there. */
  keepAlive(): void {
    this.#aliveMs = this.#clock.monotonicMs();
  }

  /** Waits: the brake lets go until {@linkcode Runner.resume}. */
  pause(): void {
    if (!this.#player || this.#isPaused) return;
    this.#isPaused = true;
    this.#act();
  }

  /** Goes on after a pause. */
  resume(): void {
    if (!this.#player || !this.#isPaused) return;
    this.#isPaused = false;
    this.#comfort.reset();
    this.#act();
  }

  /**
   * Goes to the start of another step.
   *
   * @param steps How many further; below 0 back.
   */
  skip(steps: number): void {
    if (!this.#player) return;
    this.#player.skip(steps);
    if (this.#player.isDone) this.#end("done");
    else this.#act();
  }

  /**
   * Makes it harder or easier.
   *
   * @param steps How many steps of 5 %, or of a level.
   */
  adjust(steps: number): void {
    this.#player?.adjust(steps);
    this.#act();
  }

  /** Ends it, and lets go of the brake. */
  async stop(): Promise<void> {
    this.#end("stopped");
    await this.#resting;
  }

  /** The same as {@linkcode Runner.stop}; then nothing can be ridden any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#brake[Symbol.dispose]();
  }

  #wait(): void {
    this.#stopTimer = this.#clock.setTimeout(() => {
      try {
        this.#tick();
      } catch (error) {
        logger.error("The workout failed: {error}", { error });
        this.#end("failed");
      }
    }, TICK_MS);
  }

  #tick(): void {
    const player = this.#player;
    if (!player) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#aliveMs > this.#leaseMs) return this.#end("lost");
    const seconds = (nowMs - this.#lastMs) / 1000;
    this.#lastMs = nowMs;
    if (!this.#isPaused && seconds <= MAX_STEP_SECONDS) this.#advance(seconds);
    if (player.isDone) return this.#end("done");
    this.#act(seconds);
    this.#wait();
  }

  #advance(seconds: number): void {
    const speed = liveValue(this.#bike.read("speedMetersPerSecond")) ?? 0;
    const texts = this.#player?.advance(seconds, speed) ?? [];
    this.#text = texts.at(-1) ?? this.#text;
    const power = liveValue(this.#bike.read("powerWatts"));
    if (power === undefined) return;
    this.#power.sum += power;
    this.#power.count++;
  }

  /** Brings the bike to what is asked for now, and reports it. */
  #act(seconds = 0): void {
    const player = this.#player;
    if (!player) return;
    const { target } = player;
    if (this.#isPaused) this.#brake.drive({ kind: "free" });
    else if (target.kind !== "power") {
      this.#comfort.reset();
      this.#brake.drive(target);
    } else {
      const cadence = liveValue(this.#bike.read("cadenceRpm"));
      const watts = this.#comfort.ease(target.watts, cadence, seconds);
      this.#brake.drive(
        watts === undefined ? { kind: "free" } : { kind: "power", watts },
      );
    }
    this.onChanged.fire(this.state);
  }

  #end(ended: RunEnd): void {
    if (!this.#player) return;
    this.#stopTimer();
    const { target: _target, ...last } = this.state;
    logger.info("{name} has ended: {ended}", {
      name: this.#player.progress.name,
      ended,
    });
    this.#player = undefined;
    this.#isPaused = false;
    this.#lastState = { ...last, ended };
    this.#resting = this.#brake.rest();
    this.onChanged.fire(this.state);
  }
}
