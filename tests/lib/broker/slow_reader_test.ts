/** Clients that do not read, and what that does to others: nothing. */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { within } from "../../support/within.ts";
import { loggedIn } from "../../support/raw_mqtt.ts";

const SUBSCRIBE_ALL = Uint8Array.fromHex("820700010000012300");

/** A client that has subscribed to everything and then reads nothing. */
async function deaf(broker: EmbeddedBroker, clientId = "deaf") {
  const { hostname, port } = new URL(broker.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const id = new TextEncoder().encode(clientId);
  await connection.write(Uint8Array.of(
    ...[0x10, 13 + id.length, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 0, 0],
    ...[0, id.length, ...id],
  ));
  await connection.read(new Uint8Array(100));
  await connection.write(SUBSCRIBE_ALL);
  await connection.read(new Uint8Array(6));
  return connection;
}

Deno.test("EmbeddedBroker serves others while a client does not read, and cuts that one when its queue is full", async () => {
  const limits = { maxQueuedBytes: 2_000_000 };
  await using broker = await EmbeddedBroker.listen({ limits });
  using _deaf = await deaf(broker);
  await using reader = await loggedIn(broker.url);
  await using writer = await loggedIn(broker.url);
  await reader.sendBytes(SUBSCRIBE_ALL);
  await reader.next();
  assert.equal(broker.clientCount, 3);
  const payload = "x".repeat(50_000);
  let rounds = 0;
  // What the socket buffers of the system take is not the broker's.
  while (broker.clientCount === 3) {
    rounds++;
    await writer.send({
      cmd: "publish",
      topic: "x",
      payload,
      qos: 0,
      dup: false,
      retain: false,
    });
    const packet = await reader.next();
    assert(packet !== "closed" && packet.cmd === "publish");
    assert(rounds < 2000, "the client that does not read is still connected");
  }
  assert.equal(broker.clientCount, 2);
});

Deno.test("EmbeddedBroker cuts the client with the most bytes when all have too many together", async () => {
  const limits = { maxTotalQueuedBytes: 4_000_000 };
  await using broker = await EmbeddedBroker.listen({ limits });
  using _one = await deaf(broker, "one");
  using _other = await deaf(broker, "other");
  await using writer = await loggedIn(broker.url);
  const payload = "x".repeat(100_000);
  for (let round = 0; broker.clientCount > 1 && round < 1000; round++) {
    await writer.send({
      cmd: "publish",
      topic: "x",
      payload,
      qos: 1,
      messageId: 1,
      dup: false,
      retain: false,
    });
    await writer.next();
  }
  assert.equal(broker.clientCount, 1);
});

Deno.test("EmbeddedBroker keeps no more than its limit for a client that is away", async () => {
  const limits = { maxQueuedBytes: 10_000 };
  await using broker = await EmbeddedBroker.listen({ limits });
  const session = { clientId: "away", clean: false };
  const first = await loggedIn(broker.url, 4, session);
  await first.sendBytes(Uint8Array.fromHex("8206000100012301"));
  await first.next();
  await first[Symbol.asyncDispose]();
  await using writer = await loggedIn(broker.url);
  for (let messageId = 1; messageId <= 20; messageId++) {
    await writer.send({
      cmd: "publish",
      topic: "x",
      payload: `${messageId}`.padStart(1000),
      qos: 1,
      messageId,
      dup: false,
      retain: false,
    });
    await writer.next();
  }
  await using again = await loggedIn(broker.url, 4, session);
  const texts: string[] = [];
  await again.send({ cmd: "pingreq" });
  for (;;) {
    const packet = await within("a message", again.next());
    if (packet === "closed" || packet.cmd !== "publish") break;
    texts.push(`${packet.payload}`.trim());
  }
  assert.deepEqual(texts, ["1", "2", "3", "4", "5", "6", "7"]);
});
