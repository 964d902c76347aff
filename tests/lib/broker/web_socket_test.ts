import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Inbox } from "../../support/inbox.ts";
import { within } from "../../support/within.ts";

const WITH_WEB_SOCKET = { webSocket: { port: 0 } };

/** Asks for a WebSocket by hand, and gives the status of the answer. */
async function handshake(
  url: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const { hostname, port, host } = new URL(url ?? "");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({
    Host: host,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET / HTTP/1.1\r\n${lines.join("")}\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(1000);
  const count = await within("an answer", connection.read(buffer));
  const text = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
}

Deno.test("EmbeddedBroker serves clients over WebSocket together with those over TCP", async () => {
  await using broker = await EmbeddedBroker.listen(WITH_WEB_SOCKET);
  await using web = new MqttJsEndpoint();
  await web.connect(broker.webSocketUrl ?? "");
  await using plain = new MqttJsEndpoint();
  await plain.connect(broker.url);
  const inbox = new Inbox();
  await web.subscribe("up", inbox.handler, { qos: 2 }).ready;
  await plain.subscribe("down", inbox.handler).ready;
  await plain.publish("up", "x".repeat(1_000_000), { qos: 2 });
  await inbox.received(1);
  await web.publish("down", "y");
  const [large, small] = await inbox.received(2);
  assert.equal(large?.payload.length, 1_000_000);
  assert.equal(small?.topic, "down");
  assert.equal(broker.clientCount, 2);
});

Deno.test("EmbeddedBroker takes WebSockets of subprotocol mqtt only", async () => {
  await using broker = await EmbeddedBroker.listen(WITH_WEB_SOCKET);
  const status = (protocol: string) =>
    handshake(broker.webSocketUrl, { "Sec-WebSocket-Protocol": protocol });
  assert.equal(await status("mqtt"), 101);
  assert.equal(await status("chat, mqtt"), 101);
  assert.equal(await status("chat"), 401);
});

Deno.test("EmbeddedBroker without accounts refuses WebSockets of pages from elsewhere", async () => {
  await using broker = await EmbeddedBroker.listen(WITH_WEB_SOCKET);
  const status = (Origin: string) =>
    handshake(broker.webSocketUrl, {
      "Sec-WebSocket-Protocol": "mqtt",
      Origin,
    });
  assert.equal(await status("http://localhost:8080"), 101);
  assert.equal(await status("http://127.0.0.1"), 101);
  assert.equal(await status("http://evil.example"), 401);
  assert.equal(await status("http://127.0.0.1.evil.example"), 401);
  assert.equal(await status("null"), 401);
});

Deno.test("EmbeddedBroker with accounts takes WebSockets of any page, since a page has no password", async () => {
  await using broker = await EmbeddedBroker.listen({
    ...WITH_WEB_SOCKET,
    account: { username: "u", password: "p" },
  });
  const headers = {
    "Sec-WebSocket-Protocol": "mqtt",
    Origin: "http://bike.example",
  };
  assert.equal(await handshake(broker.webSocketUrl, headers), 101);
});

Deno.test("EmbeddedBroker closes a WebSocket that sends text, and goes on", async () => {
  await using broker = await EmbeddedBroker.listen(WITH_WEB_SOCKET);
  const url = broker.webSocketUrl ?? "";
  const socket = new WebSocket(url, "mqtt");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.onopen = () => socket.send("hello");
  await within("the end of the WebSocket", closed);
  await using endpoint = new MqttJsEndpoint();
  await endpoint.connect(url);
});

Deno.test("EmbeddedBroker answers a browser on its WebSocket port in words", async () => {
  await using broker = await EmbeddedBroker.listen(WITH_WEB_SOCKET);
  const url = (broker.webSocketUrl ?? "").replace(/^ws/, "http");
  const response = await fetch(url);
  assert.equal(response.status, 426);
  assert.match(await response.text(), /MQTT over WebSocket/);
});
