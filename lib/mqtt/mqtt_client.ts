/**
 * The client class of the Redback Smartbike's documentation.
 *
 * @module
 */
import { TimeoutError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { BackoffOptions } from "#lib/base/retry.ts";
import { withPort } from "./broker_address.ts";
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

/** The longest time that a timer can run, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A topic filter with the quality of service to deliver with. */
export type TopicAndQos = readonly [topicName: string, qos: Qos];

/** How an {@linkcode MQTTClient} behaves beyond what its constructor documents. */
export interface MQTTClientOptions
  extends Omit<ConnectOptions, "username" | "password" | "retry"> {
  /**
   * Client id, unique for each broker.
   *
   * @default a random one
   */
  readonly clientId?: string;
  /** How the wait between tries to reconnect grows. */
  readonly backoff?: BackoffOptions;
  /** Handed to the `on…` methods. */
  readonly userdata?: unknown;
}

/** A topic filter that was asked for. */
interface Wish {
  readonly subscription: Subscription;
  readonly qos: Qos;
  hasFailed: boolean;
}

/** How long {@linkcode MQTTClient.loopForever} bears having no connection. */
export interface LoopOptions {
  /**
   * Ends the loop with a `TimeoutError` after this time without a
   * connection, in milliseconds.
   *
   * @default {Infinity}
   */
  readonly reconnectTimeoutMs?: number;
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
  readonly #endpoint: MqttEndpoint;
  readonly #wishes = new Map<string, Wish>();
  #closed = Promise.withResolvers<void>();
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
    const { clientId, backoff, userdata, ...rest } = options;
    this.#broker = withPort(brokerAddress, port);
    this.#options = {
      ...rest,
      ...(username && { username }),
      ...(password && { password }),
    };
    this.#userdata = userdata;
    this.#endpoint = new MqttJsEndpoint({
      ...(clientId !== undefined && { clientId }),
      ...(backoff && { backoff }),
    });
    const endpoint = this.#endpoint;
    endpoint.onConnected.add(() =>
      this.#tell(() => this.onConnect(endpoint, userdata))
    );
    endpoint.onDisconnected.add(() =>
      this.#tell(() => this.onDisconnect(endpoint, userdata))
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
   * @throws {ConnectionError} If the broker refuses.
   */
  subscribe(topicName: string | readonly TopicAndQos[]): Promise<void> {
    const pairs = typeof topicName === "string"
      ? [[topicName, 1] as const]
      : topicName;
    const granted = Promise.all(
      pairs.map(async ([filter, qos]) => await this.#subscribe(filter, qos)),
    );
    return logged(
      granted,
      () => this.#tell(() => this.onSubscribe(this.#endpoint, this.#userdata)),
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
   * @throws {ConnectionError} If the queue is full, or the broker refuses.
   */
  publish(topicName: string, payload?: unknown): Promise<void> {
    return logged(
      this.#publish(topicName, payload),
      () => this.#tell(() => this.onPublish(this.#endpoint, this.#userdata)),
    );
  }

  /** Lets messages come and go in the background. */
  loopStart(): void {
    this.setupMqttClient();
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
    if (reconnectTimeoutMs > LONGEST_TIMER_MS) {
      return await this.#closed.promise;
    }
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

  async #connect(signal: AbortSignal): Promise<void> {
    try {
      if (this.#ending) await this.#ending;
      await this.#endpoint.connect(this.#broker, { ...this.#options, signal });
    } catch (error) {
      if (signal.aborted) return;
      logger.error("{error}", { error });
      this.#closed.reject(error);
      this.#closed.promise.catch(() => {});
    }
  }

  #subscribe(filter: string, qos: Qos): Promise<void> {
    const known = this.#wishes.get(filter);
    if (known && known.qos === qos && !known.hasFailed) {
      return known.subscription.ready;
    }
    void known?.subscription.unsubscribe();
    const subscription = this.#endpoint.subscribe(
      filter,
      (message) =>
        void this.#tell(() =>
          this.onMessage(this.#endpoint, this.#userdata, message)
        ),
      { qos },
    );
    const wish = { subscription, qos, hasFailed: false };
    this.#wishes.set(filter, wish);
    subscription.ready.catch(() => wish.hasFailed = true);
    return subscription.ready;
  }

  async #publish(topicName: string, payload: unknown): Promise<void> {
    await this.#endpoint.publish(topicName, toPayload(payload));
  }

  /** Rejects once there was no connection for a time. */
  #lostFor(timeoutMs: number, signal: AbortSignal): Promise<never> {
    const { connected, onConnected, onDisconnected } = this.#endpoint;
    const { promise, reject } = Promise.withResolvers<never>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => clearTimeout(timer);
    const start = () => {
      stop();
      if (!this.#loop) return; // It was closed, not lost.
      timer = setTimeout(
        () => reject(new TimeoutError("reconnect", timeoutMs)),
        timeoutMs,
      );
    };
    onConnected.add(stop, { signal });
    onDisconnected.add(start, { signal });
    signal.addEventListener("abort", stop);
    if (!connected) start();
    return promise;
  }

  /** Runs one of the `on…` methods, which may be overridden; what it throws is logged. */
  async #tell(run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      logger.error("An overridden method failed: {error}", { error });
    }
  }
}

/** Keeps a promise that nobody awaits from ending the process. */
function logged(
  promise: Promise<unknown>,
  then: () => Promise<void>,
): Promise<void> {
  const done = promise.then(() => {});
  done.then(then, (error) => logger.warn("{error}", { error }));
  return done;
}
