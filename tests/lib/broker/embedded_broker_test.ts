import assert from "node:assert/strict";
import { ConfigError } from "#lib/base/errors.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Inbox } from "../../support/inbox.ts";

/** An unused endpoint; connect it, then dispose of it. */
const newEndpoint = () =>
  new MqttJsEndpoint({ backoff: { firstMs: 10, longestMs: 40 } });

Deno.test("EmbeddedBroker takes a payload larger than a socket's buffer", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using endpoint = newEndpoint();
  await endpoint.connect(broker.url);
  const inbox = new Inbox();
  await endpoint.subscribe("a", inbox.handler).ready;
  await endpoint.publish("a", new Uint8Array(4_000_000).fill(7));
  const [message] = await inbox.received(1);
  assert.equal(message?.payload.length, 4_000_000);
});

Deno.test("EmbeddedBroker.listen rejects with ConfigError when the port is in use", async () => {
  await using broker = await EmbeddedBroker.listen();
  const port = Number(new URL(broker.url).port);
  await assert.rejects(
    EmbeddedBroker.listen({ port }),
    (error) =>
      error instanceof ConfigError && error.details.option === "listen" &&
      error.details.value === `127.0.0.1:${port}`,
  );
});

Deno.test("EmbeddedBroker.listen rejects with ConfigError when the address is not of this machine", async () => {
  await assert.rejects(
    EmbeddedBroker.listen({ host: "192.0.2.1" }),
    ConfigError,
  );
});

Deno.test("EmbeddedBroker.url holds an IPv6 address in brackets", async () => {
  await using broker = await EmbeddedBroker.listen({ host: "::1" });
  assert.match(broker.url, /^mqtt:\/\/\[::1\]:\d+$/);
  await using endpoint = newEndpoint();
  await endpoint.connect(broker.url);
  assert.equal(endpoint.brokerUrl, broker.url);
});

Deno.test("EmbeddedBroker.clientCount counts connected clients", async () => {
  await using broker = await EmbeddedBroker.listen();
  assert.equal(broker.clientCount, 0);
  await using endpoint = newEndpoint();
  await endpoint.connect(broker.url);
  assert.equal(broker.clientCount, 1);
});

Deno.test("EmbeddedBroker.cutConnections cuts clients off, and takes them again", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using endpoint = newEndpoint();
  await endpoint.connect(broker.url);
  const disconnected = endpoint.onDisconnected.next();
  const connected = endpoint.onConnected.next();
  broker.cutConnections();
  await disconnected;
  await connected;
  assert.equal(endpoint.connected, true);
});

Deno.test("EmbeddedBroker.close ends with clients connected", async () => {
  const broker = await EmbeddedBroker.listen();
  await using endpoint = newEndpoint();
  await endpoint.connect(broker.url);
  const disconnected = endpoint.onDisconnected.next();
  await broker.close();
  await disconnected;
  assert.equal(endpoint.connected, false);
});
