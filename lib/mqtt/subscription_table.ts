/**
 * Which handlers want which messages.
 *
 * Each SUBSCRIBE carries an identifier of its own (MQTT 5.0, 3.8.2.1.2), which
 * the broker repeats on every message it delivers for it. So a message goes
 * straight to its filter's handlers without matching topics; two overlapping
 * filters do not double a message; and the retained messages that a SUBSCRIBE
 * brings reach only the handlers that were added with it. Where the broker
 * gives no identifiers (MQTT 3.1.1) topics are matched.
 *
 * Identifiers start anywhere: two clients that take each other's client id over
 * take the session over too, and with it what the other one may have had
 * already. Its identifiers show whose it was.
 *
 * @module
 */
import type {
  MessageHandler,
  MqttMessage,
  ProtocolVersion,
  Qos,
  SubscribeOptions,
} from "./endpoint.ts";
import { isTopicName, matchesFilter } from "./topic.ts";

/** One handler on a filter. */
interface HandlerRecord {
  readonly handler: MessageHandler;
  /** Identifier of the newest SUBSCRIBE this handler was there for. */
  identifier: number;
}

/** A topic filter with its handlers. */
export interface FilterEntry {
  /** The topic filter. */
  readonly filter: string;
  /** Highest quality of service any handler asked for. */
  qos: Qos;
  /** The only version it is subscribed over; undefined for both. */
  protocolVersion: ProtocolVersion | undefined;
  /** Identifier of the newest SUBSCRIBE for this filter, 1 to 268,435,455. */
  identifier: number;
  /** Its handlers, in the order they were added. */
  records: readonly HandlerRecord[];
  /** Identifiers that messages may still carry, the newest last. */
  readonly identifiers: number[];
}

/** The least identifier is below this; above are enough for any number of subscriptions. */
const FIRST_BELOW = 2 ** 27;

/** How many identifiers of a filter are known; a message that was queued may carry an old one. */
const KNOWN_IDENTIFIERS = 16;

/** The handlers of one endpoint, by topic filter. */
export class SubscriptionTable {
  readonly #byFilter = new Map<string, FilterEntry>();
  readonly #byIdentifier = new Map<number, FilterEntry>();
  readonly #wildcards = new Set<FilterEntry>();
  /** On how many filters a handler is. */
  readonly #uses = new WeakMap<MessageHandler, number>();
  readonly #before = Math.floor(Math.random() * FIRST_BELOW);
  #lastIdentifier = this.#before;

  /** The entries, in the order they were added. */
  get entries(): Iterable<FilterEntry> {
    return this.#byFilter.values();
  }

  /**
   * Adds a handler; its filter needs a SUBSCRIBE with the entry's identifier.
   *
   * @param filter A valid topic filter.
   * @param options How the handler wants its messages.
   */
  add(
    filter: string,
    handler: MessageHandler,
    options: SubscribeOptions,
  ): FilterEntry {
    const { qos = 1, protocolVersion } = options;
    const identifier = ++this.#lastIdentifier;
    const known = this.#byFilter.get(filter);
    const entry = known ??
      {
        filter,
        qos,
        protocolVersion,
        identifier,
        records: [],
        identifiers: [],
      };
    entry.identifier = identifier;
    if (protocolVersion !== entry.protocolVersion) {
      entry.protocolVersion = undefined;
    }
    if (qos > entry.qos) entry.qos = qos;
    entry.records = [...entry.records, { handler, identifier }];
    this.#use(handler, 1);
    this.#byFilter.set(filter, entry);
    this.#byIdentifier.set(identifier, entry);
    entry.identifiers.push(identifier);
    if (entry.identifiers.length > KNOWN_IDENTIFIERS) {
      this.#byIdentifier.delete(entry.identifiers.shift() ?? 0);
    }
    if (!isTopicName(filter)) this.#wildcards.add(entry);
    return entry;
  }

  /**
   * Takes the first occurrence of a handler off its filter.
   *
   * @param filter The filter it was added with.
   * @returns True if it was the filter's last one, which needs an UNSUBSCRIBE.
   */
  remove(filter: string, handler: MessageHandler): boolean {
    const entry = this.#byFilter.get(filter);
    if (!entry) return false;
    const at = entry.records.findIndex((record) => record.handler === handler);
    if (at < 0) return false;
    entry.records = entry.records.toSpliced(at, 1);
    this.#use(handler, -1);
    if (entry.records.length > 0) return false;
    this.#byFilter.delete(filter);
    this.#wildcards.delete(entry);
    for (const identifier of entry.identifiers) {
      this.#byIdentifier.delete(identifier);
    }
    return true;
  }

  /** Makes every handler receive what the next SUBSCRIBE of its filter brings. */
  renew(): void {
    for (const entry of this.#byFilter.values()) {
      for (const record of entry.records) record.identifier = entry.identifier;
    }
  }

  /**
   * Checks whether a message was sent for subscriptions of another client.
   *
   * @param identifiers The subscription identifiers it came with.
   */
  isForeign(identifiers: readonly number[]): boolean {
    return identifiers.length > 0 &&
      identifiers.every((identifier) =>
        identifier <= this.#before || identifier > this.#lastIdentifier
      );
  }

  /**
   * Finds the handlers of a message.
   *
   * @param identifiers The subscription identifiers it came with; empty where the broker gives none.
   * @returns Each handler once, in the order of their filters.
   */
  match(
    message: MqttMessage,
    identifiers: readonly number[],
  ): ReadonlySet<MessageHandler> {
    const { retain, topic } = message;
    const handlers = new Set<MessageHandler>();
    if (identifiers.length === 0) {
      for (const { records } of this.matchTopic(topic)) {
        for (const { handler } of records) handlers.add(handler);
      }
      return handlers;
    }
    for (const identifier of identifiers) {
      const entry = this.#byIdentifier.get(identifier);
      for (const record of entry?.records ?? []) {
        if (retain && record.identifier < identifier) continue;
        if (entry && this.#comesTwice(record.handler, entry, message)) continue;
        handlers.add(record.handler);
      }
    }
    return handlers;
  }

  /**
   * Finds the filters of a topic.
   *
   * @returns The entries whose filter matches.
   */
  matchTopic(topic: string): readonly FilterEntry[] {
    const entries = [...this.#wildcards].filter(({ filter }) =>
      matchesFilter(filter, topic)
    );
    const exact = this.#byFilter.get(topic);
    return exact ? [exact, ...entries] : entries;
  }

  /**
   * A broker may send a message once for each filter, with one identifier
   * each; a handler of several filters then takes the copy of its first.
   */
  #comesTwice(
    handler: MessageHandler,
    entry: FilterEntry,
    { topic, retain }: MqttMessage,
  ): boolean {
    const count = this.#uses.get(handler) ?? 0;
    if (count < 2 || retain) return false;
    const first = this.matchTopic(topic).find(({ records }) =>
      records.some((record) => record.handler === handler)
    );
    return first !== undefined && first !== entry;
  }

  #use(handler: MessageHandler, change: 1 | -1): void {
    this.#uses.set(handler, (this.#uses.get(handler) ?? 0) + change);
  }
}
