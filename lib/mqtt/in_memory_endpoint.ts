/**
 * {@linkcode MqttEndpoint} over a broker in the same process.
 *
 * @module
 */
import type { MqttEndpoint } from "./endpoint.ts";
import type { EndpointOptions } from "./endpoint_options.ts";
import { InMemoryLink } from "./in_memory_link.ts";
import { ReconnectingEndpoint } from "./reconnecting_endpoint.ts";

/** An MQTT client that reaches brokers of the same process, without sockets. */
export type InMemoryEndpoint = MqttEndpoint;

/**
 * Makes an MQTT client that reaches each `InMemoryBroker` by its address. It
 * queues, subscribes and reconnects as the one over sockets does: both are the
 * same code over different links. Give it to `Client`, `Service` or
 * `MQTTClient` as their `endpoint`.
 *
 * @example Usage
 * ```ts
 * import { InMemoryBroker } from "#lib/mqtt/in_memory_broker.ts";
 * import { InMemoryEndpoint } from "#lib/mqtt/in_memory_endpoint.ts";
 * import { Client } from "#lib/objectapi/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await using broker = new InMemoryBroker();
 * await using client = new Client("app", { endpoint: new InMemoryEndpoint() });
 * await client.connect(broker.url);
 * assert(client.endpoint.connected);
 * ```
 */
export const InMemoryEndpoint: new (options?: EndpointOptions) => MqttEndpoint =
  class extends ReconnectingEndpoint {
    /** Makes an endpoint. */
    constructor(options: EndpointOptions = {}) {
      super({
        makeLink: (target, events) => new InMemoryLink(target, events),
      }, options);
    }
  };
