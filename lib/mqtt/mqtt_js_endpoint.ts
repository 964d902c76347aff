/**
 * {@linkcode MqttEndpoint} over MQTT.js.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { ConnectionError, PayloadError } from "#lib/base/errors.ts";
import type { SmartbikeError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import { mayReach } from "#lib/base/net_permission.ts";
import { Backoff, type BackoffOptions } from "#lib/base/retry.ts";
import { type BrokerAddress, parseBrokerAddress } from "./broker_address.ts";
import type {
  ConnectedInfo,
  ConnectOptions,
  MessageHandler,
  MqttEndpoint,
  MqttTraffic,
  ProtocolVersion,
  PublishOptions,
  PublishResult,
  SubscribeOptions,
  Subscription,
} from "./endpoint.ts";
import { isVersionRefusal, toConnectionError } from "./mqtt_js_error.ts";
import { type Connack, MqttJsLink } from "./mqtt_js_link.ts";
import { Outbox, type OutgoingMessage } from "./outbox.ts";
import type { FilterEntry } from "./subscription_table.ts";
import { type SubscribeOutcome, Subscriptions } from "./subscriptions.ts";
import { isTopicName } from "./topic.ts";

const logger = getLogger("mqtt");

/** Room that a PUBLISH takes besides its payload, in bytes, generously. */
const PUBLISH_OVERHEAD_BYTES = 2048;

/** How long `close` waits for messages on their way, in milliseconds. */
const DRAIN_TIMEOUT_MS = 2000;

/** How an endpoint behaves. */
export interface MqttJsEndpointOptions {
  /**
   * Client id, unique for each broker; an empty one is replaced.
   *
   * @default a random one
   */
  readonly clientId?: string;
  /**
   * The most messages that wait while they cannot be sent.
   *
   * @default {65536}
   */
  readonly queueLimit?: number;
  /**
   * The most unacknowledged messages; the broker's own limit holds too.
   *
   * @default {1000}
   */
  readonly inFlightLimit?: number;
  /** How the wait between tries to reconnect grows. */
  readonly backoff?: BackoffOptions;
}

/** The caller of `connect`, while it waits. */
interface Attempt {
  readonly options: ConnectOptions;
  resolve(): void;
  reject(error: unknown): void;
}

/** An MQTT client over TCP, TLS or WebSocket that reconnects by itself. */
export class MqttJsEndpoint implements MqttEndpoint {
  /** Client id, unique for each broker. */
  readonly clientId: string;
  /** Fires after each connect and reconnect, when all subscriptions are granted. */
  readonly onConnected: EventHook<[info: ConnectedInfo]> = new EventHook(
    "onConnected",
  );
  /** Fires when the connection is lost or closed. */
  readonly onDisconnected: EventHook<[]> = new EventHook("onDisconnected");
  /** Fires for errors that no call can report. */
  readonly onError: EventHook<[error: SmartbikeError]> = new EventHook(
    "onError",
  );
  readonly #inFlightLimit: number;
  readonly #backoff: Backoff;
  readonly #subscriptions: Subscriptions;
  readonly #outbox: Outbox;
  #address: BrokerAddress | undefined;
  #attempt: Attempt | undefined;
  #link: MqttJsLink | undefined;
  #connack: Connack | undefined;
  #connectedSinceMs = 0;
  #protocolVersion: ProtocolVersion | undefined;
  #connected = false;
  readonly #traffic = { connections: 0, published: 0, received: 0 };
  #ending: Promise<unknown> = Promise.resolve();

  /**
   * Makes an endpoint; it talks to nobody before `connect`.
   *
   * @param options How the endpoint behaves.
   */
  constructor(options: MqttJsEndpointOptions = {}) {
    this.clientId = options.clientId ||
      `smartbike-${randomUUID().slice(0, 13)}`;
    this.#inFlightLimit = options.inFlightLimit ?? 1000;
    this.#backoff = new Backoff(options.backoff);
    this.#subscriptions = new Subscriptions({
      isLinked: () => this.#connack !== undefined,
      subscribe: (entry) => this.#sendSubscribe(entry),
      unsubscribe: async (filter) => await this.#link?.unsubscribe(filter),
    });
    this.#outbox = new Outbox((message) => this.#send(message), {
      limit: options.queueLimit ?? 65_536,
      brokerUrl: () => this.brokerUrl,
    });
  }

  /** The broker as a URL without credentials; empty before `connect`. */
  get brokerUrl(): string {
    return this.#address?.url ?? "";
  }

  /** True while connected with all subscriptions granted. */
  get connected(): boolean {
    return this.#connected;
  }

  /** How much has gone over it so far. */
  get traffic(): MqttTraffic {
    return { ...this.#traffic };
  }

  /** MQTT version in use; undefined before the first connection. */
  get protocolVersion(): ProtocolVersion | undefined {
    return this.#protocolVersion;
  }

  /**
   * Connects, and from then on reconnects with growing waits until closed.
   *
   * @param broker `host`, `host:port`, or a URL of scheme `mqtt`, `mqtts`, `ws` or `wss`.
   * @param options How to reach and use the broker.
   * @throws {ConnectionError} If the broker refuses, or cannot be reached and `retry` is off.
   * @throws {ConfigError} If `broker` cannot be understood.
   * @throws {TypeError} If the endpoint is connected or connecting already.
   */
  async connect(broker: string, options: ConnectOptions = {}): Promise<void> {
    const { signal, protocolVersion = "auto" } = options;
    if (this.#link || this.#attempt) {
      throw new TypeError(
        `Cannot connect to "${broker}": the endpoint is in use, close it first`,
      );
    }
    signal?.throwIfAborted();
    const address = parseBrokerAddress(broker);
    this.#address = address;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const attempt = { options, resolve, reject };
    this.#attempt = attempt;
    const onAbort = () => this.#fail(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await requireNetPermission(address);
      if (this.#attempt === attempt) {
        this.#open(protocolVersion === "3.1.1" ? "3.1.1" : "5");
      }
      await promise;
    } finally {
      if (this.#attempt === attempt) this.#attempt = undefined;
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * Publishes a message; while not connected it waits in a bounded queue.
   *
   * @param topic Topic name.
   * @param payload UTF-8 text or bytes.
   * @param options How it is published.
   * @returns Resolves when sent (QoS 0) or acknowledged (QoS 1 and 2).
   * @throws {RangeError} If `topic` or the response topic is no topic name.
   * @throws {ConnectionError} Reason `queue_full`, `refused`, `not_authorized` or `closed`.
   * @throws {PayloadError} If the broker takes no packet of that size.
   */
  publish(
    topic: string,
    payload: string | Uint8Array,
    options: PublishOptions = {},
  ): Promise<PublishResult> {
    const { responseTopic } = options.properties ?? {};
    try {
      requireTopicName(topic);
      if (responseTopic !== undefined) requireTopicName(responseTopic);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#outbox.push(topic, payload, options);
  }

  /**
   * Adds a handler for a topic filter.
   *
   * @param filter Topic filter.
   * @param handler Called for each message.
   * @param options How the subscription is made.
   * @returns The subscription; it may be made before `connect`.
   * @throws {RangeError} If `filter` is no topic filter.
   */
  subscribe(
    filter: string,
    handler: MessageHandler,
    options: SubscribeOptions = {},
  ): Subscription {
    return this.#subscriptions.add(filter, handler, options);
  }

  /** Sends what is on its way and disconnects; handlers stay for a later `connect`. */
  async close(): Promise<void> {
    const error = new ConnectionError(
      `Cannot use "${this.brokerUrl}": the endpoint was closed`,
      this.brokerUrl,
      "closed",
    );
    this.#attempt?.reject(error);
    this.#attempt = undefined;
    if (this.#connected) await this.#outbox.drain(DRAIN_TIMEOUT_MS);
    await this.#dropLink();
    this.#outbox.clear(error);
    this.#subscriptions.close(error);
  }

  /** The same as {@linkcode MqttJsEndpoint.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(protocolVersion: ProtocolVersion): void {
    const address = this.#address;
    const options = this.#attempt?.options;
    if (!address || !options) return;
    const { clientId } = this;
    this.#protocolVersion = protocolVersion;
    const connection = { address, clientId, protocolVersion, options };
    this.#link = new MqttJsLink(connection, {
      connected: (connack) => void this.#onConnack(connack),
      message: (message, ids) => {
        this.#traffic.received++;
        this.#subscriptions.dispatch(message, ids);
      },
      failed: (cause) => this.#onLinkError(cause),
      closed: () => this.#onClose(),
      nextWaitMs: () => this.#nextWaitMs(),
      putBack: (message) => this.#outbox.putBack(message),
    });
  }

  async #onConnack(connack: Connack): Promise<void> {
    this.#connack = connack;
    this.#connectedSinceMs = performance.now();
    await this.#subscriptions.renew();
    if (this.#connack !== connack) return;
    this.#connected = true;
    this.#traffic.connections++;
    const window = Math.min(connack.receiveMaximum, this.#inFlightLimit);
    this.#outbox.open(window);
    const { protocolVersion = "5", brokerUrl } = this;
    logger.info("Connected to {brokerUrl} with MQTT {protocolVersion}", {
      brokerUrl,
      protocolVersion,
    });
    this.#attempt?.resolve();
    const { sessionPresent } = connack;
    this.onConnected.fire({ protocolVersion, sessionPresent });
  }

  #nextWaitMs(): number {
    if (this.#connack) {
      this.#backoff.succeeded(performance.now() - this.#connectedSinceMs);
    }
    return this.#backoff.nextMs();
  }

  #onLinkError(cause: unknown): void {
    const attempt = this.#attempt;
    const { protocolVersion: wanted = "auto" } = attempt?.options ?? {};
    if (
      attempt && wanted === "auto" && this.#protocolVersion === "5" &&
      isVersionRefusal(cause)
    ) {
      logger.info("{brokerUrl} refuses MQTT 5, trying 3.1.1", {
        brokerUrl: this.brokerUrl,
      });
      void this.#dropLink();
      return this.#open("3.1.1");
    }
    this.#onFailure(toConnectionError(cause, this.brokerUrl));
  }

  #onClose(): void {
    const answered = this.#connack !== undefined;
    this.#onLost();
    if (answered || this.#attempt?.options.retry !== false) return;
    this.#onFailure(
      new ConnectionError(
        `Cannot connect to "${this.brokerUrl}": the connection was closed without an answer, expected a CONNACK`,
        this.brokerUrl,
        "unreachable",
      ),
    );
  }

  #onFailure(error: ConnectionError): void {
    const { retry = true } = this.#attempt?.options ?? {};
    if (this.#attempt && (!retry || error.reason !== "unreachable")) {
      return this.#fail(error);
    }
    logger.warn("{message}, trying again", { message: error.message });
    this.onError.fire(error);
  }

  #fail(reason: unknown): void {
    this.#attempt?.reject(reason);
    this.#attempt = undefined;
    void this.#dropLink();
  }

  #onLost(): void {
    this.#connack = undefined;
    this.#outbox.close();
    if (!this.#connected) return;
    this.#connected = false;
    logger.info("Disconnected from {brokerUrl}", { brokerUrl: this.brokerUrl });
    this.onDisconnected.fire();
  }

  async #dropLink(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    this.#onLost();
    const earlier = this.#ending;
    this.#ending = Promise.all([earlier, link?.end()]);
    await this.#ending;
  }

  async #sendSubscribe(entry: FilterEntry): Promise<SubscribeOutcome> {
    const wanted = entry.protocolVersion ?? this.#protocolVersion;
    if (wanted !== this.#protocolVersion) return "granted";
    const outcome = await this.#link?.subscribe(entry) ?? "lost";
    if (outcome instanceof ConnectionError) {
      logger.error("{message}", { message: outcome.message });
      this.onError.fire(outcome);
    }
    return outcome;
  }

  #send(message: OutgoingMessage): void {
    const { topic, payload } = message;
    const limit = this.#connack?.maximumPacketBytes ?? Infinity;
    const bytes = limit === Infinity ? 0 : Buffer.byteLength(payload);
    if (bytes + PUBLISH_OVERHEAD_BYTES <= limit) {
      this.#traffic.published++;
      return this.#link?.publish(message);
    }
    const expected = `at most ${limit - PUBLISH_OVERHEAD_BYTES}`;
    message.reject(
      new PayloadError({
        topic,
        path: "",
        received: `${bytes} bytes`,
        expected: `${expected}, the broker's limit`,
      }),
    );
  }
}

function requireTopicName(name: string): void {
  if (isTopicName(name)) return;
  throw new RangeError(
    `Cannot publish to "${name}": it is no topic name, expected 1 to 65535 bytes without wildcards`,
  );
}

/** With the network denied MQTT.js reports nothing at all, so this is checked first. */
async function requireNetPermission(address: BrokerAddress): Promise<void> {
  const name = address.host.includes(":") ? `[${address.host}]` : address.host;
  const host = `${name}:${address.port}`;
  if (await mayReach(host)) return;
  throw new ConnectionError(
    `Cannot connect to "${address.url}": network access is denied, run with --allow-net=${host}`,
    address.url,
    "permission",
  );
}
