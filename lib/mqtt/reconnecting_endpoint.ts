/**
 * An endpoint that keeps itself connected, over whatever link it is given.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { ConnectionError } from "#lib/base/errors.ts";
import type { SmartbikeError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import {
  type BrokerAddress,
  parseBrokerAddress,
  requireScheme,
} from "./broker_address.ts";
import { randomClientId } from "./client_id.ts";
import { requireConnectOptions } from "./connect_check.ts";
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
import type { EndpointOptions } from "./endpoint_options.ts";
import type { Connack, Link, LinkEnd, MakeLink } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { PublishGate } from "./publish_gate.ts";
import { ReconnectPace } from "./reconnect_pace.ts";
import { RepeatFilter } from "./repeat_filter.ts";
import type { FilterEntry } from "./subscription_table.ts";
import { type SubscribeOutcome, Subscriptions } from "./subscriptions.ts";
import { chooseVersion } from "./version_choice.ts";

const logger = getLogger("mqtt");

/** How long `close` waits for messages on their way, in milliseconds. */
const DRAIN_TIMEOUT_MS = 2000;

/** How long an UNSUBSCRIBE is waited for, in milliseconds. */
const UNSUBSCRIBE_TIMEOUT_MS = 1000;

/** A try to reconnect in which nothing comes for this time is given up, in milliseconds, or three times what the first one took. */
const LEAST_PATIENCE_MS = 3000;

/** What carries an endpoint. */
interface Carrier {
  /** Makes a link to a broker. */
  readonly makeLink: MakeLink;
  /**
   * Gets ready to connect.
   *
   * @param address Where the broker is.
   * @throws {ConnectionError} If this program may not.
   */
  prepare?(address: BrokerAddress): Promise<void>;
}

/** The caller of `connect`, while it waits. */
interface Attempt {
  resolve(): void;
  reject(error: unknown): void;
}

/** A client of one broker, over links that come and go; {@linkcode MqttEndpoint} says what its members do. */
export class ReconnectingEndpoint implements MqttEndpoint {
  readonly clientId: string;
  readonly onConnected: EventHook<[info: ConnectedInfo]> = new EventHook(
    "onConnected",
  );
  readonly onDisconnected: EventHook<[]> = new EventHook("onDisconnected");
  readonly onResumed: EventHook<[silentMs: number]> = new EventHook(
    "onResumed",
  );
  readonly onError: EventHook<[error: SmartbikeError]> = new EventHook(
    "onError",
  );
  readonly #carrier: Carrier;
  readonly #clock: Clock;
  readonly #inFlightLimit: number;
  readonly #pace: ReconnectPace;
  readonly #subscriptions: Subscriptions;
  readonly #outbox: Outbox;
  readonly #gate: PublishGate;
  readonly #repeats: RepeatFilter;
  readonly #traffic = { connections: 0, published: 0, received: 0 };
  #address: BrokerAddress | undefined;
  #options: ConnectOptions = {};
  #attempt: Attempt | undefined;
  #link: Link | undefined;
  #connack: Connack | undefined;
  #openedMs = 0;
  #connectedMs = 0;
  #patienceMs = Infinity;
  #protocolVersion: ProtocolVersion | undefined;
  #connected = false;
  #stopWaiting = () => {};
  /** Whether the broker has left an UNSUBSCRIBE unanswered. */
  #isUnresponsive = false;
  #ending: Promise<unknown> = Promise.resolve();

  constructor(carrier: Carrier, options: EndpointOptions) {
    const { clock = systemClock, queueLimit: limit = 65_536 } = options;
    const brokerUrl = () => this.brokerUrl;
    this.#carrier = carrier;
    this.#clock = clock;
    this.clientId = options.clientId || randomClientId();
    this.#inFlightLimit = options.inFlightLimit ?? 1000;
    this.#pace = new ReconnectPace(options.backoff, options.takenOverBackoff);
    this.#repeats = new RepeatFilter(clock);
    this.#subscriptions = new Subscriptions({
      isLinked: () => this.#connack !== undefined,
      subscribe: (entry) => this.#sendSubscribe(entry),
      unsubscribe: (filter) => this.#sendUnsubscribe(filter),
      notice: (text) =>
        this.#report(new ConnectionError(text, brokerUrl(), "refused")),
      clientId: this.clientId,
      clock,
    });
    this.#gate = new PublishGate({
      brokerUrl,
      protocolVersion: () => this.#protocolVersion ?? "5",
      maximumPacketBytes: () => this.#options.maximumPacketBytes ?? Infinity,
      send: (message) => {
        this.#traffic.published++;
        this.#link?.publish(message);
      },
      notice: (error) => this.#report(error),
    });
    this.#outbox = new Outbox((message) => this.#gate.send(message), {
      limit,
      brokerUrl,
      clock,
    });
  }

  get brokerUrl(): string {
    return this.#address?.url ?? "";
  }

  get connected(): boolean {
    return this.#connected;
  }

  get traffic(): MqttTraffic {
    return { ...this.#traffic };
  }

  get protocolVersion(): ProtocolVersion | undefined {
    return this.#protocolVersion;
  }

  async connect(broker: string, options: ConnectOptions = {}): Promise<void> {
    const { signal, protocolVersion = "auto" } = options;
    if (this.#link || this.#attempt) {
      throw new TypeError(
        `Cannot connect to "${broker}": the endpoint is in use, close it first`,
      );
    }
    signal?.throwIfAborted();
    const address = parseBrokerAddress(broker);
    if (options.password !== undefined) requireScheme(broker, address);
    requireConnectOptions(this.clientId, options);
    this.#address = address;
    this.#options = options;
    this.#patienceMs = Infinity;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const attempt = { resolve, reject };
    this.#attempt = attempt;
    const onAbort = () => this.#fail(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await this.#carrier.prepare?.(address);
      if (this.#attempt === attempt) {
        this.#open(protocolVersion === "3.1.1" ? "3.1.1" : "5");
      }
      await promise;
    } finally {
      if (this.#attempt === attempt) this.#attempt = undefined;
      signal?.removeEventListener("abort", onAbort);
    }
  }

  publish(
    topic: string,
    payload: string | Uint8Array,
    options: PublishOptions = {},
  ): Promise<PublishResult> {
    try {
      this.#gate.require(topic, options);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#outbox.push(topic, payload, options);
  }

  subscribe(
    filter: string,
    handler: MessageHandler,
    options: SubscribeOptions = {},
  ): Subscription {
    return this.#subscriptions.add(filter, handler, options);
  }

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

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Makes a link for a version, and connects. */
  #open(protocolVersion: ProtocolVersion): void {
    const address = this.#address;
    if (!address) return;
    this.#protocolVersion = protocolVersion;
    const link = this.#carrier.makeLink({
      address,
      clientId: this.clientId,
      protocolVersion,
      options: this.#options,
      clock: this.#clock,
    }, {
      connected: (connack) => void this.#onConnack(connack),
      resumed: (silentMs) => this.onResumed.fire(silentMs),
      message: (message, ids) => {
        this.#traffic.received++;
        this.#subscriptions.dispatch(message, ids);
      },
      closed: (end) => this.#onEnd(end),
      putBack: (message) => this.#outbox.putBack(message),
    });
    this.#link = link;
    this.#try(link);
  }

  #try(link: Link): void {
    this.#openedMs = this.#clock.monotonicMs();
    link.open(this.#patienceMs);
  }

  async #onConnack(connack: Connack): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    this.#connack = connack;
    this.#isUnresponsive = false;
    this.#patienceMs = Math.max(
      LEAST_PATIENCE_MS,
      3 * (nowMs - this.#openedMs),
    );
    await this.#subscriptions.renew();
    if (this.#connack !== connack) return;
    this.#connected = true;
    this.#connectedMs = nowMs;
    this.#traffic.connections++;
    const { sessionPresent, limits } = connack;
    this.#gate.open(limits);
    this.#outbox.open(Math.min(limits.receiveMaximum, this.#inFlightLimit));
    const { protocolVersion = "5", brokerUrl } = this;
    logger.info("Connected to {brokerUrl} with MQTT {protocolVersion}", {
      brokerUrl,
      protocolVersion,
    });
    this.#repeats.reset();
    this.#attempt?.resolve();
    this.onConnected.fire({ protocolVersion, sessionPresent });
  }

  #onEnd(end: LinkEnd): void {
    const tookMs = this.#clock.monotonicMs() - this.#openedMs;
    this.#onLost();
    const next = chooseVersion(end, {
      wanted: this.#options.protocolVersion,
      current: this.#protocolVersion,
      isFirst: this.#attempt !== undefined,
    });
    if (next === "3.1.1" && next !== this.#protocolVersion) {
      return this.#changeVersion(next);
    }
    if (this.#attempt && !this.#mayRetry(end)) return;
    if (end.error) this.#report(end.error, "{message}; trying again");
    else if (this.#pace.isFruitless) this.#report(this.#fruitless());
    const waitMs = this.#pace.nextMs(end, end.accepted ? 0 : tookMs);
    this.#stopWaiting = this.#clock.setTimeout(() => {
      if (next !== this.#protocolVersion) this.#changeVersion(next);
      else if (this.#link) this.#try(this.#link);
    }, waitMs);
  }

  #changeVersion(version: ProtocolVersion): void {
    logger.info("Connecting to {brokerUrl} with MQTT {version} instead", {
      brokerUrl: this.brokerUrl,
      version,
    });
    this.#outbox.takeBack();
    void this.#dropLink();
    this.#open(version);
  }

  /** Fails the caller of `connect` where another try would not help. */
  #mayRetry({ error }: LinkEnd): boolean {
    const { retry = true } = this.#options;
    if (retry && (!error || error.reason === "unreachable")) return true;
    const { brokerUrl } = this;
    this.#fail(
      error ?? new ConnectionError(
        `Cannot connect to "${brokerUrl}": the connection was lost before the subscriptions were granted`,
        brokerUrl,
        "unreachable",
      ),
    );
    return false;
  }

  #fruitless(): ConnectionError {
    const { brokerUrl, clientId } = this;
    return new ConnectionError(
      `Cannot stay connected to "${brokerUrl}": the broker cuts one connection after the other, perhaps another client uses the client id "${clientId}"`,
      brokerUrl,
      "refused",
    );
  }

  #report(error: ConnectionError, text = "{message}"): void {
    const { message } = error;
    if (this.#repeats.isNew(message)) logger.warn(text, { message });
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
    const lastedMs = this.#clock.monotonicMs() - this.#connectedMs;
    this.#pace.succeeded(lastedMs);
    logger.info("Disconnected from {brokerUrl}", { brokerUrl: this.brokerUrl });
    this.onDisconnected.fire();
  }

  async #dropLink(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    this.#stopWaiting();
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

  /** Many who leave one after the other wait for a broker that does not answer once. */
  async #sendUnsubscribe(filter: string): Promise<void> {
    const answered = this.#link?.unsubscribe(filter)
      .then(() => this.#isUnresponsive = false);
    if (this.#isUnresponsive) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const stop = this.#clock.setTimeout(() => {
      this.#isUnresponsive = true;
      resolve();
    }, UNSUBSCRIBE_TIMEOUT_MS);
    await Promise.race([answered, late]);
    stop();
  }
}
