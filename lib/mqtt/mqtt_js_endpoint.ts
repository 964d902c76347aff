/**
 * {@linkcode MqttEndpoint} over MQTT.js.
 *
 * @module
 */
import type { MqttEndpoint } from "./endpoint.ts";
import type { EndpointOptions } from "./endpoint_options.ts";
import { MqttJsLink } from "./mqtt_js_link.ts";
import { requireNetPermission } from "./net_permission.ts";
import { ReconnectingEndpoint } from "./reconnecting_endpoint.ts";

/** An MQTT client over TCP, TLS or WebSocket that reconnects by itself. */
export type MqttJsEndpoint = MqttEndpoint;

/**
 * Makes an MQTT client over TCP, TLS or WebSocket; it talks to nobody before
 * `connect`.
 *
 * @example Usage
 * ```ts
 * import { EmbeddedBroker } from "#lib/mqtt/embedded_broker.ts";
 * import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
 * import assert from "node:assert/strict";
 *
 * await using broker = await EmbeddedBroker.listen();
 * await using endpoint = new MqttJsEndpoint({ clientId: "bike-1" });
 * await endpoint.connect(broker.url);
 * assert.equal(endpoint.protocolVersion, "5");
 * ```
 */
export const MqttJsEndpoint: new (options?: EndpointOptions) => MqttEndpoint =
  class extends ReconnectingEndpoint {
    /** Makes an endpoint. */
    constructor(options: EndpointOptions = {}) {
      super({
        makeLink: (target, events) => new MqttJsLink(target, events),
        prepare: requireNetPermission,
      }, options);
    }
  };
