/**
 * How old a message that comes now may be.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";

/** Time between two looks at the clock, in milliseconds. */
const TICK_MS = 1000;

/** What takes longer than this stood still on its way, in milliseconds. */
const STANDSTILL_MS = 2000;

/** How a connection is judged. */
export interface LinkAgeOptions {
  /** Measures time; the network's, whatever an object lives by. */
  readonly clock: Clock;
  /** How long it takes at most until all that has waited is here, in milliseconds, where no echo says so. */
  readonly patienceMs: number;
  /**
   * Sends a message that comes back behind all that waits; when it does,
   * `caughtUp` is called.
   */
  readonly askForEcho?: () => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Says how old a message may be. A broker keeps what is sent while the link is
 * down, and hands it out, without its time, when it is back; while a link, the
 * broker or this program stands still, messages wait in between. A message that
 * came while nothing stood still is new.
 */
export class LinkAge {
  readonly #options: LinkAgeOptions;
  /** When the acknowledged messages that are newest were sent: since then nothing has stood still. */
  #provenMs: number;
  /** Since when messages may have waited; undefined while none has. */
  #sinceMs: number | undefined;
  /** When the wait was over, so that what waited comes. */
  #backMs: number | undefined;
  #tickMs: number;
  /** When messages that are not acknowledged yet were sent. */
  readonly #underWayMs = new Set<{ readonly sentMs: number }>();

  /**
   * Watches a connection.
   *
   * @param options How it is judged.
   */
  constructor(endpoint: MqttEndpoint, options: LinkAgeOptions) {
    this.#options = options;
    const { clock, signal } = options;
    this.#provenMs = this.#tickMs = clock.monotonicMs();
    endpoint.onDisconnected.add(() => {
      this.#distrustSince(this.#provenMs);
      this.#backMs = undefined;
      this.#underWayMs.clear();
    }, { signal });
    endpoint.onConnected.add(({ sessionPresent }) => {
      this.#provenMs = clock.monotonicMs();
      if (sessionPresent) this.#backMs = this.#provenMs;
      else this.caughtUp();
    }, { signal });
    endpoint.onResumed.add((silentMs) => {
      this.#clear(clock.monotonicMs() - silentMs);
    }, { signal });
    this.#watchClock();
  }

  /** Says that all messages from now on are new. */
  caughtUp(): void {
    this.#sinceMs = undefined;
    this.#backMs = undefined;
  }

  /**
   * Notes an own message on its way, which shows whether the link stands still.
   *
   * @returns To be called when it is acknowledged.
   */
  sent(): () => void {
    const sentMs = this.#options.clock.monotonicMs();
    const underWay = { sentMs };
    this.#underWayMs.add(underWay);
    return () => {
      if (!this.#underWayMs.delete(underWay)) return;
      const nowMs = this.#options.clock.monotonicMs();
      this.#provenMs = Math.max(this.#provenMs, sentMs);
      if (nowMs - sentMs > STANDSTILL_MS) this.#clear(sentMs);
    };
  }

  /**
   * Judges a message that comes now.
   *
   * @param maxAgeMs How old it may be, in milliseconds.
   * @returns True if it may be older.
   */
  mayBeOlderThan(maxAgeMs: number): boolean {
    this.#look();
    const nowMs = this.#options.clock.monotonicMs();
    // Where no echo ever comes, this is the end of it.
    const { patienceMs } = this.#options;
    if (this.#backMs !== undefined && nowMs - this.#backMs > patienceMs) {
      this.caughtUp();
    }
    const [oldest] = this.#underWayMs;
    const sinceMs = Math.min(
      this.#sinceMs ?? Infinity,
      oldest?.sentMs ?? Infinity,
    );
    return nowMs - sinceMs > maxAgeMs;
  }

  #watchClock(): void {
    const { clock, signal } = this.#options;
    if (signal.aborted) return;
    this.#look();
    const stop = clock.setTimeout(() => {
      signal.removeEventListener("abort", stop);
      this.#watchClock();
    }, TICK_MS);
    signal.addEventListener("abort", stop, { once: true });
  }

  /** Notices that this program stood still. */
  #look(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const before = this.#tickMs;
    this.#tickMs = nowMs;
    if (nowMs - before > TICK_MS + STANDSTILL_MS) this.#clear(before);
  }

  #distrustSince(sinceMs: number): void {
    this.#sinceMs = Math.min(this.#sinceMs ?? Infinity, sinceMs);
  }

  /** Something stood still and moves again: what waited comes now. */
  #clear(sinceMs: number): void {
    this.#distrustSince(sinceMs);
    this.#backMs = this.#options.clock.monotonicMs();
    this.#options.askForEcho?.();
  }
}
