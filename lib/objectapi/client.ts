/**
 * The network layer of the consuming side.
 *
 * @module
 */
import type { ConnectOptions } from "#lib/mqtt/endpoint.ts";
import { ClientCalls } from "./client_calls.ts";
import {
  diagnosticsOf,
  NetworkNode,
  type NetworkNodeOptions,
} from "./network_node.ts";

/** How a client behaves. */
export type ClientOptions = NetworkNodeOptions;

/** What the adapters of a client share. */
export let callsOf: (client: Client) => ClientCalls;

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
  readonly #calls: ClientCalls;

  static {
    callsOf = (client) => client.#calls;
  }

  /**
   * Makes a client; it talks to nobody before `connect`.
   *
   * @param clientId Client id, unique for each broker.
   * @param options How the client behaves.
   */
  constructor(clientId: string, options: ClientOptions = {}) {
    super(clientId, options);
    const { clock, endpoint, maxPayloadBytes } = this;
    const diagnostics = diagnosticsOf(this);
    this.#calls = new ClientCalls({
      clock,
      endpoint,
      diagnostics,
      maxPayloadBytes,
    });
  }

  /** How many calls wait for their reply. */
  get waiting(): number {
    return this.#calls.pending.size;
  }

  /** Resolves with the first connection. */
  get connectedOnce(): Promise<void> {
    return this.#calls.connectedOnce;
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
    this.#calls.isClosed = false;
    return super.connect(host, port, options);
  }

  /** Disconnects; calls that wait fail with a `ConnectionError`, reason `closed`. */
  override async disconnect(): Promise<void> {
    this.#calls.isClosed = true;
    await super.disconnect();
    this.#calls.close();
  }
}
