/**
 * Messages that a broker has not acknowledged yet.
 *
 * @module
 */
import type { OutgoingMessage } from "./outbox.ts";

/** So often a message may be the one that was being sent again when the broker cut the connection. */
const STRIKES = 3;

/** The slowest link that a message is waited for on, in bytes per millisecond. */
const SLOWEST_BYTES_PER_MS = 1;

/** The longest that one message is waited for, in milliseconds. */
const LONGEST_SLACK_MS = 60_000;

/** A message with its packet identifier. */
type Identified = readonly [id: number, message: OutgoingMessage];

/**
 * Finds out which message a broker punishes with a cut. After a reconnect the
 * unacknowledged messages are sent again one by one, so the one on its way
 * when the connection is cut again and again is at fault.
 */
export class InFlight {
  readonly #byId = new Map<number, OutgoingMessage>();
  readonly #ids = new Map<OutgoingMessage, number>();
  readonly #strikes = new WeakMap<OutgoingMessage, number>();
  #resent: OutgoingMessage | undefined;

  /** Notes that a message was handed to the connection. */
  add(id: number, message: OutgoingMessage): void {
    this.#byId.set(id, message);
    this.#ids.set(message, id);
  }

  /** Forgets a message. */
  delete(message: OutgoingMessage): void {
    const id = this.#ids.get(message);
    if (id === undefined) return;
    this.#byId.delete(id);
    this.#ids.delete(message);
    if (this.#resent === message) this.#resent = undefined;
  }

  /**
   * Notes that a message is sent again.
   *
   * @returns The message, where it is known.
   */
  resend(id: number): OutgoingMessage | undefined {
    this.#resent = this.#byId.get(id);
    return this.#resent;
  }

  /** Notes that all has been sent again. */
  resentAll(): void {
    this.#resent = undefined;
  }

  /**
   * Notes that the broker has cut the connection.
   *
   * @returns The message that is at fault, if one is by now.
   */
  cut(): Identified | undefined {
    const suspect = this.#resent;
    this.#resent = undefined;
    if (!suspect) return undefined;
    const strikes = (this.#strikes.get(suspect) ?? 0) + 1;
    this.#strikes.set(suspect, strikes);
    const id = this.#ids.get(suspect);
    return strikes < STRIKES || id === undefined ? undefined : [id, suspect];
  }

  /** Lists the messages whose time is over. */
  expired(): readonly Identified[] {
    return [...this.#byId].filter(([, message]) => message.isExpired());
  }

  /**
   * How long the largest message may take on a slow link.
   *
   * @param least Bytes of the largest one that is not among these.
   * @returns Milliseconds.
   */
  slackMs(least: number): number {
    let longest = least;
    for (const { payload } of this.#byId.values()) {
      longest = Math.max(longest, payload.length);
    }
    return Math.min(LONGEST_SLACK_MS, longest / SLOWEST_BYTES_PER_MS);
  }
}
