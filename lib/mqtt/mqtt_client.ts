/**
 * The client class of the Redback Smartbike's documentation.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import { withPort } from "./broker_address.ts";
import { logged } from "./logged.ts";
import { lostFor } from "./lost_for.ts";
import type {
  LoopOptions,
  MQTTClientOptions,
  TopicAndQos,
} from "./mqtt_client_options.ts";
import type {
  ConnectOptions,
  MqttEndpoint,
  MqttMessage,
  Qos,
  Subscription,
} from "./endpoint.ts";
import { MqttJsEndpoint } from "./mqtt_js_endpoint.ts";
import { toPayload } from "./payload.ts";

const logger = getLogger("mqtt");

/** A topic filter that was asked for. */
interface Wish {
  readonly subscription: Subscription;
  readonly qos: Qos;
  hasFailed: boolean;
}

/**
 * A client to extend: override {@linkcode MQTTClient.onMessage}. It connects
 * in the background, keeps its subscriptions when the connection or the
 * broker is lost, and goes on whatever a message holds or a handler throws.
 *
 * Modelled on the class `MQTTClient` of the Redback Smartbike's drivers.
 *
 * @example Usage
 * ```ts
 * import { MQTTClient } from "#lib/mqtt/mqtt_client.ts";
 * import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
 * import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
 * import assert from "node:assert/strict";
 *
 * const { promise: received, resolve } = Promise.withResolvers<string>();
 * class Listener extends MQTTClient {
 *   override onMessage(_client: MqttEndpoint, _userdata: unknown, message: MqttMessage) {
 *     resolve(new TextDecoder().decode(message.payload));
 *   }
 * }
 *
 * await using broker = await EmbeddedBroker.listen();
 * await using client = new Listener(broker.url);
 * client.setupMqttClient();
 * client.subscribe("bike/000001/speed/report");
 * client.loopStart();
 * client.publish("bike/000001/speed/report", { value: 9.5 });
 * assert.equal(await received, '{"value":9.5}');
 * ```
 */
export class MQTTClient implements AsyncDisposable {
  readonly #broker: string;
  readonly #options: ConnectOptions;
  readonly #userdata: unknown;
  readonly #clock: Clock;
  readonly #endpoint: MqttEndpoint;
  readonly #wishes = new Map<string, Wish>();
  #closed = Promise.withResolvers<void>();
  #failure: { readonly reason: unknown } | undefined;
  #loop: AbortController | undefined;
  #ending: Promise<void> | undefined;

  /**
   * Stores where the broker is; nothing is sent yet.
   *
   * @param brokerAddress Host or IP address, or a URL of scheme `mqtt`, `mqtts`, `ws` or `wss`; TLS is used with `mqtts` and `wss`.
   * @param username Account name; empty for none.
   * @param password Password of the account; empty for none.
   * @param port TCP port, 1 to 65535; by default that of the address, else that of its scheme: 1883 for a host or `mqtt`.
   * @param options What the documentation leaves open: certificates, MQTT version and the like.
   */
  constructor(
    brokerAddress: string,
    username = "",
    password = "",
    port?: number,
    options: MQTTClientOptions = {},
  ) {
    const { clientId, backoff, userdata, endpoint, clock, ...rest } = options;
    this.#broker = withPort(brokerAddress, port);
    this.#options = {
      ...rest,
      ...(username && { username }),
      ...(password && { password }),
    };
    this.#userdata = userdata;
    this.#clock = clock ?? systemClock;
    this.#endpoint = endpoint ?? new MqttJsEndpoint({
      ...(clientId !== undefined && { clientId }),
      ...(backoff && { backoff }),
      ...(clock && { clock }),
    });
    this.#listen(this.#endpoint);
  }

  #listen(endpoint: MqttEndpoint): void {
    const userdata = this.#userdata;
    endpoint.onConnected.add(() =>
      this.#runOverride(() => this.onConnect(endpoint, userdata))
    );
    endpoint.onDisconnected.add(() =>
      this.#runOverride(() => this.onDisconnect(endpoint, userdata))
    );
    endpoint.onError.add((error) =>
      this.#runOverride(() => this.onError(endpoint, userdata, error))
    );
  }

  /** Starts to connect in the background; does nothing the second time. */
  setupMqttClient(): void {
    if (this.#loop) return;
    this.#loop = new AbortController();
    void this.#connect(this.#loop.signal);
  }

  /**
   * The MQTT client below.
   *
   * @returns An endpoint with all that this class does not show.
   */
  getClient(): MqttEndpoint {
    return this.#endpoint;
  }

  /**
   * Asks for the messages of a topic; {@linkcode MQTTClient.onMessage} gets
   * them, now and after every reconnect. Asking again changes the QoS, or
   * tries again what was refused; it doubles nothing.
   *
   * @param topicName Topic filter, delivered with QoS 1, or pairs of topic filter and QoS.
   * @returns Resolves when the broker has granted it; need not be awaited.
   * @throws {RangeError} If a topic filter is malformed.
   * @throws {ConnectionError} If the broker refuses this, or the login.
   */
  subscribe(topicName: string | readonly TopicAndQos[]): Promise<void> {
    const pairs = typeof topicName === "string"
      ? [[topicName, 1] as const]
      : topicName;
    const granted = this.#orGivenUp(Promise.all(
      pairs.map(async ([filter, qos]) => await this.#subscribe(filter, qos)),
    ));
    return logged(
      granted,
      () =>
        this.#runOverride(() =>
          this.onSubscribe(this.#endpoint, this.#userdata)
        ),
    );
  }

  /**
   * Publishes with QoS 1, not retained; waits in a bounded queue while there is no connection.
   *
   * @param topicName Topic name.
   * @param payload A text or bytes as they are; nothing for undefined and null; anything else as JSON.
   * @returns Resolves when the broker has it; need not be awaited.
   * @throws {RangeError} If the topic name is malformed.
   * @throws {TypeError} If the payload cannot be written as JSON, as with a function or a cycle.
   * @throws {ConnectionError} If the queue is full, or the broker refuses this, or the login.
   */
  publish(topicName: string, payload?: unknown): Promise<void> {
    return logged(
      this.#orGivenUp(this.#publish(topicName, payload)),
      () =>
        this.#runOverride(() => this.onPublish(this.#endpoint, this.#userdata)),
    );
  }

  /**
   * Lets messages come and go in the background. Where it gives up, because
   * the broker refuses or the time is over, {@linkcode MQTTClient.onError} is
   * called, and what waits is rejected with the reason.
   *
   * @param options How long to bear having no connection.
   */
  loopStart(options: LoopOptions = {}): void {
    this.setupMqttClient();
    const signal = this.#loop?.signal;
    const { reconnectTimeoutMs = Infinity } = options;
    if (!signal) return;
    this.#lostFor(reconnectTimeoutMs, signal)
      .catch((error) => this.#giveUp(error, signal));
  }

  /**
   * The same as {@linkcode MQTTClient.loopStart}; the documentation spells it both ways.
   *
   * @param options How long to bear having no connection.
   */
  startLoop(options: LoopOptions = {}): void {
    this.loopStart(options);
  }

  /**
   * Lets messages come and go until {@linkcode MQTTClient.disconnect}.
   *
   * @param options How long to bear having no connection.
   * @throws {TimeoutError} If there was no connection for `reconnectTimeoutMs`.
   * @throws {ConnectionError} If the broker refuses, for example the login (`not_authorized`).
   * @throws {ConfigError} If the broker's address cannot be understood.
   */
  async loopForever(options: LoopOptions = {}): Promise<void> {
    this.setupMqttClient();
    const { reconnectTimeoutMs = Infinity } = options;
    const end = new AbortController();
    try {
      await Promise.race([
        this.#closed.promise,
        this.#lostFor(reconnectTimeoutMs, end.signal),
      ]);
    } finally {
      end.abort();
    }
  }

  /** Sends what is on its way, disconnects and ends the loops. */
  async disconnect(): Promise<void> {
    this.#loop?.abort();
    this.#loop = undefined;
    const closed = this.#closed;
    this.#closed = Promise.withResolvers();
    this.#failure = undefined;
    const ending = this.#endpoint.close();
    this.#ending = ending;
    await ending;
    closed.resolve();
    if (this.#ending === ending) this.#ending = undefined;
  }

  /** The same as {@linkcode MQTTClient.disconnect}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  /**
   * Called after each connect and reconnect. Override to do more than log.
   *
   * @param client The MQTT client below.
   * @param _userdata From the options.
   */
  onConnect(client: MqttEndpoint, _userdata: unknown): unknown {
    return logger.info("Connected to {broker}", { broker: client.brokerUrl });
  }

  /**
   * Called when the connection is lost or closed. Override to do more than log.
   *
   * @param client The MQTT client below.
   * @param _userdata From the options.
   */
  onDisconnect(client: MqttEndpoint, _userdata: unknown): unknown {
    return logger.info("Disconnected from {broker}", {
      broker: client.brokerUrl,
    });
  }

  /**
   * Called for each message of a subscribed topic. Override it; it may be
   * async, and what it throws is logged.
   *
   * @param _client The MQTT client below.
   * @param _userdata From the options.
   * @param message Topic, payload in bytes, QoS and retain flag.
   */
  onMessage(
    _client: MqttEndpoint,
    _userdata: unknown,
    message: MqttMessage,
  ): unknown {
    return logger.debug("Received a message on {topic}", {
      topic: message.topic,
    });
  }

  /**
   * Called when the broker has a published message. Override to do more than log.
   *
   * @param _client The MQTT client below.
   * @param _userdata From the options.
   */
  onPublish(_client: MqttEndpoint, _userdata: unknown): unknown {
    return logger.debug("Published a message");
  }

  /**
   * Called when the broker has granted a subscription. Override to do more than log.
   *
   * @param _client The MQTT client below.
   * @param _userdata From the options.
   */
  onSubscribe(_client: MqttEndpoint, _userdata: unknown): unknown {
    return logger.debug("Subscribed");
  }

  /**
   * Called when a try to connect fails, when the client gives up, and for what
   * no call can throw. Override it to do more than log.
   *
   * @param _client The MQTT client below.
   * @param _userdata From the options.
   * @param error What happened.
   */
  onError(
    _client: MqttEndpoint,
    _userdata: unknown,
    error: SmartbikeError,
  ): unknown {
    return logger.debug("{error}", { error });
  }

  async #connect(signal: AbortSignal): Promise<void> {
    try {
      if (this.#ending) await this.#ending;
      await this.#endpoint.connect(this.#broker, { ...this.#options, signal });
    } catch (error) {
      await this.#giveUp(error, signal);
    }
  }

  /** Rejects all that waits, and what is asked for later. */
  async #giveUp(reason: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#failure) return;
    logger.error("{error}", { error: reason });
    this.#failure = { reason };
    this.#closed.promise.catch(() => {});
    this.#closed.reject(reason);
    if (reason instanceof SmartbikeError) {
      void this.#runOverride(() =>
        this.onError(this.#endpoint, this.#userdata, reason)
      );
    }
    await this.#endpoint.close();
  }

  /** Waits for an operation, but not for one that will never be carried out. */
  async #orGivenUp<T>(operation: Promise<T>): Promise<T> {
    operation.catch(() => {});
    if (this.#failure) throw this.#failure.reason;
    const { promise, reject } = Promise.withResolvers<never>();
    this.#closed.promise.catch(reject);
    return await Promise.race([operation, promise]);
  }

  #subscribe(filter: string, qos: Qos): Promise<void> {
    const known = this.#wishes.get(filter);
    if (known && known.qos === qos && !known.hasFailed) {
      return known.subscription.ready;
    }
    void known?.subscription.unsubscribe();
    const subscription = this.#endpoint.subscribe(filter, this.#handle, {
      qos,
    });
    const wish = { subscription, qos, hasFailed: false };
    this.#wishes.set(filter, wish);
    subscription.ready.catch(() => wish.hasFailed = true);
    return subscription.ready;
  }

  /** One handler for all filters, which the endpoint calls once for each message. */
  readonly #handle = (message: MqttMessage): void =>
    void this.#runOverride(() =>
      this.onMessage(this.#endpoint, this.#userdata, message)
    );

  async #publish(topicName: string, payload: unknown): Promise<void> {
    await this.#endpoint.publish(topicName, toPayload(payload));
  }

  #lostFor(timeoutMs: number, signal: AbortSignal): Promise<never> {
    return lostFor(this.#endpoint, timeoutMs, {
      clock: this.#clock,
      signal,
      isClosed: () => this.#loop === undefined,
    });
  }

  /** Runs one of the `on…` methods, which may be overridden; what it throws is logged. */
  async #runOverride(run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      logger.error("An overridden method failed: {error}", { error });
    }
  }
}
