/**
 * Commands that the broker kept while the bike was away.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";

/**
 * Says how old a message may be. A broker keeps what is sent while the bike is
 * away and hands it out, without its time, when the bike is back.
 */
export class Backlog {
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  #lostAtMs: number | undefined;
  #backAtMs: number | undefined;

  /**
   * Watches a connection.
   *
   * @param endpoint The connection.
   * @param clock Measures how long the bike was away.
   * @param maxAgeMs How old a message may be, in milliseconds.
   * @param signal Stops watching.
   */
  constructor(
    endpoint: MqttEndpoint,
    clock: Clock,
    maxAgeMs: number,
    signal: AbortSignal,
  ) {
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
    endpoint.onDisconnected.add(() => {
      this.#lostAtMs ??= clock.monotonicMs();
      this.#backAtMs = undefined;
    }, { signal });
    endpoint.onConnected.add(({ sessionPresent }) => {
      if (sessionPresent) this.#backAtMs = clock.monotonicMs();
      else this.caughtUp();
    }, { signal });
  }

  /** Says that all messages from now on are new. */
  caughtUp(): void {
    this.#lostAtMs = undefined;
    this.#backAtMs = undefined;
  }

  /**
   * Judges a message that comes in now.
   *
   * @returns True if it may be older than is allowed.
   */
  mayBeTooOld(): boolean {
    if (this.#lostAtMs === undefined) return false;
    const nowMs = this.#clock.monotonicMs();
    // Where the broker never shows us our own message, this is the end of it.
    const isOver = this.#backAtMs !== undefined &&
      nowMs - this.#backAtMs > this.#maxAgeMs;
    if (isOver) this.caughtUp();
    return !isOver && nowMs - this.#lostAtMs > this.#maxAgeMs;
  }
}
