/**
 * Takes commands for the workouts of a bike, and goes on after a restart.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import { CommandError } from "#lib/bike/command_error.ts";
import {
  parseWorkoutCommand,
  type RunVerb,
  type WorkoutCommand,
} from "./command.ts";
import { type Player, WorkoutPlayer } from "./player.ts";
import { RoadPlayer } from "./road_player.ts";
import type { RunPlace, RunState } from "./run_state.ts";
import type { Runner } from "./runner.ts";
import type { Session } from "./sessions.ts";
import { type RiderSettings, wattsPerUnit } from "./workout.ts";

const logger = getLogger("workout");

/** A run ends where its client says nothing for so long, in milliseconds. */
const LEASE_MS = 10_000;

/** Time between two notes of where a run stands, in milliseconds. */
const SAVE_MS = 5000;

/** A run that stopped longer ago than this is not gone on with, in milliseconds. */
const MAX_PAUSE_MS = 600_000;

/** A part of the mean power of the session `ftp`. */
const FTP_PART = 0.95;

/** Where a run is noted, to go on after a restart. */
export interface RunMemory {
  /**
   * Reads the note.
   *
   * @returns Its text; undefined where there is none.
   */
  read(): Promise<string | undefined>;
  /**
   * Writes the note.
   *
   * @param text Its text; undefined takes it away.
   */
  write(text: string | undefined): Promise<void>;
}

/** How workouts are ridden. */
export interface WorkoutServiceOptions {
  /** What is known of the rider at present, where a command says nothing. */
  readonly rider?: () => Partial<RiderSettings>;
  /**
   * Where a run is noted.
   *
   * @default it is not
   */
  readonly memory?: RunMemory;
  /**
   * When it is noted.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** What is noted of a run. */
interface Note {
  readonly version: 1;
  /** The command that began it, in base64. */
  readonly command: string;
  readonly place: RunPlace;
  readonly savedMs: number;
}

/** Takes commands for the workouts of a bike. */
export class WorkoutService implements Disposable {
  readonly #runner: Runner;
  readonly #options: WorkoutServiceOptions;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #session: Session | undefined;
  #command: string | undefined;
  #savedMs = -Infinity;
  #writing: Promise<void> = Promise.resolve();

  /**
   * Waits for commands.
   *
   * @param runner Rides what is commanded.
   */
  constructor(runner: Runner, options: WorkoutServiceOptions = {}) {
    this.#runner = runner;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    runner.onChanged.add((state) => this.#note(state), {
      signal: this.#end.signal,
    });
  }

  /** Which of the program's own workouts is ridden, or was last. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** The FTP that the session `ftp` has come to, in watts; undefined unless it was ridden to its end. */
  get measuredFtpWatts(): number | undefined {
    const { ended, averageWatts } = this.#runner.state;
    const isMeasured = this.#session === "ftp" && ended === "done";
    return isMeasured && averageWatts !== undefined
      ? averageWatts * FTP_PART
      : undefined;
  }

  /**
   * Carries a command out.
   *
   * @param topic Where it came in, for errors.
   * @throws {PayloadError} If it is no command.
   * @throws {FileError} If its file cannot be read.
   * @throws {CommandError} `held` while something else is ridden, `unavailable` where nothing is, or without an FTP.
   */
  execute(topic: string, payload: Uint8Array): void {
    const command = parseWorkoutCommand(topic, payload);
    if (command.kind === "verb") return this.#control(command);
    this.#begin(command, undefined);
    this.#command = payload.toBase64();
    this.#save();
  }

  /** Goes on with what was ridden when the program ended, if that is not long ago. */
  async restore(): Promise<void> {
    const { memory } = this.#options;
    const text = await memory?.read();
    const note = text === undefined ? undefined : parseNote(text);
    if (!note || this.#runner.state.state !== "idle") return;
    const ageMs = this.#clock.now() - note.savedMs;
    if (!(ageMs >= 0 && ageMs <= MAX_PAUSE_MS)) return this.#forget();
    try {
      const payload = Uint8Array.fromBase64(note.command);
      const command = parseWorkoutCommand("note", payload);
      if (command.kind === "run") this.#begin(command, note.place);
      this.#command = note.command;
    } catch (error) {
      logger.warn("Cannot resume the workout: {error}", { error });
      this.#forget();
    }
  }

  /** Takes no more commands; what is ridden stays noted. */
  [Symbol.dispose](): void {
    this.#end.abort();
  }

  #begin(
    { workout, road, rider: given, session, hasLease }: Extract<
      WorkoutCommand,
      { kind: "run" }
    >,
    place: RunPlace | undefined,
  ): void {
    const ridden = this.#runner.state;
    if (ridden.state !== "idle") {
      throw refusal(
        `Cannot start a workout: "${ridden.progress?.name}" is ridden, stop it first`,
        "held",
      );
    }
    const rider = { ...this.#options.rider?.(), ...given };
    const needsFtp = workout?.steps.some(({ from }) => from !== undefined) &&
      wattsPerUnit(workout, rider) === undefined;
    if (needsFtp) {
      throw refusal(
        `Cannot start "${workout?.name}": it needs the rider's FTP, give one`,
        "unavailable",
      );
    }
    const player: Player | undefined = workout
      ? new WorkoutPlayer(workout, rider)
      : road && new RoadPlayer(road);
    if (!player) return;
    this.#session = session;
    this.#runner.start(player, {
      ...place && { place },
      ...hasLease && { leaseMs: LEASE_MS },
    });
  }

  #control(
    { verb, session }: Extract<WorkoutCommand, { kind: "verb" }>,
  ): void {
    const { state, progress } = this.#runner.state;
    if (state === "idle") {
      if (verb === "keepAlive") return;
      throw refusal(
        `Cannot ${verb} a workout: none is ridden, start one`,
        "unavailable",
      );
    }
    if (session && session !== this.#session) {
      throw refusal(
        `Cannot ${verb} "${session}": "${progress?.name}" is ridden, name that one`,
        "held",
      );
    }
    const isChange = verb === "increase" || verb === "decrease";
    if (isChange && session === "ramped") {
      throw refusal(
        `Cannot ${verb} "ramped": it rises by itself, stop it instead`,
        "unavailable",
      );
    }
    this.#act(verb);
  }

  #act(verb: RunVerb): void {
    const runner = this.#runner;
    switch (verb) {
      case "stop":
        return void runner.stop();
      case "pause":
        return runner.pause();
      case "resume":
        return runner.resume();
      case "skip":
        return runner.skip(1);
      case "back":
        return runner.skip(-1);
      case "increase":
        return runner.adjust(1);
      case "decrease":
        return runner.adjust(-1);
      case "keepAlive":
        return runner.keepAlive();
    }
  }

  #note({ state }: RunState): void {
    if (state === "idle") return this.#forget();
    const isDue = this.#clock.monotonicMs() - this.#savedMs >= SAVE_MS;
    if (isDue) this.#save();
  }

  #save(): void {
    const { place } = this.#runner;
    const command = this.#command;
    if (!place || command === undefined) return;
    this.#savedMs = this.#clock.monotonicMs();
    const savedMs = this.#clock.now();
    const note: Note = { version: 1, command, place, savedMs };
    this.#write(JSON.stringify(note));
  }

  #forget(): void {
    this.#command = undefined;
    this.#savedMs = -Infinity;
    this.#write(undefined);
  }

  #write(text: string | undefined): void {
    const { memory } = this.#options;
    if (!memory) return;
    this.#writing = this.#writing.then(() => memory.write(text)).catch(
      (error) =>
        logger.warn("Cannot save the place in the workout: {error}", { error }),
    );
  }
}

function refusal(
  message: string,
  reason: "held" | "unavailable",
): CommandError {
  return new CommandError(message, "workout", reason);
}

function parseNote(text: string): Note | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isNote(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isNote(json: unknown): json is Note {
  return isObject(json) && json["version"] === 1 &&
    typeof json["command"] === "string" && Number.isFinite(json["savedMs"]) &&
    isObject(json["place"]) && Number.isFinite(json["place"]["position"]) &&
    Number.isFinite(json["place"]["adjusted"]);
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null;
}
