/**
 * How long to wait before the next try to connect.
 *
 * @module
 */
import { Backoff, type BackoffOptions } from "#lib/base/retry.ts";
import type { LinkEnd } from "./link.ts";

/** Short waits: a bike should be back soon after its broker. */
const LOST: BackoffOptions = {
  firstMs: 250,
  longestMs: 2000,
  steadyMs: 5000,
};

/** Longer waits: two clients of one id cut each other off for ever. */
const TAKEN_OVER: BackoffOptions = {
  firstMs: 1000,
  longestMs: 15_000,
  steadyMs: 30_000,
};

/** The shortest wait, in milliseconds. */
const SHORTEST_MS = 20;

/** Chooses waits, by how the last connection ended. */
export class ReconnectPace {
  readonly #lost: Backoff;
  readonly #takenOver: Backoff;

  /**
   * Starts with the first wait.
   *
   * @param lost How the wait grows after a lost connection or a failed try.
   * @param takenOver How it grows after another client has taken the client id over.
   */
  constructor(lost: BackoffOptions = {}, takenOver: BackoffOptions = {}) {
    this.#lost = new Backoff({ ...LOST, ...lost });
    this.#takenOver = new Backoff({ ...TAKEN_OVER, ...takenOver });
  }

  /**
   * Notes that a connection was usable.
   *
   * @param lastedMs For how long, in milliseconds.
   * @param isAnnounced Whether the broker says when another client takes the client id over, as those of MQTT 5 do.
   */
  succeeded(lastedMs: number, isAnnounced: boolean): void {
    this.#lost.succeeded(isAnnounced ? Infinity : lastedMs);
    this.#takenOver.succeeded(lastedMs);
  }

  /**
   * The wait before the next try.
   *
   * @param end How the last one ended.
   * @param tookMs How long a failed try took already, in milliseconds.
   * @returns Milliseconds.
   */
  nextMs(end: LinkEnd, tookMs: number): number {
    if (end.takenOver) return this.#takenOver.nextMs();
    return Math.max(SHORTEST_MS, this.#lost.nextMs() - tookMs);
  }
}
