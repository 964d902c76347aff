/** What an endpoint bears from brokers that are not as they should be. */
import assert from "node:assert/strict";
import { ConnectionError, PayloadError } from "#lib/base/errors.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import {
  FakeBroker,
  HANG_UP,
  PACKET,
  protocolLevel,
} from "../../support/fake_broker.ts";
import { Inbox, settled } from "../../support/inbox.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import {
  publishId,
  publishPacket,
  publishTopic,
  welcome,
} from "../../support/scripted_answers.ts";
import { within } from "../../support/within.ts";
import { QUICK } from "./contract.ts";

for (const qos of [1, 2] as const) {
  Deno.test(`MqttJsEndpoint.publish rejects a QoS ${qos} message that the broker cuts the connection for again and again, and the others go on`, async () => {
    await using broker = FakeBroker.start((packet) => {
      if (packet.type === PACKET.pubrel) {
        return [0x70, 2, ...packet.body.subarray(0, 2)];
      }
      if (packet.type !== PACKET.publish) return welcome(packet);
      if (publishTopic(packet) === "bad") return HANG_UP;
      const first = qos === 1 ? 0x40 : 0x50;
      return [first, 2, ...publishId(packet)];
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url);
    const others = ["1", "2", "3"].map((text) =>
      endpoint.publish("good", text, { qos })
    );
    const refused = assert.rejects(
      endpoint.publish("bad", "", { qos }),
      (error: ConnectionError) =>
        error instanceof ConnectionError && error.reason === "refused" &&
        /the connection ends whenever it is sent/.test(error.message),
    );
    others.push(endpoint.publish("good", "4", { qos }));
    await within("the refusal", refused);
    await within("the others", Promise.all(others));
    await within("one more", endpoint.publish("good", "5", { qos }));
  });
}

Deno.test("MqttJsEndpoint.publish names the reason that the broker gives before it cuts the connection", async () => {
  await using broker = FakeBroker.start((packet) => {
    if (packet.type !== PACKET.publish) return welcome(packet);
    queueMicrotask(() => setTimeout(() => broker.cut(), 0));
    return [0xe0, 2, 0x95, 0];
  });
  await using endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(broker.url);
  await within(
    "the refusal",
    assert.rejects(endpoint.publish("a", ""), /149 \(packet too large\)/),
  );
});

for (
  const [what, bytes] of [
    ["a PUBREL without an identifier", [0x62, 0]],
    ["a SUBACK without an identifier", [0x90, 0]],
    ["a PUBACK that is too short", [0x40, 1, 0]],
    ["a PUBLISH without a topic", [0x30, 0]],
    ["a PUBLISH whose topic is longer than itself", [0x30, 3, 0xff, 0xff, 1]],
    ["a PUBLISH of QoS 3", [0x36, 5, 0, 1, 97, 0, 1]],
    ["reserved flags", [0x41, 2, 0, 1]],
    ["a second CONNACK", [0x20, 3, 0, 0, 0]],
    ["a CONNECT", [0x10, 2, 0, 0]],
    ["a length that never ends", [0x30, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["a property that nobody knows", [0x30, 6, 0, 1, 97, 2, 0x7f, 0]],
    ["properties that end too early", [0x30, 6, 0, 1, 97, 9, 3, 0]],
    ["packet type 0", [0x00, 0]],
  ] as const
) {
  for (const version of ["5", "3.1.1"] as const) {
    Deno.test(`MqttJsEndpoint survives ${what} [MQTT ${version}]`, async () => {
      await using broker = FakeBroker.start((packet) => {
        if (packet.type !== PACKET.publish) return welcome(packet);
        return [0x40, 2, ...publishId(packet)];
      });
      await using endpoint = new MqttJsEndpoint(QUICK);
      await endpoint.connect(broker.url, { protocolVersion: version });
      await endpoint.subscribe("a", () => {}).ready;
      await broker.send(bytes);
      await within("a message", endpoint.publish("a", "1"));
      broker.cut();
      await within("another connection", endpoint.onConnected.next());
      await within("another message", endpoint.publish("a", "2"));
    });
  }
}

Deno.test("MqttJsEndpoint connects again after a packet that is not MQTT, and reports it", async () => {
  await using broker = FakeBroker.start((packet) => welcome(packet));
  await using endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(broker.url);
  const reported = endpoint.onError.next();
  const back = endpoint.onConnected.next();
  await broker.send([0x62, 0]);
  const [error] = await within("the report", reported);
  assert.match(error.message, /the broker sent what is not MQTT/);
  await within("the connection", back);
});

for (const retry of [true, false]) {
  Deno.test(`MqttJsEndpoint.connect asks with MQTT 3.1.1 once where the broker hangs up on MQTT 5, with retry ${retry}`, async () => {
    const levels: number[] = [];
    await using broker = FakeBroker.start((packet) => {
      if (packet.type !== PACKET.connect) return welcome(packet);
      levels.push(protocolLevel(packet));
      return protocolLevel(packet) === 5 ? HANG_UP : welcome(packet);
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await within("a connection", endpoint.connect(broker.url, { retry }));
    assert.deepEqual(levels, [5, 4]);
    assert.equal(endpoint.protocolVersion, "3.1.1");
  });
}

Deno.test("MqttJsEndpoint.connect reports each try on which the broker hangs up, and goes on", async () => {
  let tries = 0;
  await using broker = FakeBroker.start((packet) =>
    packet.type === PACKET.connect && ++tries < 6 ? HANG_UP : welcome(packet)
  );
  await using endpoint = new MqttJsEndpoint(QUICK);
  const messages: string[] = [];
  endpoint.onError.add((error) => messages.push(error.message));
  await within(
    "a connection",
    endpoint.connect(broker.url, { protocolVersion: "5" }),
  );
  assert.equal(messages.length, 5);
  assert.match(messages[0] ?? "", /closed without an answer/);
});

for (const [code, name] of [[0x97, "quota"], [0x9f, "rate"]] as const) {
  Deno.test(`MqttJsEndpoint.connect tries again where the broker's ${name} is exceeded`, async () => {
    let tries = 0;
    await using broker = FakeBroker.start((packet) =>
      packet.type === PACKET.connect && ++tries < 3
        ? [0x20, 3, 0, code, 0]
        : welcome(packet)
    );
    await using endpoint = new MqttJsEndpoint(QUICK);
    await within("a connection", endpoint.connect(broker.url));
    assert.equal(tries, 3);
  });
}

Deno.test("MqttJsEndpoint.connect says what the broker adds to a refusal", async () => {
  const text = (id: number, value: string) => [
    id,
    0,
    value.length,
    ...new TextEncoder().encode(value),
  ];
  const properties = [...text(0x1f, "moved"), ...text(0x1c, "two.example")];
  await using broker = FakeBroker.start(() => [
    0x20,
    3 + properties.length,
    0,
    0x9c,
    properties.length,
    ...properties,
  ]);
  await using endpoint = new MqttJsEndpoint(QUICK);
  await assert.rejects(
    endpoint.connect(broker.url),
    /Use another server.*: moved, it names two\.example instead$/,
  );
});

for (
  const [greeting, name] of [
    ["SSH-2.0-OpenSSH_9.2\r\n", "an SSH server"],
    ["HTTP/1.1 400 Bad Request\r\n\r\n", "an HTTP server"],
    ["AMQP\0\0\x09\x01", "an AMQP broker"],
    ["220 mail.example ESMTP\r\n", "a mail or FTP server"],
    ["\x15\x03\x01\0\x02\x02\x46", "a server that speaks TLS"],
  ] as const
) {
  Deno.test(`MqttJsEndpoint.connect says that ${name} listens there`, async () => {
    await using broker = FakeBroker.start(() =>
      Array.from(greeting, (letter) => letter.charCodeAt(0))
    );
    await using endpoint = new MqttJsEndpoint(QUICK);
    await within(
      "the refusal",
      assert.rejects(
        endpoint.connect(broker.url, { connectTimeoutMs: 300 }),
        (error: ConnectionError) =>
          error.reason === "refused" && error.message.includes(name),
      ),
    );
  });
}

Deno.test("MqttJsEndpoint.publish takes a lower QoS and does not retain where the broker says so, and reports each once", async () => {
  const flags: number[] = [];
  const properties = [0x24, 0, 0x25, 0]; // Maximum QoS 0, no retained messages
  await using broker = FakeBroker.start((packet) => {
    if (packet.type === PACKET.publish) flags.push(packet.flags);
    return welcome(packet, properties);
  });
  await using endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(broker.url);
  const messages: string[] = [];
  endpoint.onError.add((error) => messages.push(error.message));
  await endpoint.publish("a", "1", { qos: 2, retain: true });
  await endpoint.publish("a", "2", { qos: 1, retain: true });
  await endpoint.publish("a", "3", { qos: 1, retain: true });
  await endpoint.close();
  assert.deepEqual(flags, [0, 0, 0]);
  assert.equal(messages.length, 3);
  assert.match(messages[0] ?? "", /QoS 2: the broker takes at most 0/);
  assert.match(messages[1] ?? "", /retained messages: the broker keeps none/);
});

Deno.test("MqttJsEndpoint.publish fills a small packet of the broker to the last byte", async () => {
  const properties = [0x27, 0, 0, 0x07, 0xd0]; // Maximum packet size 2,000
  await using broker = FakeBroker.start((packet) =>
    packet.type === PACKET.publish
      ? [0x40, 2, ...publishId(packet)]
      : welcome(packet, properties)
  );
  await using endpoint = new MqttJsEndpoint(QUICK);
  await endpoint.connect(broker.url);
  const overhead = 3 + 3 + 2 + 1;
  await endpoint.publish("a", new Uint8Array(2000 - overhead));
  await assert.rejects(
    endpoint.publish("a", new Uint8Array(2001 - overhead)),
    (error: PayloadError) =>
      error instanceof PayloadError &&
      error.received === "a packet of 2001 bytes" &&
      error.expected === "at most 2000, the broker's limit",
  );
  const last = broker.packets.at(-1);
  assert.equal(last && 1 + 2 + last.body.length, 2000);
});

for (const version of ["5", "3.1.1"] as const) {
  Deno.test(`MqttJsEndpoint.subscribe with overlapping filters calls a handler once though the broker sends a copy for each filter [MQTT ${version}]`, async () => {
    const v5 = version === "5";
    await using broker = FakeBroker.start((packet) => welcome(packet));
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url, { protocolVersion: version });
    const inbox = new Inbox();
    const other = new Inbox();
    await endpoint.subscribe("a/+", inbox.handler).ready;
    await endpoint.subscribe("a/#", inbox.handler).ready;
    await endpoint.subscribe("#", other.handler).ready;
    for (const text of ["1", "2", "3"]) {
      const copy = publishPacket("a/b", text, v5);
      await broker.send([...copy, ...copy, ...copy]);
    }
    await broker.send(publishPacket("c", "last", v5));
    await within("the last message", other.received(4));
    assert.deepEqual(inbox.texts, ["1", "2", "3"]);
    assert.deepEqual(other.texts, ["1", "2", "3", "last"]);
  });
}

testWith(
  { programs: ["mosquitto"] },
  "MqttJsEndpoint.publish rejects what mosquitto finds too large without having said so, and lives on",
  async () => {
    await using broker = await Mosquitto.start({
      config: ["message_size_limit 1000"],
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url, { protocolVersion: "5" });
    await within(
      "the refusal",
      assert.rejects(endpoint.publish("a", "x".repeat(5000)), {
        reason: "refused",
      }),
    );
    await within("a message", settled(endpoint));
  },
);

testWith(
  { programs: ["mosquitto"] },
  "MqttJsEndpoint.publish refuses what is larger than maximumPacketBytes without sending it",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url, { maximumPacketBytes: 1000 });
    await assert.rejects(
      endpoint.publish("a", "x".repeat(1000)),
      (error: PayloadError) => error.expected === "at most 1000, the set limit",
    );
    await settled(endpoint);
    assert.equal(endpoint.traffic.connections, 1);
  },
);
