/**
 * {@linkcode MqttEndpoint} over MQTT.js.
 *
 * @module
 */
import { ConnectionError } from "#lib/base/errors.ts";
import { mayReach } from "#lib/base/net_permission.ts";
import type { BrokerAddress } from "./broker_address.ts";
import type { MqttEndpoint } from "./endpoint.ts";
import type { EndpointOptions } from "./endpoint_options.ts";
import { MqttJsLink } from "./mqtt_js_link.ts";
import { ReconnectingEndpoint } from "./reconnecting_endpoint.ts";

/** An MQTT client over TCP, TLS or WebSocket that reconnects by itself. */
export type MqttJsEndpoint = MqttEndpoint;

/**
 * Makes an MQTT client over TCP, TLS or WebSocket; it talks to nobody before
 * `connect`.
 *
 * @example Usage
 * ```ts
 * import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
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

/** With the network denied MQTT.js reports nothing at all, so this is checked first. */
async function requireNetPermission(address: BrokerAddress): Promise<void> {
  const name = address.host.includes(":") ? `[${address.host}]` : address.host;
  const host = `${name}:${address.port}`;
  if (await mayReach(host)) return;
  throw new ConnectionError(
    `Cannot connect to "${address.url}": network access is denied, run with --allow-net=${host}`,
    address.url,
    "permission",
  );
}
