import assert from "node:assert/strict";
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import { MQTTClient } from "#lib/mqtt/mqtt_client.ts";
import { BROKERS, type TestBroker } from "../../support/brokers.ts";
import { freePort } from "../../support/ports.ts";
import { testWith } from "../../support/requires.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";
import { within } from "../../support/within.ts";
import { connectedClient, QUICK, TestClient } from "./test_client.ts";

/** Registers a test on every broker. */
function onBrokers(name: string, fn: (broker: TestBroker) => Promise<void>) {
  for (const kind of BROKERS) {
    testWith(kind.requires, `${name} [${kind.name}]`, async () => {
      await using broker = await kind.start();
      await fn(broker);
    });
  }
}

const addresses: Readonly<
  Record<string, readonly [address: string, port?: number]>
> = {
  "mqtt://bike.example:1883": ["bike.example"],
  "mqtt://bike.example:8883": ["bike.example", 8883],
  "mqtt://bike.example:1884": ["bike.example:1884"],
  "mqtts://bike.example:8883": ["mqtts://bike.example"],
  "mqtts://bike.example:8884": ["mqtts://bike.example:8883", 8884],
  "ws://bike.example:9001/mqtt": ["ws://bike.example/mqtt", 9001],
  "mqtt://[::1]:1883": ["::1"],
  "mqtt://[::1]:1884": ["::1", 1884],
  "mqtt://[::1]:1885": ["[::1]", 1885],
};

for (const [url, [address, port]] of Object.entries(addresses)) {
  Deno.test(`MQTTClient of ${address} with port ${port ?? "left out"} connects to ${url}`, async () => {
    const client = new MQTTClient(address, "", "", port);
    client.setupMqttClient();
    assert.equal(client.getClient().brokerUrl, url);
    await client.disconnect();
  });
}

Deno.test("MQTTClient stores and connects to nothing until it is set up", async () => {
  await using client = new MQTTClient("bike.example", "user", "secret");
  assert.equal(client.getClient().brokerUrl, "");
  assert.equal(client.getClient().connected, false);
});

Deno.test("MQTTClient.setupMqttClient throws nothing while no broker is there, and connects when one is", async () => {
  const [kind] = BROKERS;
  assert.ok(kind);
  await using broker = await kind.start();
  await using wire = TcpProxy.to(broker.url);
  wire.hold();
  const refused = wire.refused();
  await using client = new TestClient("127.0.0.1", "", "", portOf(wire.url));
  const connected = client.getClient().onConnected.next();
  client.setupMqttClient();
  await within("a refused connection", refused);
  assert.equal(client.getClient().connected, false);
  wire.mend();
  await within("a connection", connected);
});

Deno.test("MQTTClient.setupMqttClient connects once, however often it and loopStart are called", async () => {
  const [kind] = BROKERS;
  assert.ok(kind);
  await using broker = await kind.start();
  await using wire = TcpProxy.to(broker.url);
  await using client = await connectedClient(wire.url);
  client.setupMqttClient();
  client.loopStart();
  await client.publish("example/1", "");
  assert.equal(wire.accepted, 1);
});

onBrokers(
  "MQTTClient.subscribe of a name delivers with QoS 1",
  async ({ url }) => {
    await using client = await connectedClient(url);
    await client.subscribe("example/1");
    await client.publish("example/1", "hello");
    await client.publish("example/2", "not asked for");
    await client.publish("example/1", "again");
    const [message] = await within("messages", client.inbox.received(2));
    assert.equal(message?.qos, 1);
    assert.equal(message.retain, false);
    assert.deepEqual(client.inbox.texts, ["hello", "again"]);
  },
);

onBrokers(
  "MQTTClient.subscribe of pairs delivers each with its own QoS",
  async ({ url }) => {
    await using client = await connectedClient(url);
    await client.subscribe([["zero", 0], ["one", 1], ["two", 2]]);
    const sender = client.getClient();
    for (const topic of ["zero", "one", "two"]) {
      await sender.publish(topic, "", { qos: 2 });
    }
    const messages = await within("messages", client.inbox.received(3));
    assert.deepEqual(
      new Map(messages.map(({ topic, qos }) => [topic, qos])),
      new Map([["zero", 0], ["one", 1], ["two", 2]]),
    );
  },
);

onBrokers(
  "MQTTClient.subscribe asked twice delivers once, with the QoS asked for last",
  async ({ url }) => {
    await using client = await connectedClient(url);
    await Promise.all([client.subscribe("a"), client.subscribe("a")]);
    await client.publish("a", "one");
    await within("a message", client.inbox.received(1));
    await client.subscribe([["a", 0]]);
    await client.publish("a", "zero");
    await client.subscribe("end");
    await client.publish("end", "");
    await within("messages", client.inbox.received(3));
    assert.deepEqual(
      client.inbox.messages.map(({ topic, qos }) => [topic, qos]),
      [["a", 1], ["a", 0], ["end", 1]],
    );
  },
);

onBrokers(
  "MQTTClient.subscribe before the connection is granted with it",
  async ({ url }) => {
    await using client = new TestClient(url);
    const granted = client.subscribe("a");
    client.loopStart();
    await within("the grant", granted);
    await client.publish("a", "1");
    await within("a message", client.inbox.received(1));
  },
);

onBrokers(
  "MQTTClient.publish sends every kind of payload of the documentation",
  async ({ url }) => {
    await using client = await connectedClient(url);
    const payloads: readonly (readonly [payload: unknown, text: string])[] = [
      ["Hello World!", "Hello World!"],
      [
        { incline: 19, ts: 1722834170.603658 },
        '{"incline":19,"ts":1722834170.603658}',
      ],
      [[true, false], "[true,false]"],
      [-10, "-10"],
      [0, "0"],
      [false, "false"],
      ["", ""],
      ["–10 °C", "–10 °C"],
      [new TextEncoder().encode("bytes"), "bytes"],
      [new TextEncoder().encode("buffer").buffer, "buffer"],
      [undefined, ""],
      [null, ""],
    ];
    await client.subscribe("example/2");
    for (const [payload] of payloads) void client.publish("example/2", payload);
    await within("messages", client.inbox.received(payloads.length));
    assert.deepEqual(client.inbox.texts, payloads.map(([, text]) => text));
  },
);

onBrokers(
  "MQTTClient.publish delivers hundreds of messages that nobody awaits, in their order",
  async ({ url }) => {
    const COUNT = 500;
    await using client = new TestClient(url);
    void client.subscribe("many");
    for (let i = 0; i < COUNT; i++) void client.publish("many", i);
    client.loopStart();
    await within("messages", client.inbox.received(COUNT));
    assert.deepEqual(
      client.inbox.texts,
      Array.from({ length: COUNT }, (_, i) => String(i)),
    );
  },
);

onBrokers(
  "MQTTClient keeps its subscriptions over a restart of the broker, and sends what was published meanwhile",
  async (broker) => {
    await using client = await connectedClient(broker.url);
    await client.subscribe([["a/+", 1], ["b", 0]]);
    const lost = client.getClient().onDisconnected.next();
    const restarted = broker.restart();
    await within("the loss", lost);
    const sent = ["a/1", "b", "a/2"].map((topic) =>
      client.publish(topic, topic)
    );
    await restarted;
    await within("messages", client.inbox.received(3));
    await Promise.all(sent);
    assert.deepEqual(client.inbox.texts.toSorted(), ["a/1", "a/2", "b"]);
  },
);

onBrokers(
  "MQTTClient calls onConnect, onSubscribe, onPublish and onDisconnect with its client and userdata",
  async ({ url }) => {
    const calls: string[] = [];
    class Observed extends MQTTClient {
      override onConnect(client: MqttEndpoint, userdata: unknown) {
        calls.push(`connect ${client === this.getClient()} ${userdata}`);
      }
      override onSubscribe(client: MqttEndpoint, userdata: unknown) {
        calls.push(`subscribe ${client === this.getClient()} ${userdata}`);
      }
      override onPublish(client: MqttEndpoint, userdata: unknown) {
        calls.push(`publish ${client === this.getClient()} ${userdata}`);
      }
      override onDisconnect(client: MqttEndpoint, userdata: unknown) {
        calls.push(`disconnect ${client === this.getClient()} ${userdata}`);
      }
    }
    const client = new Observed(url, "", "", undefined, { userdata: 7 });
    client.loopStart();
    await client.subscribe("a");
    await client.publish("a");
    await client.disconnect();
    assert.deepEqual(
      calls,
      ["connect", "subscribe", "publish", "disconnect"].map((call) =>
        `${call} true 7`
      ),
    );
  },
);

onBrokers(
  "MQTTClient.onMessage gets the client, the userdata and the topic of origin",
  async ({ url }) => {
    const got = Promise.withResolvers<readonly unknown[]>();
    class Device extends MQTTClient {
      override onMessage(
        client: MqttEndpoint,
        userdata: unknown,
        message: MqttMessage,
      ) {
        super.onMessage(client, userdata, message);
        got.resolve([client, userdata, message.topic]);
      }
    }
    await using client = new Device(url, "", "", undefined, {
      userdata: "bike",
    });
    client.loopStart();
    await client.subscribe("bike/+/speed/report");
    await client.publish("bike/000001/speed/report", { value: 9.5 });
    assert.deepEqual(
      await within("a message", got.promise),
      [client.getClient(), "bike", "bike/000001/speed/report"],
    );
  },
);

onBrokers("MQTTClient.loopForever ends with disconnect", async ({ url }) => {
  await using client = new TestClient(url);
  const connected = client.getClient().onConnected.next();
  const loops = [
    client.loopForever(),
    client.loopForever({ reconnectTimeoutMs: 60_000 }),
    client.loopForever({ reconnectTimeoutMs: Number.MAX_SAFE_INTEGER }),
  ];
  await within("a connection", connected);
  await client.disconnect();
  await within("the loops", Promise.all(loops));
  assert.equal(client.getClient().connected, false);
});

onBrokers(
  "MQTTClient.disconnect sends what was published before it",
  async ({ url }) => {
    await using listener = await connectedClient(url);
    await listener.subscribe("last/words");
    const client = await connectedClient(url);
    void client.publish("last/words", "goodbye");
    await client.disconnect();
    await within("a message", listener.inbox.received(1));
    assert.deepEqual(listener.inbox.texts, ["goodbye"]);
  },
);

onBrokers(
  "MQTTClient keeps its subscriptions from disconnect to the next loopStart",
  async ({ url }) => {
    await using client = await connectedClient(url);
    await client.subscribe("a");
    await client.disconnect();
    await client.disconnect();
    client.loopStart();
    await client.publish("a", "again");
    await within("a message", client.inbox.received(1));
  },
);

onBrokers(
  "MQTTClient.loopStart right behind disconnect connects again, even while it was connecting",
  async ({ url }) => {
    for (const client of [await connectedClient(url), new TestClient(url)]) {
      await using _client = client;
      const loop = client.loopForever();
      void client.subscribe("a");
      const gone = client.disconnect();
      client.loopStart();
      await within("the loop", loop);
      await gone;
      await within("the grant", client.subscribe("a"));
      await client.publish("a", "here");
      await within("a message", client.inbox.received(1));
      assert.deepEqual(client.inbox.texts, ["here"]);
    }
  },
);

Deno.test("MQTTClient.disconnect ends a client that never reached its broker", async () => {
  const client = new TestClient("127.0.0.1", "", "", freePort(), QUICK);
  const loop = client.loopForever();
  const sent = client.publish("a", "lost");
  await client.disconnect();
  await within("the loop", loop);
  await assert.rejects(sent, { code: "connection", reason: "closed" });
});

function portOf(url: string): number {
  return Number(new URL(url).port);
}
