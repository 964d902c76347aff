import assert from "node:assert/strict";
import { ConnectionError, PayloadError } from "#lib/base/errors.ts";
import { NO_MATCHING_SUBSCRIBERS } from "#lib/mqtt/endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import {
  FakeBroker,
  PACKET,
  protocolLevel,
  type ReceivedPacket,
} from "../../support/fake_broker.ts";
import { publishId, welcome } from "../../support/scripted_answers.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { Inbox, settled } from "../../support/inbox.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { within } from "../../support/within.ts";
import { QUICK } from "./contract.ts";

for (
  const [what, refusal] of [
    ["code 1 of MQTT 3.1.1", [0x20, 2, 0, 1]],
    ["code 132 of MQTT 5", [0x20, 3, 0, 132, 0]],
  ] as const
) {
  Deno.test(`MqttJsEndpoint.connect falls back to MQTT 3.1.1 when the broker refuses 5 with ${what}`, async () => {
    await using broker = FakeBroker.start((packet) =>
      packet.type === PACKET.connect && protocolLevel(packet) === 5
        ? refusal
        : welcome(packet)
    );
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url);
    assert.equal(endpoint.protocolVersion, "3.1.1");
    assert.equal(endpoint.connected, true);
  });

  Deno.test(`MqttJsEndpoint.connect with MQTT 5 only rejects when the broker refuses it with ${what}`, async () => {
    await using broker = FakeBroker.start(() => refusal);
    await using endpoint = new MqttJsEndpoint(QUICK);
    await assert.rejects(
      endpoint.connect(broker.url, { protocolVersion: "5" }),
      (error: ConnectionError) =>
        error instanceof ConnectionError && error.reason === "refused",
    );
  });
}

Deno.test("MqttJsEndpoint.connect without retry rejects when the broker hangs up without an answer", async () => {
  await using target = await EmbeddedBroker.listen();
  await using wire = TcpProxy.to(target.url);
  wire.hold();
  await using endpoint = new MqttJsEndpoint(QUICK);
  await assert.rejects(
    endpoint.connect(wire.url, { retry: false }),
    (error: ConnectionError) =>
      error instanceof ConnectionError && error.reason === "unreachable",
  );
});

Deno.test("MqttJsEndpoint.connect without retry rejects when the broker does not answer in time", async () => {
  await using broker = FakeBroker.start(() => undefined);
  await using endpoint = new MqttJsEndpoint(QUICK);
  await assert.rejects(
    endpoint.connect(broker.url, { retry: false, connectTimeoutMs: 20 }),
    (error: ConnectionError) =>
      error instanceof ConnectionError && error.reason === "unreachable",
  );
});

Deno.test("MqttJsEndpoint.connect asks again when the broker was not ready at first", async () => {
  let tries = 0;
  await using broker = FakeBroker.start((packet) =>
    packet.type === PACKET.connect && ++tries < 3
      ? [0x20, 3, 0, 136, 0]
      : welcome(packet)
  );
  await using endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(broker.url);
  assert.equal(tries, 3);
});

Deno.test("MqttJsEndpoint.close rejects with reason closed what the broker does not acknowledge, and frees the socket", async () => {
  await using broker = FakeBroker.start(welcome);
  await using endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(broker.url);
  const published = endpoint.publish("a", "");
  const refused = assert.rejects(
    published,
    (error: ConnectionError) =>
      error instanceof ConnectionError && error.reason === "closed",
  );
  await endpoint.close();
  await refused;
});

Deno.test("MqttJsEndpoint.publish keeps at most the broker's receive maximum on its way", async () => {
  const waiting: ReceivedPacket[] = [];
  const { promise: third, resolve } = Promise.withResolvers<void>();
  await using broker = FakeBroker.start((packet) => {
    if (packet.type === PACKET.connect) {
      return [0x20, 6, 0, 0, 3, 0x21, 0, 2]; // Receive maximum 2
    }
    if (packet.type !== PACKET.publish) return welcome(packet);
    waiting.push(packet);
    if (waiting.length === 2) return [0x40, 2, ...publishId(packet)];
    if (waiting.length > 2) resolve();
    return undefined;
  });
  const endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(broker.url);
  const published = ["1", "2", "3", "4"].map((text) =>
    endpoint.publish("a", text)
  );
  const outcome = Promise.allSettled(published);
  await third;
  assert.equal(waiting.length, 3);
  broker.cut();
  await endpoint.close();
  const states = (await outcome).map(({ status }) => status);
  assert.deepEqual(states, ["rejected", "fulfilled", "rejected", "rejected"]);
});

Deno.test("MqttJsEndpoint.publish reports when nobody is subscribed to a QoS 2 message", async () => {
  await using broker = FakeBroker.start((packet) => {
    if (packet.type === PACKET.publish) {
      return [0x50, 3, ...publishId(packet), NO_MATCHING_SUBSCRIBERS];
    }
    const [high = 0, low = 0] = packet.body;
    return packet.type === PACKET.pubrel
      ? [0x70, 2, high, low]
      : welcome(packet);
  });
  await using endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(broker.url);
  assert.deepEqual(await endpoint.publish("a", "", { qos: 2 }), {
    reasonCode: NO_MATCHING_SUBSCRIBERS,
  });
});

Deno.test("MqttJsEndpoint.publish settles QoS 0 messages that were being written when the link was cut", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using wire = TcpProxy.to(broker.url);
  await using endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(wire.url);
  wire.jam();
  const payload = new Uint8Array(1_000_000);
  const published = Array.from(
    { length: 12 },
    () => endpoint.publish("a", payload, { qos: 0 }),
  );
  const back = endpoint.onConnected.next();
  wire.cut();
  await back;
  await Promise.allSettled(published);
  await settled(endpoint);
});

const needsMosquitto = { programs: ["mosquitto"] };

testWith(
  needsMosquitto,
  "MqttJsEndpoint.publish refuses a payload that is too large for the broker, and lives on",
  async () => {
    await using broker = await Mosquitto.start({
      config: ["max_packet_size 8192"],
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url);
    await assert.rejects(
      endpoint.publish("a", new Uint8Array(8192)),
      PayloadError,
    );
    await settled(endpoint);
    assert.equal(endpoint.connected, true);
  },
);

testWith(
  needsMosquitto,
  "MqttJsEndpoint.publish before connect refuses a payload that is too large for the broker, and lives on",
  async () => {
    await using broker = await Mosquitto.start({
      config: ["max_packet_size 8192"],
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    const refused = assert.rejects(
      endpoint.publish("a", new Uint8Array(8192)),
      PayloadError,
    );
    await endpoint.connect(broker.url);
    await refused;
    await settled(endpoint);
    assert.equal(endpoint.connected, true);
  },
);

Deno.test("MqttJsEndpoint waits no longer than at first after a connection that lasted", async () => {
  await using broker = FakeBroker.start(welcome);
  await using endpoint = new MqttJsEndpoint({
    backoff: { firstMs: 1, longestMs: 600_000, steadyMs: 0 },
  });
  await endpoint.connect(broker.url);
  // Were the waits to grow, the last would take hours.
  for (let loss = 0; loss < 25; loss++) {
    const back = endpoint.onConnected.next();
    broker.cut();
    await within("the connection", back);
  }
  assert.equal(broker.accepted, 26);
});

testWith(
  needsMosquitto,
  "MqttJsEndpoint notices a broker that is silent for longer than the keep-alive time",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url, { keepAliveSeconds: 1 });
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    const gone = endpoint.onDisconnected.next();
    const back = endpoint.onConnected.next();
    broker.pause();
    await gone;
    broker.resume();
    await back;
    await endpoint.publish("a", "");
    await inbox.received(1);
  },
);
