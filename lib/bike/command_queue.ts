/**
 * Commands on their way to one channel.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { TimeoutError } from "#lib/base/errors.ts";
import { CommandError } from "./command_error.ts";

/** How a channel's commands are paced. */
export interface QueueOptions {
  /** Least time from the start of one command to that of the next, in milliseconds. */
  readonly minIntervalMs: number;
  /** How old a command may be when its turn comes, in milliseconds. */
  readonly maxAgeMs: number;
  /** How long a device may take to answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** One command, ready to be carried out. */
interface QueuedCommand<T> {
  /** What it drives. */
  readonly actuator: string;
  /** Carries it out; may throw. */
  readonly run: (signal: AbortSignal) => Promise<T>;
  /** Whether it is still wanted however old it is. */
  readonly isLasting?: boolean;
  /**
   * When it was given, on the monotonic clock, in milliseconds.
   *
   * @default now
   */
  readonly givenAtMs?: number;
  /**
   * When nobody wants it any more, in milliseconds since 1970-01-01 UTC.
   *
   * @default never
   */
  readonly deadlineMs?: number | undefined;
  /**
   * Least time since the last command for the same actuator started, in
   * milliseconds, where that is longer than for the channel.
   *
   * @default {0}
   */
  readonly minIntervalMs?: number;
}

/** Why a command is too late whose caller does not wait any more. */
const OVERDUE = "its caller has given up";

/** Makes the error of a command that is too late. */
export function makeExpired(actuator: string, why = OVERDUE): CommandError {
  return new CommandError(
    `Cannot set "${actuator}": ${why}, send it again if it still holds`,
    actuator,
    "expired",
  );
}

interface Waiting {
  readonly actuator: string;
  readonly minIntervalMs: number;
  /** When it was given, on the monotonic clock. */
  readonly givenAtMs: number;
  readonly isLasting: boolean;
  /** When nobody wants it any more, on the clock of the day. */
  readonly deadlineMs: number;
  readonly start: (signal: AbortSignal) => Promise<unknown>;
  readonly reject: (error: unknown) => void;
}

/**
 * Commands on their way to one channel: one is carried out at a time, one
 * waits, and a newer one takes the place of the one that waits.
 */
export class CommandQueue {
  readonly #clock: Clock;
  readonly #pace: () => QueueOptions;
  #waiting: Waiting | undefined;
  #running: AbortController | undefined;
  #lastStartMs = -Infinity;
  /** When the last command for each actuator started. */
  readonly #startsMs = new Map<string, number>();
  #stopTimer: (() => void) | undefined;

  /**
   * Makes an empty queue.
   *
   * @param clock Says when commands are due.
   * @param pace How commands are paced at present.
   */
  constructor(clock: Clock, pace: () => QueueOptions) {
    this.#clock = clock;
    this.#pace = pace;
  }

  /** Whether a command runs or waits. */
  get isBusy(): boolean {
    return this.#running !== undefined || this.#waiting !== undefined;
  }

  /** Whether a command waits. */
  get hasWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /**
   * Hands in a command.
   *
   * @param command What to carry out.
   * @returns What it resolved with.
   * @throws {CommandError} `superseded` or `expired`.
   * @throws {TimeoutError} If the device did not answer in time.
   */
  submit<T>(command: QueuedCommand<T>): Promise<T> {
    const { actuator, run, isLasting = false, minIntervalMs = 0 } = command;
    const { givenAtMs = this.#clock.monotonicMs() } = command;
    this.drop(
      new CommandError(
        `Cannot set "${
          this.#waiting?.actuator ?? actuator
        }": a newer command for "${actuator}" came before its turn`,
        this.#waiting?.actuator ?? actuator,
        "superseded",
      ),
    );
    return new Promise((resolve, reject) => {
      this.#waiting = {
        actuator,
        minIntervalMs,
        givenAtMs,
        isLasting,
        deadlineMs: command.deadlineMs ?? Infinity,
        start: async (signal) => {
          try {
            resolve(await run(signal));
          } catch (error) {
            reject(error);
          }
        },
        reject,
      };
      this.#next();
    });
  }

  /**
   * Drops the command that waits.
   *
   * @param reason What it is answered with.
   */
  drop(reason: unknown): void {
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }

  /**
   * Drops the command that waits and gives up the one that runs.
   *
   * @param reason What they are answered with.
   */
  abort(reason: unknown): void {
    this.drop(reason);
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#running?.abort(reason);
  }

  /** Follows a pace that has changed: the command that waits may be due. */
  followPace(): void {
    this.#next();
  }

  #next(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (this.#running || !this.#waiting) return;
    const nowMs = this.#clock.monotonicMs();
    const waitMs = this.#dueMs(this.#waiting) - nowMs;
    if (waitMs > 0) {
      this.#stopTimer = this.#clock.setTimeout(() => this.#next(), waitMs);
      return;
    }
    const command = this.#waiting;
    this.#waiting = undefined;
    const late = this.#whyLate(command, nowMs);
    if (late !== undefined) {
      return command.reject(makeExpired(command.actuator, late));
    }
    this.#lastStartMs = nowMs;
    this.#startsMs.set(command.actuator, nowMs);
    void this.#run(command);
  }

  #whyLate(
    { givenAtMs, isLasting, deadlineMs }: Waiting,
    nowMs: number,
  ): string | undefined {
    const { maxAgeMs } = this.#pace();
    if (!isLasting && nowMs > givenAtMs + maxAgeMs) {
      return `the command waited longer than ${maxAgeMs} ms`;
    }
    return this.#clock.now() > deadlineMs ? OVERDUE : undefined;
  }

  #dueMs({ actuator, minIntervalMs }: Waiting): number {
    const lastMs = this.#startsMs.get(actuator) ?? -Infinity;
    return Math.max(
      this.#lastStartMs + this.#pace().minIntervalMs,
      lastMs + minIntervalMs,
    );
  }

  async #run(command: Waiting): Promise<void> {
    const { timeoutMs } = this.#pace();
    const controller = new AbortController();
    const { signal } = controller;
    this.#running = controller;
    const stop = this.#clock.setTimeout(
      () => controller.abort(new TimeoutError(command.actuator, timeoutMs)),
      timeoutMs,
    );
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        command.reject(signal.reason);
        resolve();
      }, { once: true });
    });
    await Promise.race([command.start(signal), aborted]);
    stop();
    this.#running = undefined;
    this.#next();
  }
}
