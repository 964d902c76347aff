import assert from "node:assert/strict";
import { systemClock } from "#lib/base/clock.ts";
import type { PublishOptions } from "#lib/mqtt/endpoint.ts";
import { OutgoingMessage } from "#lib/mqtt/outbox.ts";
import { PacketBatch } from "#lib/mqtt/packet_batch.ts";
import { fc } from "../../property.ts";
import { readPackets } from "../../support/raw_mqtt.ts";

function makeBatch(version: "5" | "3.1.1" = "5") {
  const writes: Uint8Array[] = [];
  const batch = new PacketBatch(version, (bytes) => writes.push(bytes));
  const written = () => Uint8Array.from(writes.flatMap((bytes) => [...bytes]));
  return { batch, writes, written };
}

function message(
  topic: string,
  payload: string | Uint8Array,
  options: PublishOptions = {},
): OutgoingMessage {
  return new OutgoingMessage(topic, payload, options, {
    clock: systemClock,
    onSettled: () => {},
  });
}

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 });

const messages = fc.record({
  topic: text,
  payload: fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 400 }),
    fc.uint8Array({ maxLength: 400 }),
    fc.constantFrom("ä".repeat(30_000), new Uint8Array(70_000)),
  ),
  qos: fc.constantFrom(0 as const, 1 as const),
  retain: fc.boolean(),
  id: fc.integer({ min: 1, max: 65_535 }),
  properties: fc.record({
    responseTopic: text,
    correlationData: fc.uint8Array({ maxLength: 40 }),
    contentType: text,
    messageExpirySeconds: fc.integer({ min: 100_000, max: 2 ** 32 - 1 }),
    userProperties: fc.dictionary(
      text,
      fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })),
      { noNullPrototype: false },
    ),
  }, { requiredKeys: [] }),
});

for (const [version, level] of [["5", 5], ["3.1.1", 4]] as const) {
  Deno.test(`PacketBatch writes what mqtt-packet reads with MQTT ${version}`, () => {
    fc.assert(fc.property(fc.array(messages, { maxLength: 4 }), (all) => {
      const { batch, written } = makeBatch(version);
      for (const { topic, payload, id, ...options } of all) {
        const { qos } = options;
        batch.publish(message(topic, payload, options), { qos, id });
      }
      batch.flush();
      const packets = readPackets(written(), level);
      assert.equal(packets.length, all.length);
      for (const [at, packet] of packets.entries()) {
        const wanted = all[at];
        assert(packet.cmd === "publish" && wanted);
        const { payload, properties } = wanted;
        assert.equal(packet.topic, wanted.topic);
        assert.equal(packet.qos, wanted.qos);
        assert.equal(packet.retain, wanted.retain);
        if (wanted.qos > 0) assert.equal(packet.messageId, wanted.id);
        const bytes = typeof payload === "string"
          ? new TextEncoder().encode(payload)
          : payload;
        assert(typeof packet.payload !== "string");
        assert.deepEqual(Uint8Array.from(packet.payload), bytes);
        if (level === 4) continue;
        const read = packet.properties;
        assert.equal(read?.responseTopic, properties.responseTopic);
        assert.equal(read?.contentType, properties.contentType);
        assert.equal(
          read?.messageExpiryInterval,
          properties.messageExpirySeconds,
        );
        assert.deepEqual(
          read?.correlationData && [...read.correlationData],
          properties.correlationData && [...properties.correlationData],
        );
        assert.deepEqual(
          Object.entries(read?.userProperties ?? {}),
          Object.entries(properties.userProperties ?? {}),
        );
      }
    }));
  });
}

Deno.test("PacketBatch writes what is added in one turn at once, an acknowledgement with the message that follows it", async () => {
  const { batch, writes, written } = makeBatch();
  batch.acknowledge(5);
  await Promise.resolve();
  batch.publish(message("a", "1"), { qos: 0, id: 0 });
  batch.publish(message("b", "2"), { qos: 0, id: 0 });
  assert.equal(writes.length, 0);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(writes.length, 1);
  assert.deepEqual(readPackets(written()).map(({ cmd }) => cmd), [
    "puback",
    "publish",
    "publish",
  ]);
});

Deno.test("PacketBatch writes an acknowledgement that no message follows", async () => {
  const { batch, written } = makeBatch();
  batch.acknowledge(0x1234);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([...written()], [0x40, 2, 0x12, 0x34]);
});

Deno.test("PacketBatch writes no more than needed before it is flushed, and nothing twice", () => {
  const { batch, writes, written } = makeBatch();
  const count = 3000;
  for (let id = 1; id <= count; id++) batch.acknowledge(id);
  batch.flush();
  batch.flush();
  assert.equal(written().length, count * 4);
  assert(writes.every(({ length }) => length > 0));
  const ids = readPackets(written()).map(({ messageId }) => messageId);
  assert.deepEqual(ids, Array.from({ length: count }, (_, at) => at + 1));
});
