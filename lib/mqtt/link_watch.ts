/**
 * Notices that a connection has gone dead.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";

/** A check that comes this much too late means that the process itself stood still, in milliseconds. */
const STANDSTILL_MS = 1000;

/** An answer to a ping that takes this much longer means that the other side, or the way to it, stood still, in milliseconds. */
const ANSWER_MS = 1500;

/** What a watch looks out for. */
export interface WatchLimits {
  /** The longest time without a byte from the other side, in milliseconds. */
  readonly silenceMs: number;
  /**
   * The longest time all in all, in milliseconds.
   *
   * @default {Infinity}
   */
  readonly totalMs?: number;
  /**
   * Time between two pings, in milliseconds.
   *
   * @default none are sent
   */
  readonly pingMs?: number;
}

/** What a watch does. */
interface WatchActions {
  /** Provokes an answer. */
  ping(): void;
  /**
   * Ends the connection.
   *
   * @param afterMs For how long nothing came, in milliseconds.
   */
  expire(afterMs: number): void;
  /**
   * Notes that something comes again after an answer was overdue.
   *
   * @param silentMs For how long nothing had come, in milliseconds.
   */
  resumed?(silentMs: number): void;
  /**
   * Time that a message on its way may take on a slow link.
   *
   * @returns Milliseconds to bear silence for in addition.
   */
  slackMs(): number;
}

/** Watches one connection at a time, with one timer. */
export class LinkWatch {
  readonly #clock: Clock;
  readonly #actions: WatchActions;
  #limits: WatchLimits = { silenceMs: Infinity };
  #startedMs = 0;
  #heardMs = 0;
  #pingedMs = 0;
  #dueMs = 0;
  #stopTimer = () => {};

  /**
   * Makes a watch that does nothing before `start`.
   *
   * @param clock Where its time comes from.
   */
  constructor(clock: Clock, actions: WatchActions) {
    this.#clock = clock;
    this.#actions = actions;
  }

  /**
   * Starts to watch, or goes on with other limits.
   *
   * @param limits What to look out for.
   */
  start(limits: WatchLimits): void {
    this.#limits = limits;
    this.#startedMs = this.#heardMs = this.#pingedMs = this.#clock
      .monotonicMs();
    this.#wait();
  }

  /** Notes that something came. */
  heard(): void {
    const nowMs = this.#clock.monotonicMs();
    const silentMs = nowMs - this.#heardMs;
    this.#heardMs = nowMs;
    const { pingMs = Infinity } = this.#limits;
    if (silentMs > pingMs + ANSWER_MS) this.#actions.resumed?.(silentMs);
  }

  /** Stops watching. */
  stop(): void {
    this.#stopTimer();
    this.#stopTimer = () => {};
  }

  #wait(): void {
    this.stop();
    const { silenceMs, totalMs = Infinity, pingMs = Infinity } = this.#limits;
    const dueMs = Math.min(
      this.#heardMs + silenceMs,
      this.#startedMs + totalMs,
      this.#pingedMs + pingMs,
    );
    if (dueMs === Infinity) return;
    const nowMs = this.#clock.monotonicMs();
    this.#dueMs = Math.max(dueMs, nowMs + 1);
    this.#stopTimer = this.#clock.setTimeout(
      () => this.#check(),
      Math.ceil(this.#dueMs - nowMs),
    );
  }

  #check(): void {
    const nowMs = this.#clock.monotonicMs();
    const { silenceMs, totalMs = Infinity, pingMs = Infinity } = this.#limits;
    // A process that stood still has not read what came meanwhile.
    if (nowMs - this.#dueMs > STANDSTILL_MS) this.#heardMs = nowMs;
    const bearableMs = nowMs - this.#heardMs < silenceMs
      ? silenceMs
      : silenceMs + this.#actions.slackMs();
    if (
      nowMs - this.#heardMs >= bearableMs || nowMs - this.#startedMs >= totalMs
    ) {
      this.stop();
      return this.#actions.expire(Math.round(nowMs - this.#heardMs));
    }
    if (nowMs - this.#pingedMs >= pingMs) {
      this.#pingedMs = nowMs;
      this.#actions.ping();
    }
    this.#wait();
  }
}
