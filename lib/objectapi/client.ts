/**
 * The network layer of the consuming side.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { ConnectionError, PayloadError } from "#lib/base/errors.ts";
import type {
  ConnectOptions,
  MqttMessage,
  Subscription,
} from "#lib/mqtt/endpoint.ts";
import type { CallReply } from "./call_envelope.ts";
import { readReply, readReplyEnvelope } from "./call_envelope.ts";
import { NetworkNode, type NetworkNodeOptions } from "./network_node.ts";
import { type PendingCall, PendingCalls } from "./pending_calls.ts";
import type { Dialect } from "./topics.ts";

/** How long services are given to come back after the broker, in milliseconds. */
const SERVICE_RETURN_MS = 10_000;

/** How a client behaves. */
export type ClientOptions = NetworkNodeOptions;

/** A reply as it came, or the reason why it cannot be read. */
export type ReceivedReply = CallReply | { readonly unreadable: unknown };

/**
 * One MQTT connection for any number of client adapters.
 *
 * @example Usage
 * ```ts
 * import { Client } from "#lib/objectapi/client.ts";
 * import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
 *
 * await using broker = await EmbeddedBroker.listen();
 * await using client = new Client("example-client");
 * await client.connect(broker.url);
 * ```
 */
export class Client extends NetworkNode {
  /**
   * Calls of all adapters that wait for their reply.
   *
   * @internal
   */
  readonly calls: PendingCalls<ReceivedReply> = new PendingCalls();
  /** Resolves with the first connection. */
  readonly connectedOnce: Promise<void>;
  readonly #results = new Map<
    string,
    { readonly subscription: Subscription; adapters: number }
  >();
  #connection = 1;
  #hasConnected = false;
  #isClosed = false;
  #reconnectedMs = -Infinity;

  /**
   * Makes a client; it talks to nobody before `connect`.
   *
   * @param clientId Client id, unique for each broker.
   * @param options How the client behaves.
   */
  constructor(clientId: string, options: ClientOptions = {}) {
    super(clientId, options);
    this.connectedOnce = this.onConnected.next().then(() => {});
    this.onConnected.add(({ sessionPresent }) => {
      const lost = this.#hasConnected && !sessionPresent;
      if (this.#hasConnected) this.#reconnectedMs = performance.now();
      this.#hasConnected = true;
      if (lost) this.#loseCalls();
    });
  }

  /**
   * Number of the connection that a call made now is sent over.
   *
   * @internal
   */
  get connection(): number {
    const next = this.#hasConnected && !this.endpoint.connected ? 1 : 0;
    return this.#connection + next;
  }

  /**
   * Listens for results on a topic, for one more adapter.
   *
   * @param topic Where results come.
   * @param dialect How they carry their call's identity.
   * @returns Resolves when results can come.
   * @throws {ConnectionError} If the broker will not have it.
   *
   * @internal
   */
  listenForResults(topic: string, dialect: Dialect): Promise<void> {
    const known = this.#results.get(topic);
    if (known) {
      known.adapters++;
      return known.subscription.ready;
    }
    const subscription = this.endpoint.subscribe(
      topic,
      (message) => this.#onResult(message, dialect),
      { qos: 2 },
    );
    this.#results.set(topic, { subscription, adapters: 1 });
    return subscription.ready;
  }

  /**
   * Takes back one adapter's {@linkcode Client.listenForResults}.
   *
   * @param topic Where results come.
   *
   * @internal
   */
  async ignoreResults(topic: string): Promise<void> {
    const known = this.#results.get(topic);
    if (!known || --known.adapters > 0) return;
    this.#results.delete(topic);
    await known.subscription.unsubscribe();
  }

  /**
   * True from `disconnect` until the next `connect`.
   *
   * @internal
   */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * True for some seconds after a reconnect, in which services may come back too.
   *
   * @internal
   */
  get hasJustReconnected(): boolean {
    return performance.now() - this.#reconnectedMs < SERVICE_RETURN_MS;
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
  override connect(
    host: string,
    port?: number,
    options?: ConnectOptions,
  ): Promise<void> {
    this.#isClosed = false;
    return super.connect(host, port, options);
  }

  /** Disconnects; calls that wait fail with a `ConnectionError`, reason `closed`. */
  override async disconnect(): Promise<void> {
    this.#isClosed = true;
    await super.disconnect();
    this.calls.close(() =>
      new ConnectionError(
        "Cannot complete the call: the client was disconnected",
        this.endpoint.brokerUrl,
        "closed",
      )
    );
  }

  #loseCalls(): void {
    this.#connection++;
    this.calls.rejectBefore(this.#connection, () =>
      new ConnectionError(
        "Cannot tell the outcome of the call: the connection was lost before its reply came",
        this.endpoint.brokerUrl,
        "session_lost",
      ));
  }

  #onResult(message: MqttMessage, dialect: Dialect): void {
    const { topic, retain } = message;
    let call: PendingCall<ReceivedReply> | undefined;
    let reply: ReceivedReply;
    try {
      if (dialect === "v3") {
        const envelope = readReplyEnvelope(message);
        call = this.calls.get(envelope.correlationData);
        reply = envelope;
      } else {
        const { correlationData } = message.properties;
        call = correlationData && this.calls.get(latin1(correlationData));
        reply = readReply(message);
      }
    } catch (error) {
      reply = { unreadable: error };
    }
    if (call && !retain) return call.resolve(reply);
    const fault = "unreadable" in reply ? reply.unreadable : undefined;
    if (fault instanceof PayloadError) return this.diagnostics.report(fault);
    this.diagnostics.ignore("unknown_reply", topic);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("latin1");
}
