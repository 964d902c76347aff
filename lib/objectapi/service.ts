/**
 * The network layer of the serving side.
 *
 * @module
 */
import type { ConnectOptions } from "#lib/mqtt/endpoint.ts";
import { NetworkNode, type NetworkNodeOptions } from "./network_node.ts";
import { ReplyCache } from "./reply_cache.ts";
import { ServiceAnnouncement } from "./service_announcement.ts";

/** How a service behaves. */
export interface ServiceOptions extends NetworkNodeOptions {
  /**
   * The most operations that run at the same time; a request above that is
   * answered with the error code `busy`.
   *
   * @default {1000}
   */
  readonly operationLimit?: number;
  /**
   * Tells others what it serves and whether it is alive, on retained topics
   * of its own below `apigear/services`, so that `discover` finds it.
   *
   * @default {true}
   */
  readonly announce?: boolean;
}

/**
 * One MQTT connection for any number of service adapters, one for each
 * interface.
 *
 * @example Usage
 * ```ts
 * import { Service } from "#lib/objectapi/service.ts";
 * import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
 *
 * await using broker = await EmbeddedBroker.listen();
 * await using service = new Service("example-service");
 * await service.connect(broker.url);
 * ```
 */
export class Service extends NetworkNode {
  /**
   * Answers that were given lately, so that a request sent twice runs once.
   *
   * @internal
   */
  readonly replies: ReplyCache = new ReplyCache();
  /**
   * Tells others what is served; undefined where that is not wanted.
   *
   * @internal
   */
  readonly announcement: ServiceAnnouncement | undefined;
  readonly #operationLimit: number;
  #running = 0;

  /**
   * Makes a service; it talks to nobody before `connect`.
   *
   * @param clientId Client id, unique for each broker.
   * @param options How the service behaves.
   */
  constructor(clientId: string, options: ServiceOptions = {}) {
    super(clientId, options);
    this.#operationLimit = options.operationLimit ?? 1000;
    this.announcement = options.announce === false
      ? undefined
      : new ServiceAnnouncement(this.endpoint, this.qos);
  }

  /**
   * Connects, and from then on reconnects until disconnected. Where the
   * service announces itself, its last will tells that it is gone, unless the
   * options hold another will.
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
    const will = this.announcement?.will;
    return super.connect(host, port, { ...(will && { will }), ...options });
  }

  /** Takes back what it told of itself, sends what is on its way and disconnects. */
  override disconnect(): Promise<void> {
    this.announcement?.withdraw();
    return super.disconnect();
  }

  /** How many operations run now. */
  get running(): number {
    return this.#running;
  }

  /**
   * Takes a place for an operation that is about to run.
   *
   * @returns False if too many run already.
   *
   * @internal
   */
  beginOperation(): boolean {
    if (this.#running >= this.#operationLimit) return false;
    this.#running++;
    return true;
  }

  /**
   * Gives the place of an operation back that has run.
   *
   * @internal
   */
  endOperation(): void {
    this.#running--;
  }
}
