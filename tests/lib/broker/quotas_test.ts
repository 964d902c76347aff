import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { loggedIn, RawMqtt } from "../../support/raw_mqtt.ts";

const PLAIN = { qos: 1, dup: false, retain: false } as const;

Deno.test("EmbeddedBroker takes no more connections than its limit, and then again", async () => {
  const limits = { maxConnections: 2 };
  await using broker = await EmbeddedBroker.listen({ limits });
  const first = await loggedIn(broker.url);
  await using _second = await loggedIn(broker.url);
  await using refused = await RawMqtt.open(broker.url);
  assert.deepEqual(await refused.closed(), []);
  await first.send({ cmd: "disconnect" });
  await first.closed();
  await first[Symbol.asyncDispose]();
  await using clients = new AsyncDisposableStack();
  // The broker sees the end of the first connection a moment after we do.
  while (broker.clientCount < 2) clients.use(await loggedIn(broker.url));
  assert.equal(broker.clientCount, 2);
});

Deno.test("EmbeddedBroker makes room for a login by closing the connection that waits longest", async () => {
  const limits = { maxPendingLogins: 2 };
  await using broker = await EmbeddedBroker.listen({ limits });
  await using oldest = await RawMqtt.open(broker.url);
  await using _older = await RawMqtt.open(broker.url);
  await using _young = await loggedIn(broker.url);
  assert.deepEqual(await oldest.closed(), []);
});

Deno.test("EmbeddedBroker closes a connection that does not log in in time", async () => {
  const limits = { loginTimeoutMs: 100 };
  await using broker = await EmbeddedBroker.listen({ limits });
  await using silent = await RawMqtt.open(broker.url);
  assert.deepEqual(await silent.closed(), []);
});

Deno.test("EmbeddedBroker closes a connection whose CONNECT is too long, before all of it has come", async () => {
  const limits = { maxLoginBytes: 1000 };
  await using broker = await EmbeddedBroker.listen({ limits });
  await using client = await RawMqtt.open(broker.url);
  await client.sendBytes(Uint8Array.fromHex("10ffffff7f00044d515454"));
  assert.deepEqual(await client.closed(), []);
});

Deno.test("EmbeddedBroker announces its largest packet, and closes a connection with a larger one", async () => {
  const limits = { maxPacketBytes: 1000 };
  await using broker = await EmbeddedBroker.listen({ limits });
  await using client = await RawMqtt.open(broker.url);
  await client.send({
    cmd: "connect",
    protocolVersion: 5,
    clientId: "a",
    clean: true,
  });
  const connack = await client.next();
  assert(connack !== "closed" && connack.cmd === "connack");
  assert.equal(connack.properties?.maximumPacketSize, 1000);
  await client.send({
    cmd: "publish",
    topic: "x",
    payload: "x".repeat(1000),
    ...PLAIN,
    messageId: 1,
  });
  const [packet] = await client.closed();
  assert(packet?.cmd === "disconnect");
  assert.equal(packet.reasonCode, 0x95);
});

Deno.test("EmbeddedBroker refuses a retained message beyond its limit, and keeps the others", async () => {
  const limits = { maxRetainedBytes: 4000 };
  await using broker = await EmbeddedBroker.listen({ limits });
  await using client = await loggedIn(broker.url);
  const codes: (number | undefined)[] = [];
  for (const [topic, size] of [["a", 1000], ["b", 9000], ["a", 1100]]) {
    await client.send({
      cmd: "publish",
      topic: `${topic}`,
      payload: "x".repeat(Number(size)),
      ...PLAIN,
      retain: true,
      messageId: 1,
    });
    const packet = await client.next();
    assert(packet !== "closed" && packet.cmd === "puback");
    codes.push(packet.reasonCode);
  }
  assert.deepEqual(codes, [16, 0x97, 16]);
});

Deno.test("EmbeddedBroker gives back what retained messages took when they are cleared", async () => {
  const limits = { maxRetainedBytes: 4000 };
  await using broker = await EmbeddedBroker.listen({ limits });
  await using client = await loggedIn(broker.url);
  for (let round = 0; round < 20; round++) {
    for (const payload of ["x".repeat(2000), ""]) {
      await client.send({
        cmd: "publish",
        topic: `topic/${round}`,
        payload,
        ...PLAIN,
        retain: true,
        messageId: 1,
      });
      const packet = await client.next();
      assert(packet !== "closed" && packet.cmd === "puback");
      assert.equal(packet.reasonCode, 16);
    }
  }
});

Deno.test("EmbeddedBroker refuses subscriptions beyond its limits with 0x97", async () => {
  const limits = { maxSubscriptions: 2, maxSubscriptionBytes: 1500 };
  await using broker = await EmbeddedBroker.listen({ limits });
  await using one = await loggedIn(broker.url);
  const granted = async (client: RawMqtt, ...topics: string[]) => {
    const subscriptions = topics.map((topic) => ({ topic, qos: 0 as const }));
    await client.send({ cmd: "subscribe", messageId: 1, subscriptions });
    const packet = await client.next();
    return packet !== "closed" && packet.cmd === "suback" && packet.granted;
  };
  assert.deepEqual(await granted(one, "a", "b", "c"), [0, 0, 0x97]);
  await using other = await loggedIn(broker.url);
  assert.deepEqual(await granted(other, "a/b/c/d/e/f", "d"), [0x97, 0]);
});

Deno.test("EmbeddedBroker refuses topics with more levels than it keeps", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using client = await loggedIn(broker.url);
  await client.send({
    cmd: "publish",
    topic: "/".repeat(200),
    payload: "",
    ...PLAIN,
    messageId: 1,
  });
  const [packet] = await client.closed();
  assert(packet?.cmd === "disconnect");
  assert.equal(packet.reasonCode, 0x90);
});

Deno.test("EmbeddedBroker.listen rejects with ConfigError for limits that cannot hold", async () => {
  for (
    const limits of [
      { maxConnections: 0 },
      { maxQueuedBytes: -1 },
      { maxInflight: 65_536 },
      { loginTimeoutMs: 0.5 },
      { maxSessions: NaN },
    ]
  ) {
    await assert.rejects(EmbeddedBroker.listen({ limits }), ConfigError);
  }
});

Deno.test("EmbeddedBroker closes a connection whose packet has more topic filters than anybody needs", async () => {
  await using broker = await EmbeddedBroker.listen();
  const names = Array.from({ length: 2000 }, (_, i) => `a/${i}`);
  for (
    const packet of [
      {
        cmd: "subscribe",
        messageId: 1,
        subscriptions: names.map((topic) => ({ topic, qos: 0 as const })),
      },
      { cmd: "unsubscribe", messageId: 1, unsubscriptions: names },
    ] as const
  ) {
    await using client = await loggedIn(broker.url);
    await client.send(packet);
    const [last, ...more] = await client.closed();
    assert(last?.cmd === "disconnect");
    assert.deepEqual([last.reasonCode, more], [0x97, []]);
  }
});

Deno.test("EmbeddedBroker closes a connection whose packet has properties of millions of bytes", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using client = await loggedIn(broker.url);
  const many = Array.from({ length: 60_000 }, () => "b");
  const properties = { userProperties: { a: many } };
  await client.send({
    ...PLAIN,
    cmd: "publish",
    topic: "a",
    messageId: 1,
    payload: "",
    properties,
  });
  const [last, ...more] = await client.closed();
  assert(last?.cmd === "disconnect");
  assert.deepEqual([last.reasonCode, more], [0x95, []]);
});
