/**
 * The network layer of the serving side.
 *
 * @module
 */
import { NetworkNode, type NetworkNodeOptions } from "./network_node.ts";
import { ReplyCache } from "./reply_cache.ts";

/** How a service behaves. */
export interface ServiceOptions extends NetworkNodeOptions {
  /**
   * The most operations that run at the same time; a request above that is
   * answered with the error code `busy`.
   *
   * @default {1000}
   */
  readonly operationLimit?: number;
}

/**
 * One MQTT connection for any number of service adapters, one for each
 * interface.
 *
 * @example Usage
 * ```ts
 * import { Service } from "#lib/objectapi/service.ts";
 * import { EmbeddedBroker } from "#lib/mqtt/embedded_broker.ts";
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
  }

  /** How many operations run now. */
  get running(): number {
    return this.#running;
  }

  /**
   * Runs an operation, unless too many run already.
   *
   * @param operation The operation.
   * @returns What the operation gives, or undefined if it was not run.
   *
   * @internal
   */
  run<T>(operation: () => Promise<T>): Promise<T> | undefined {
    if (this.#running >= this.#operationLimit) return undefined;
    this.#running++;
    return operation().finally(() => this.#running--);
  }
}
