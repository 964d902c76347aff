/**
 * The side of the bike that commands it.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type { Actuators, Applied, DriveOptions } from "./actuators.ts";
import type { Arbiter, Claimant } from "./arbiter.ts";
import type { AwaitedCommands } from "./awaited_commands.ts";
import { CommandError } from "./command_error.ts";
import { makeExpired } from "./command_queue.ts";
import type { FailSafe } from "./fail_safe.ts";
import type { Limits } from "./limits.ts";
import type { Reading } from "./reading.ts";
import { type ActuatorName, type BikeValues, CHANNEL_OF } from "./values.ts";

/** Who commands the bike, and how its commands are taken. */
export interface ControllerOptions {
  /**
   * The higher one wins, see {@linkcode Arbiter}.
   *
   * @default {0}
   */
  readonly priority?: number;
  /**
   * Goes as near to a value as is allowed, instead of refusing it.
   *
   * @default {false}
   */
  readonly clamp?: boolean;
  /**
   * Keeps controllers of the same priority out too, until it is released.
   *
   * @default {false}
   */
  readonly isExclusive?: boolean;
  /**
   * After this time without a command or sign of life the controller counts
   * as lost, in milliseconds.
   *
   * @default {Infinity}
   */
  readonly silenceMs?: number;
}

/** How a command ended: carried out, or failed. */
export interface CommandOutcome {
  /** The controller's id. */
  readonly controller: string;
  /** What was to be driven. */
  readonly actuator: ActuatorName;
  /** What the controller asked for. */
  readonly requested: BikeValues[ActuatorName];
  /** What the device was set to; undefined if it failed. */
  readonly applied?: BikeValues[ActuatorName];
  /** The device's reading with that value; undefined if it failed. */
  readonly reading?: Reading<BikeValues[ActuatorName]>;
  /** Why it failed: `CommandError`, `DeviceError`, `TimeoutError` or what else the driver threw. */
  readonly error?: unknown;
  /** When it was given, in milliseconds since 1970-01-01 UTC. */
  readonly startedMs: number;
  /** When it ended, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
}

/** How one command is given. */
export interface CommandOptions {
  /**
   * When its caller stops waiting, in milliseconds since 1970-01-01 UTC: it is
   * not carried out after that.
   *
   * @default never
   */
  readonly deadlineMs?: number | undefined;
}

/** The parts of the bike that a controller stands on. */
interface ControllerContext {
  /** Says when it has been silent for too long. */
  readonly clock: Clock;
  /** How far it may drive. */
  readonly limits: Limits;
  /** Whether it may. */
  readonly arbiter: Arbiter;
  /** What it drives. */
  readonly actuators: Actuators;
  /** What waits until a device is there. */
  readonly awaited: AwaitedCommands;
  /** What happens when it is lost. */
  readonly failSafe: FailSafe;
}

/** Somebody who commands the bike: an app, a game, a workout. */
export class Controller implements Disposable {
  /** Fires with each command's end, good or bad. */
  readonly onCommandEnded: EventHook<[outcome: CommandOutcome]>;
  /** Fires when it is closed. */
  readonly onClosed: EventHook<[]>;
  readonly #context: ControllerContext;
  readonly #options: ControllerOptions;
  readonly #claimant: Claimant;
  #stopTimer: (() => void) | undefined;
  #isClosed = false;

  /**
   * Made by `Bike.controller`.
   *
   * @param id Its id, which others see.
   * @param context The parts of the bike.
   * @param options How its commands are taken.
   */
  constructor(
    id: string,
    context: ControllerContext,
    options: ControllerOptions = {},
  ) {
    this.#claimant = { id, priority: options.priority ?? 0 };
    this.#context = context;
    this.#options = options;
    this.onCommandEnded = new EventHook(`${id} command ended`);
    this.onClosed = new EventHook(`${id} closed`);
  }

  /** Its id, which others see. */
  get id(): string {
    return this.#claimant.id;
  }

  /**
   * Drives an actuator. Of commands that wait for the same channel only the
   * newest is carried out. One that comes while its device is being connected
   * to waits for that, but no longer than a command may wait.
   *
   * @param name What to drive.
   * @param value Where to, in the unit of its name; ranges stand in `HARD_LIMITS`.
   * @param options How it is given.
   * @returns What the device was really set to, once it has answered.
   * @throws {CommandError} The hub refuses: see `COMMAND_REFUSALS`.
   * @throws {DeviceError} The device refuses, with its result code, or is gone.
   * @throws {TimeoutError} The device did not answer in time.
   */
  async set<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
    options?: CommandOptions,
  ): Promise<BikeValues[K]> {
    return (await this.command(name, value, options)).value;
  }

  /**
   * Drives an actuator as {@linkcode Controller.set} does.
   *
   * @param name What to drive.
   * @param value Where to, in the unit of its name; ranges stand in `HARD_LIMITS`.
   * @param options How it is given.
   * @returns What the device was really set to, with its reading.
   * @throws The same.
   */
  async command<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
    options: CommandOptions = {},
  ): Promise<Applied<BikeValues[K]>> {
    const ended = {
      controller: this.id,
      actuator: name,
      requested: value,
      startedMs: this.#context.clock.now(),
    };
    try {
      const result = await this.#set(name, value, options);
      const { value: applied, reading } = result;
      const timeMs = this.#context.clock.now();
      this.onCommandEnded.fire({ ...ended, applied, reading, timeMs });
      return result;
    } catch (error) {
      const timeMs = this.#context.clock.now();
      this.onCommandEnded.fire({ ...ended, error, timeMs });
      throw error;
    }
  }

  /** Says that the controller is still there, though it has nothing to command. */
  keepAlive(): void {
    const { silenceMs = Infinity } = this.#options;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (this.#isClosed || silenceMs === Infinity) return;
    this.#stopTimer = this.#context.clock.setTimeout(
      () => this.lose(),
      silenceMs,
    );
  }

  /**
   * Says that the controller is gone without a farewell: its connection broke,
   * or it fell silent. What it held goes to its safe value, if there is one.
   * It may come back with its next command.
   */
  lose(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const { arbiter, awaited, failSafe } = this.#context;
    awaited.withdraw(this, `controller "${this.id}" was lost`);
    failSafe.arm(arbiter.release(this.#claimant));
  }

  /** Gives up all that it holds; actuators stay as they are. */
  release(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const { arbiter, awaited } = this.#context;
    awaited.withdraw(this, `controller "${this.id}" gave it up`);
    arbiter.release(this.#claimant);
  }

  /** Ends it, after it has released all that it holds; its later commands fail. */
  close(): void {
    if (this.#isClosed) return;
    this.release();
    this.#isClosed = true;
    this.onClosed.fire();
  }

  /** The same as {@linkcode Controller.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #set<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
    { deadlineMs }: CommandOptions,
  ): Promise<Applied<BikeValues[K]>> {
    if (this.#isClosed) {
      throw new CommandError(
        `Cannot set "${name}": controller "${this.id}" is closed, open another one`,
        name,
        "closed",
      );
    }
    const { actuators, arbiter, awaited, clock, limits } = this.#context;
    const { clamp = false, isExclusive = false } = this.#options;
    this.keepAlive();
    if (clamp) limits.clamp(name, value);
    else limits.check(name, value);
    const leftMs = (deadlineMs ?? Infinity) - clock.now();
    if (leftMs < 0) throw makeExpired(name);
    const isAvailable = actuators.isAvailable(name);
    if (!isAvailable && !awaited.isExpected(name)) actuators.driver(name);
    arbiter.claim(this.#claimant, name, isExclusive);
    const givenAtMs = clock.monotonicMs();
    const due = { givenAtMs, deadlineMs };
    const start = () => this.#drive(name, value, due);
    if (!isAvailable) {
      const maxWaitMs = leftMs;
      return awaited.wait({ actuator: name, owner: this, maxWaitMs, start });
    }
    awaited.supersede(name);
    return start();
  }

  /** Only here is the safe value called off: the device of a command that waits may never come. */
  #drive<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
    due: Pick<DriveOptions, "givenAtMs" | "deadlineMs">,
  ): Promise<Applied<BikeValues[K]>> {
    const { actuators, failSafe } = this.#context;
    const { clamp = false } = this.#options;
    failSafe.cancel(CHANNEL_OF[name]);
    return actuators.drive(name, value, { clamp, ...due });
  }
}
