/**
 * Messages on their way to the broker, of which only the newest of each topic
 * waits.
 *
 * @module
 */
import { TopicRefusedError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MqttEndpoint, Qos } from "#lib/mqtt/endpoint.ts";
import type { LinkAge } from "#lib/objectapi/link_age.ts";

const logger = getLogger("topics");

/** The most messages that are on their way besides the newest of each topic. */
const MAX_ON_THEIR_WAY = 100;

/** How messages are published. */
interface PublisherOptions {
  /** Quality of service. */
  readonly qos: Qos;
  /** Ends the publisher; what waits is dropped. */
  readonly signal: AbortSignal;
  /** Learns how long messages are on their way. */
  readonly age?: Pick<LinkAge, "sent">;
}

interface Message {
  readonly payload: string;
  readonly retain: boolean;
}

/** What is known of one topic. */
interface Slot {
  /** Whether a message is on its way. */
  isBusy: boolean;
  /** The newest message, where it has to wait. */
  next: Message | undefined;
}

/**
 * Publishes messages. While one of a topic is on its way, or the broker is
 * away, the newest one of that topic waits, and replaces the one that waited:
 * memory stays bounded, and nothing old is sent in a burst.
 */
export class NewestPublisher {
  readonly #endpoint: MqttEndpoint;
  readonly #options: PublisherOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #refused = new Set<string>();
  #onTheirWay = 0;

  /**
   * Starts without messages.
   *
   * @param options How messages are published.
   */
  constructor(endpoint: MqttEndpoint, options: PublisherOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    const { signal } = options;
    endpoint.onConnected.add(() => {
      for (const topic of this.#slots.keys()) void this.#pump(topic);
    }, { signal });
  }

  /**
   * Publishes a message as soon as its topic is free, unless a newer one comes first.
   *
   * @param retain Whether the broker keeps it.
   */
  put(topic: string, payload: string, retain = false): void {
    const slot = this.#slots.get(topic) ?? { isBusy: false, next: undefined };
    slot.next = { payload, retain };
    this.#slots.set(topic, slot);
    void this.#pump(topic);
  }

  /**
   * Publishes a message that a newer one does not replace: an answer, or a
   * press of a button. Only while the broker is away, or does not keep up, the
   * newest one waits as with {@linkcode NewestPublisher.put}.
   */
  send(topic: string, payload: string): void {
    const { connected } = this.#endpoint;
    if (!connected || this.#onTheirWay >= MAX_ON_THEIR_WAY) {
      return this.put(topic, payload);
    }
    this.drop(topic);
    void this.#sendNow(topic, payload);
  }

  /** Takes back the message of a topic that waits. */
  drop(topic: string): void {
    const slot = this.#slots.get(topic);
    if (slot) slot.next = undefined;
  }

  /** A topic that the account may not use is reported once; the others go on. */
  #report(topic: string, error: unknown): void {
    if (!(error instanceof TopicRefusedError)) {
      return logger.warn("Cannot publish to {topic}: {error}", {
        topic,
        error,
      });
    }
    const level = this.#refused.has(topic) ? "debug" : "warn";
    this.#refused.add(topic);
    logger[level]("{message}", { message: error.message });
  }

  async #sendNow(topic: string, payload: string): Promise<void> {
    this.#onTheirWay++;
    await this.#publish(topic, { payload, retain: false });
    this.#onTheirWay--;
  }

  async #pump(topic: string): Promise<void> {
    const slot = this.#slots.get(topic);
    if (!slot || slot.isBusy) return;
    const { signal } = this.#options;
    slot.isBusy = true;
    while (slot.next && this.#endpoint.connected && !signal.aborted) {
      const message = slot.next;
      slot.next = undefined;
      await this.#publish(topic, message);
    }
    slot.isBusy = false;
    if (!slot.next) this.#slots.delete(topic);
  }

  async #publish(topic: string, { payload, retain }: Message): Promise<void> {
    const { age, qos } = this.#options;
    const acknowledged = age?.sent();
    try {
      await this.#endpoint.publish(topic, payload, { qos, retain });
      acknowledged?.();
    } catch (error) {
      this.#report(topic, error);
    }
  }
}
