/**
 * {@linkcode MqttEndpoint} over MQTT.js.
 *
 * @module
 */
import { MqttJsLink } from "./mqtt_js_link.ts";
import { requireNetPermission } from "./net_permission.ts";
import {
  type EndpointOptions,
  ReconnectingEndpoint,
} from "./reconnecting_endpoint.ts";

/** How an endpoint behaves. */
export type MqttJsEndpointOptions = EndpointOptions;

/** An MQTT client over TCP, TLS or WebSocket that reconnects by itself. */
export class MqttJsEndpoint extends ReconnectingEndpoint {
  /**
   * Makes an endpoint; it talks to nobody before `connect`.
   *
   * @param options How it behaves.
   */
  constructor(options: MqttJsEndpointOptions = {}) {
    super({
      makeLink: (target, events) => new MqttJsLink(target, events),
      prepare: requireNetPermission,
    }, options);
  }
}
