/**
 * The subscriptions of one endpoint, which outlive its connections.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { ConnectionError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import { CopyFilter } from "./copy_filter.ts";
import { restoreDots } from "./dotted_topics.ts";
import type {
  MessageHandler,
  MqttMessage,
  SubscribeOptions,
  Subscription,
} from "./endpoint.ts";
import { type FilterEntry, SubscriptionTable } from "./subscription_table.ts";
import { isTopicFilter } from "./topic.ts";

const logger = getLogger("mqtt");

/** What became of a SUBSCRIBE; `lost` when the connection went first. */
export type SubscribeOutcome = "granted" | "lost" | ConnectionError;

/** The connection, as far as subscriptions need it. */
interface SubscriptionLink {
  /** Checks whether the broker has accepted the connection. */
  isLinked(): boolean;
  /** Sends SUBSCRIBE for a filter; never rejects. */
  subscribe(entry: FilterEntry): Promise<SubscribeOutcome>;
  /** Sends UNSUBSCRIBE for a filter; never rejects. */
  unsubscribe(filter: string): Promise<void>;
  /** Reports that the broker changes topics, or that the client id is used twice. */
  notice(text: string): void;
  /** The client id. */
  readonly clientId: string;
  /** Where time comes from. */
  readonly clock: Clock;
}

/** Somebody who waits for a SUBACK. */
interface Waiter {
  readonly identifier: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Adds and removes handlers, and sends SUBSCRIBE and UNSUBSCRIBE for them. */
export class Subscriptions {
  readonly #link: SubscriptionLink;
  readonly #table = new SubscriptionTable();
  readonly #waiters = new Map<FilterEntry, readonly Waiter[]>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #copies = new CopyFilter();
  #losesDots = false;

  /** Starts without handlers. */
  constructor(link: SubscriptionLink) {
    this.#link = link;
  }

  /**
   * Adds a handler.
   *
   * @param handler Called for each message.
   * @param options How the subscription is made.
   * @throws {RangeError} If `filter` is no topic filter.
   */
  add(
    filter: string,
    handler: MessageHandler,
    options: SubscribeOptions,
  ): Subscription {
    if (!isTopicFilter(filter)) {
      throw new RangeError(
        `Cannot subscribe to "${filter}": it is no topic filter, expected whole levels or + or a last #`,
      );
    }
    const { signal } = options;
    const entry = this.#table.add(filter, handler, options);
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    ready.catch(() => {});
    const waiter = { identifier: entry.identifier, resolve, reject };
    this.#waiters.set(entry, [...this.#waiters.get(entry) ?? [], waiter]);
    let ended: Promise<void> | undefined;
    const unsubscribe = () => {
      signal?.removeEventListener("abort", unsubscribe);
      return ended ??= this.#remove(entry, handler, waiter);
    };
    if (signal?.aborted) void unsubscribe();
    else if (this.#link.isLinked()) void this.#send(entry);
    signal?.addEventListener("abort", unsubscribe, { once: true });
    return { filter, ready, unsubscribe, [Symbol.asyncDispose]: unsubscribe };
  }

  /** Subscribes to everything on a new connection; resolves when all is answered. */
  async renew(): Promise<void> {
    this.#table.renew();
    this.#copies.reset();
    this.#losesDots = false;
    await Promise.all(
      Array.from(this.#table.entries, (entry) => this.#send(entry)),
    );
  }

  /**
   * Hands a message to its handlers; what they throw is logged.
   *
   * @param identifiers The subscription identifiers it came with.
   */
  dispatch(message: MqttMessage, identifiers: readonly number[]): void {
    if (identifiers.length === 0 && this.#isCopy(message)) return;
    if (this.#table.isForeign(identifiers)) return this.#noticeForeign();
    const handlers = this.#table.match(message, identifiers);
    for (const handler of handlers) call(handler, message);
    if (this.#losesDots || handlers.size === 0) {
      this.#dispatchDotted(message, handlers);
    }
  }

  #isCopy(message: MqttMessage): boolean {
    const matches = this.#table.matchTopic(message.topic).length;
    return this.#copies.isCopy(
      message,
      matches,
      this.#link.clock.monotonicMs(),
    );
  }

  /** The other client may have acted on it already, and its acknowledgement may be what was lost. */
  #noticeForeign(): void {
    const { clientId } = this.#link;
    this.#link.notice(
      `Cannot use a message of the session of "${clientId}": it was sent to another client with that client id, each needs its own`,
    );
  }

  /** A message that no filter matches shows that the broker has replaced its dots. */
  #dispatchDotted(
    message: MqttMessage,
    served: ReadonlySet<MessageHandler>,
  ): void {
    const called = new Set(served);
    for (const { filter, records } of this.#table.entries) {
      if (!filter.includes(".")) continue;
      const topic = restoreDots(filter, message.topic);
      if (topic === undefined || topic === message.topic) continue;
      this.#noticeDots(topic, message.topic);
      for (const { handler } of records) {
        if (called.has(handler)) continue;
        called.add(handler);
        call(handler, { ...message, topic });
      }
    }
  }

  #noticeDots(published: string, delivered: string): void {
    if (this.#losesDots) return;
    this.#losesDots = true;
    this.#link.notice(
      `Cannot keep the dots of "${published}": the broker delivers it as "${delivered}", as RabbitMQ does; topics with dots are found all the same, retained ones without wildcards only`,
    );
  }

  /** Rejects all who still wait for a grant. */
  close(error: ConnectionError): void {
    for (const waiter of [...this.#waiters.values()].flat()) {
      waiter.reject(error);
    }
    this.#waiters.clear();
  }

  async #send(entry: FilterEntry): Promise<void> {
    const leaving = this.#leaving.get(entry.filter);
    if (leaving) {
      // A broker may handle an UNSUBSCRIBE after the SUBSCRIBE behind it.
      await leaving;
      if (!this.#link.isLinked()) return;
    }
    const { identifier } = entry;
    const outcome = await this.#link.subscribe(entry);
    if (outcome === "lost") return;
    const later: Waiter[] = [];
    for (const waiter of this.#waiters.get(entry) ?? []) {
      if (waiter.identifier > identifier) later.push(waiter);
      else if (outcome === "granted") waiter.resolve();
      else waiter.reject(outcome);
    }
    if (later.length > 0) this.#waiters.set(entry, later);
    else this.#waiters.delete(entry);
  }

  async #remove(
    entry: FilterEntry,
    handler: MessageHandler,
    waiter: Waiter,
  ): Promise<void> {
    waiter.reject(
      new ConnectionError(
        `Cannot subscribe to "${entry.filter}": the subscription was ended`,
        "",
        "closed",
      ),
    );
    if (!this.#table.remove(entry.filter, handler)) return;
    this.#waiters.delete(entry);
    if (this.#link.isLinked()) await this.#leave(entry.filter);
  }

  async #leave(filter: string): Promise<void> {
    const leaving = this.#link.unsubscribe(filter);
    this.#leaving.set(filter, leaving);
    await leaving;
    if (this.#leaving.get(filter) === leaving) this.#leaving.delete(filter);
  }
}

function call(handler: MessageHandler, message: MqttMessage): void {
  try {
    handler(message);
  } catch (error) {
    logger.error("The handler of {topic} failed: {error}", {
      topic: message.topic,
      error,
    });
  }
}
