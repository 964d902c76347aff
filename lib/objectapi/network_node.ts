/**
 * What `Client` and `Service` have in common: one MQTT connection.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import type { SmartbikeError } from "#lib/base/errors.ts";
import type { Listenable } from "#lib/base/event_hook.ts";
import type {
  ConnectedInfo,
  ConnectOptions,
  MqttEndpoint,
  Qos,
} from "#lib/mqtt/endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Diagnostics } from "./diagnostics.ts";
import { OPEN_LIMIT_BYTES } from "./payload_limit.ts";

/** How a node of the network behaves. */
export interface NetworkNodeOptions {
  /**
   * Quality of service of everything it publishes.
   *
   * @default {1}
   */
  readonly qos?: Qos;
  /**
   * The MQTT client to use.
   *
   * @default a new one with the node's id
   */
  readonly endpoint?: MqttEndpoint;
  /**
   * The longest payload that is read where the types of its values have no
   * size of their own (texts, arrays, any JSON), in bytes. Others may have
   * 64 KiB.
   *
   * @default {4194304}
   */
  readonly maxPayloadBytes?: number;
  /**
   * Where the time comes from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** Where the adapters of a node count and report faults that no call can throw. */
export let diagnosticsOf: (node: NetworkNode) => Diagnostics;

/** Whether what comes now may have waited in the broker while the node was away. */
export let isCatchingUp: (node: NetworkNode) => boolean;

/** What waited in the broker has come after this time, in milliseconds. */
const CATCH_UP_MS = 10_000;

/** One MQTT connection that adapters share. */
export abstract class NetworkNode implements AsyncDisposable {
  /** The MQTT client. */
  readonly endpoint: MqttEndpoint;
  /** Quality of service of everything it publishes. */
  readonly qos: Qos;
  /** The longest payload of values without a size of their own that is read, in bytes. */
  readonly maxPayloadBytes: number;
  /** Where the time comes from. */
  readonly clock: Clock;
  readonly #diagnostics: Diagnostics;
  #connectedMs = -Infinity;

  static {
    diagnosticsOf = (node) => node.#diagnostics;
    isCatchingUp = (node) =>
      !node.endpoint.connected ||
      node.clock.monotonicMs() - node.#connectedMs < CATCH_UP_MS;
  }

  /**
   * Called by subclasses only.
   *
   * @param clientId Client id, unique for each broker.
   * @param options How the node behaves.
   */
  constructor(clientId: string, options: NetworkNodeOptions) {
    this.endpoint = options.endpoint ?? new MqttJsEndpoint({ clientId });
    this.qos = options.qos ?? 1;
    this.clock = options.clock ?? systemClock;
    this.#diagnostics = new Diagnostics(this.clock);
    this.maxPayloadBytes = options.maxPayloadBytes ?? OPEN_LIMIT_BYTES;
    this.endpoint.onConnected.add(() =>
      this.#connectedMs = this.clock.monotonicMs()
    );
    this.endpoint.onError.add((error) => this.#diagnostics.relay(error));
  }

  /** Client id, unique for each broker. */
  get clientId(): string {
    return this.endpoint.clientId;
  }

  /** Fires after each connect and reconnect. */
  get onConnected(): Listenable<[info: ConnectedInfo]> {
    return this.endpoint.onConnected;
  }

  /** Fires when the connection is lost or closed. */
  get onDisconnected(): Listenable<[]> {
    return this.endpoint.onDisconnected;
  }

  /** Fires for faults that no call can throw: a bad payload, a lost broker. */
  get onError(): Listenable<[error: SmartbikeError]> {
    return this.#diagnostics.onError;
  }

  /** How often each fault and each kind of ignored message was seen, by name. */
  get counts(): Readonly<Record<string, number>> {
    return this.#diagnostics.counts;
  }

  /**
   * Connects, and from then on reconnects until disconnected.
   *
   * @param host Host name, IP address, `host:port`, or a URL of scheme `mqtt`, `mqtts`, `ws` or `wss`.
   * @param port TCP port, 1 to 65535; leave it out where `host` holds one.
   * @param options Account, certificates and the like.
   * @throws {ConnectionError} If the broker refuses, or cannot be reached and `retry` is off.
   * @throws {ConfigError} If the address cannot be understood.
   */
  connect(
    host: string,
    port?: number,
    options?: ConnectOptions,
  ): Promise<void> {
    const isBareV6 = /^[\da-f:.]*:[\da-f:.]*:[\da-f:.]*$/i.test(host);
    const name = isBareV6 ? `[${host}]` : host;
    const broker = port === undefined ? name : `${name}:${port}`;
    return this.endpoint.connect(broker, options);
  }

  /** Sends what is on its way and disconnects. */
  disconnect(): Promise<void> {
    return this.endpoint.close();
  }

  /** The same as {@linkcode NetworkNode.disconnect}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }
}
