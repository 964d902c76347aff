/**
 * How long to wait before the next try to connect.
 *
 * @module
 */
import { Backoff, type BackoffOptions } from "#lib/base/retry.ts";
import type { LinkEnd } from "./link.ts";

/** Short waits: a bike should be back soon after its broker. Not every broker says when a client id is taken over, so they grow after short connections. */
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

/** A connection that was lost sooner is suspicious, in milliseconds. */
const SHORT_MS = 5000;

/** So many of them in a row are reported. */
const SUSPICIOUS_LOSSES = 3;

/** Chooses waits, by how the last connection ended. */
export class ReconnectPace {
  readonly #lost: Backoff;
  readonly #takenOver: Backoff;
  #shortLosses = 0;

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
   */
  succeeded(lastedMs: number): void {
    this.#lost.succeeded(lastedMs);
    this.#takenOver.succeeded(lastedMs);
    this.#shortLosses = lastedMs < SHORT_MS ? this.#shortLosses + 1 : 0;
  }

  /** Whether connections end again and again soon after they were made. */
  get isFruitless(): boolean {
    return this.#shortLosses === SUSPICIOUS_LOSSES;
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
