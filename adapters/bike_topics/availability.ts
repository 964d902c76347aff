/**
 * Whether the bike is there, on its retained topic.
 *
 * @module
 */
import { getLogger } from "#lib/base/logger.ts";
import type { MqttMessage, Subscription, Will } from "#lib/mqtt/endpoint.ts";
import {
  type BikeTopicsOptions,
  deviceNameOf,
  type TopicsContext,
} from "./context.ts";
import { NewestPublisher } from "./newest_publisher.ts";
import { isAnnouncement, isOnline, stringifyPresence } from "./presence.ts";
import { BikeTopics } from "./topics.ts";

const logger = getLogger("topics");

/**
 * The last will of a connection that shows a bike on its topics, for
 * `MqttEndpoint.connect`.
 *
 * @example Usage
 * ```ts
 * import { offlineWill } from "#adapters/bike_topics/availability.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(offlineWill({ bikeId: "000001" }), {
 *   topic: "bike/000001/status",
 *   payload: '{"state": "offline", "metadata": {"deviceName": "bike000001"}}',
 *   qos: 1,
 *   retain: true,
 * });
 * ```
 *
 * @param options The same as for `serveBikeTopics`.
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function offlineWill(
  options: Pick<BikeTopicsOptions, "bikeId" | "deviceName" | "qos">,
): Will {
  const { bikeId, qos = 1 } = options;
  const deviceName = deviceNameOf(options);
  return {
    topic: new BikeTopics(bikeId).availability,
    payload: stringifyPresence({ state: "offline", deviceName }),
    qos,
    retain: true,
  };
}

/** Another program is a line in the log at most once in this time, in milliseconds. */
const WARN_EVERY_MS = 60_000;

/**
 * Reports that the bike is there, on each connection, and again where something
 * else is reported: by the will of an older connection that the broker notices too
 * late, or by another program of the same bike that ends.
 *
 * Where two programs show one bike, the one that said so last carries the
 * commands out: all hear of it in the broker's order.
 */
export class Availability {
  /** Its subscription. */
  readonly subscription: Subscription;
  /** Resolves when the broker knows for the first time. */
  readonly announced: Promise<void>;
  readonly #context: TopicsContext;
  readonly #publisher: NewestPublisher;
  readonly #onEcho: () => void;
  readonly #resolveAnnounced: () => void;
  #connection = 0;
  #text = "";
  /** What the connection before announced; the broker may still hold it. */
  #textBefore = "";
  #isReplaced = false;
  #warnedMs = -Infinity;

  /**
   * Starts to announce.
   *
   * @param context What the adapter stands on.
   * @param onEcho Called when our own message comes back, behind all that the broker had kept.
   */
  constructor(context: TopicsContext, onEcho: () => void) {
    const { endpoint, qos, signal, topics } = context;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#context = context;
    this.#publisher = new NewestPublisher(endpoint, context);
    this.#onEcho = onEcho;
    this.announced = promise;
    this.#resolveAnnounced = resolve;
    this.subscription = endpoint.subscribe(
      topics.availability,
      (message) => this.#onMessage(message),
      { qos },
    );
    const announce = () => {
      this.#connection++;
      void this.#announce();
    };
    endpoint.onConnected.add(announce, { signal });
    if (endpoint.connected) announce();
  }

  /** Whether another program shows the bike now, and carries its commands out. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /** Reports that the bike is gone, in good order. */
  async end(): Promise<void> {
    const { clock, deviceName } = this.#context;
    const timeMs = clock.now();
    await this.#publish(
      stringifyPresence({ state: "offline", deviceName, timeMs }),
    );
  }

  /** Reports once more that the bike is there, and sees its own message. */
  announceAgain(): void {
    if (this.#context.endpoint.connected) void this.#announce();
  }

  async #announce(): Promise<void> {
    const { clock, deviceName } = this.#context;
    this.#textBefore = this.#text;
    this.#text = stringifyPresence({
      state: "online",
      deviceName,
      timeMs: clock.now(),
      connection: this.#connection,
    });
    await this.#publish(this.#text);
    this.#resolveAnnounced();
  }

  async #publish(text: string): Promise<void> {
    const { endpoint, qos, topics } = this.#context;
    const topic = topics.availability;
    try {
      await endpoint.publish(topic, text, { qos, retain: true });
    } catch (error) {
      logger.warn("Cannot publish to {topic}: {error}", { topic, error });
    }
  }

  #onMessage({ payload, retain, topic }: MqttMessage): void {
    const { connected } = this.#context.endpoint;
    const text = new TextDecoder().decode(payload);
    const isOwn = text === this.#text || text === this.#textBefore;
    // What the broker held at our first connection may be an older run's.
    const isNew = !retain || this.#connection > (connected ? 1 : 0);
    const isOther = isNew && !isOwn && isOnline(payload);
    if (isOther) this.#warn(topic);
    if (retain || !connected) return;
    if (text === this.#text) {
      this.#isReplaced = false;
      this.#onEcho();
    } else if (isOther) this.#isReplaced ||= isAnnouncement(payload);
    else if (!isOnline(payload)) this.#publisher.put(topic, this.#text, true);
  }

  #warn(topic: string): void {
    const nowMs = this.#context.clock.monotonicMs();
    if (nowMs - this.#warnedMs < WARN_EVERY_MS) return;
    this.#warnedMs = nowMs;
    logger.warn(
      "Another program shows the bike of {topic}, and commands go to one of both: end one, or give it an id of its own",
      { topic },
    );
  }
}
