/**
 * The network layer of the serving side.
 *
 * @module
 */
import type { ConnectOptions } from "#lib/mqtt/endpoint.ts";
import { toTopicLevel } from "#lib/mqtt/topic.ts";
import { NetworkNode, type NetworkNodeOptions } from "./network_node.ts";
import { ServiceCore } from "./service_core.ts";

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
   * How long a signal may wait for the broker, and there for a client that is
   * away, in milliseconds; an older one is dropped. `Infinity` keeps all, which
   * then come in one burst.
   *
   * @default {30000}
   */
  readonly signalExpiryMs?: number;
  /**
   * Announces what it serves and whether it is alive, on retained topics
   * of its own below `apigear/services`, so that `discover` finds it.
   *
   * @default {true}
   */
  readonly announce?: boolean;
  /**
   * Id under which it announces itself. One that is the same after each start
   * leaves nothing behind on the broker.
   *
   * @default the client id
   */
  readonly serviceId?: string;
}

/** What the adapters of a service share. */
export let coreOf: (service: Service) => ServiceCore;

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
  /** Id under which it announces itself; characters a topic level must not hold are replaced. */
  readonly serviceId: string;
  /** How long a signal may wait, in milliseconds. */
  readonly signalExpiryMs: number;
  readonly #core: ServiceCore;

  static {
    coreOf = (service) => service.#core;
  }

  /**
   * Makes a service; it talks to nobody before `connect`.
   *
   * @param clientId Client id, unique for each broker.
   * @param options How the service behaves.
   */
  constructor(clientId: string, options: ServiceOptions = {}) {
    super(clientId, options);
    this.signalExpiryMs = options.signalExpiryMs ?? 30_000;
    const { clock, endpoint, qos } = this;
    this.serviceId = toTopicLevel(options.serviceId ?? clientId);
    const { serviceId } = this;
    this.#core = new ServiceCore({ clock, endpoint, qos, serviceId }, options);
  }

  /**
   * Connects, and from then on reconnects until disconnected. Where the
   * service announces itself, its last will reports that it is gone, unless the
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
    const will = this.#core.announcement?.will;
    return super.connect(host, port, { ...(will && { will }), ...options });
  }

  /** Takes back what it announced, sends what is on its way and disconnects. */
  override disconnect(): Promise<void> {
    this.#core.announcement?.withdraw();
    return super.disconnect();
  }

  /** How many operations run now. */
  get running(): number {
    return this.#core.running;
  }
}
