/**
 * The network layer: any ApiGear object as a typed object over MQTT.
 *
 * @example A service and a client of one object
 * ```ts
 * import { Client, Service } from "@smartbike/smartbike";
 * import { EmbeddedBroker } from "@smartbike/smartbike/broker";
 * import { Hello, HelloClientAdapter, HelloServiceAdapter, When } from "@smartbike/smartbike/hello";
 * import assert from "node:assert/strict";
 *
 * await using broker = await EmbeddedBroker.listen();
 *
 * await using service = new Service("example-service");
 * const served = new HelloServiceAdapter(new Hello(), service);
 * await service.connect(broker.url);
 * await served.ready;
 *
 * await using client = new Client("example-client");
 * const hello = new HelloClientAdapter(client);
 * await client.connect(broker.url);
 * assert.equal(await hello.say({ content: "hi" }, When.Now), 1);
 * ```
 *
 * @module
 */
export * from "./lib/base/errors.ts";
export * from "./lib/objectapi/mod.ts";
export * from "./lib/mqtt/endpoint.ts";
export type { Clock } from "./lib/base/clock.ts";
export type { BackoffOptions } from "./lib/base/retry.ts";
export type { EndpointOptions } from "./lib/mqtt/endpoint_options.ts";
export { MqttJsEndpoint } from "./lib/mqtt/mqtt_js_endpoint.ts";
export * from "./lib/mqtt/mqtt_client.ts";
export * from "./lib/mqtt/mqtt_client_options.ts";
export * from "./lib/mqtt/in_memory_broker.ts";
export { InMemoryEndpoint } from "./lib/mqtt/in_memory_endpoint.ts";
