/**
 * From who publishes to who has subscribed.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import type { BrokerLog } from "./broker_log.ts";
import { type BrokerLimits, Budget } from "./limits.ts";
import type { Message } from "./message.ts";
import { RetainedStore } from "./retained_store.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";
import { SubscriptionIndex } from "./subscription_index.ts";
import { REASON } from "./wire/reason_code.ts";

/** Routes messages to sessions, at once and in their order. */
export class Hub {
  /** What waits for all clients. */
  readonly queued: Budget;
  readonly #index: SubscriptionIndex<Session>;
  readonly #retained: RetainedStore;
  readonly #clock: Clock;
  readonly #log: BrokerLog;

  constructor(limits: Required<BrokerLimits>, clock: Clock, log: BrokerLog) {
    this.queued = new Budget(limits.maxTotalQueuedBytes);
    this.#index = new SubscriptionIndex(limits.maxSubscriptionBytes);
    this.#retained = new RetainedStore(limits.maxRetainedBytes);
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Gives a message to all who have subscribed.
   *
   * @returns A reason code for who published it.
   */
  publish(message: Message): number {
    if (message.retain && !this.#retained.keep(message)) {
      this.#log.limited(
        "A retained message of {client} was refused: all of them may take {bytes} bytes",
        { client: message.publisher, bytes: this.#retained.bytes },
      );
      return REASON.quotaExceeded;
    }
    const receivers = this.#index.match(message.topic);
    for (const [session, subscriptions] of receivers) {
      this.#give(session, session.deliver(message, subscriptions));
    }
    return receivers.size === 0 ? REASON.noMatchingSubscribers : REASON.success;
  }

  /**
   * Adds a subscription, or replaces the one on the same filter.
   *
   * @param subscription To what, and how.
   * @returns False where it does not fit.
   */
  subscribe(session: Session, subscription: Subscription): boolean {
    if (!this.#index.add(session, subscription)) return false;
    session.subscriptions.set(subscription.name, subscription);
    return true;
  }

  /** Sends the retained messages that a new subscription brings. */
  sendRetained(session: Session, subscription: Subscription): void {
    if (subscription.group !== undefined) return;
    const now = this.#clock.monotonicMs();
    for (const message of this.#retained.match(subscription.filter, now)) {
      const isTaken = session.deliverRetained(message, subscription);
      this.#give(session, isTaken);
      if (!isTaken) return;
    }
  }

  /**
   * Removes a subscription.
   *
   * @param name Its filter, as the client wrote it.
   * @returns False where there was none.
   */
  unsubscribe(session: Session, name: string): boolean {
    const subscription = session.subscriptions.get(name);
    if (!subscription) return false;
    this.#index.remove(session, subscription);
    return session.subscriptions.delete(name);
  }

  /** Drops retained messages that have expired. */
  expire(): void {
    this.#retained.expire(this.#clock.monotonicMs());
  }

  /** Sends on, or cuts a client off that does not read. */
  #give(session: Session, isTaken: boolean): void {
    if (isTaken) return session.flush(this.#clock.monotonicMs());
    if (session.channel) {
      session.channel.end(
        REASON.quotaExceeded,
        `it leaves more than ${session.outgoing.bytes} bytes unread`,
      );
      return;
    }
    this.#log.limited(
      "A message for {client} was dropped: it is away and {bytes} bytes wait for it",
      { client: session.clientId, bytes: session.outgoing.bytes },
    );
  }
}
