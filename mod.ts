/**
 * Smart bike hardware and any ApiGear object, as typed objects over MQTT.
 *
 * @example A service and a client of one object
 * ```ts
 * import { Client, EmbeddedBroker, Service } from "@smartbike/smartbike";
 * import { Hello, HelloClientAdapter, HelloServiceAdapter, When } from "@smartbike/smartbike";
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
export {
  type BrokerAccount,
  EmbeddedBroker,
  type EmbeddedBrokerOptions,
} from "./lib/mqtt/embedded_broker.ts";
export type { EndpointOptions } from "./lib/mqtt/endpoint_options.ts";
export { MqttJsEndpoint } from "./lib/mqtt/mqtt_js_endpoint.ts";
export * from "./lib/mqtt/mqtt_client.ts";
export * from "./lib/mqtt/mqtt_client_options.ts";
export {
  helloDescriptor,
  type HelloMembers,
  type IHello,
  type Message,
  messageDescriptor,
  When,
  whenDescriptor,
} from "./adapters/io_world/api.gen.ts";
export * from "./adapters/io_world/client_adapter.gen.ts";
export * from "./adapters/io_world/service_adapter.gen.ts";
export * from "./adapters/io_world/hello.ts";
