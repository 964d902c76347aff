import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PublishDecoder } from "#lib/mqtt/publish_decoder.ts";
import { fc } from "../../property.ts";
import { packetBytes } from "../../support/raw_mqtt.ts";

const topic = "io.world/Hello/rpc/say";

function decode(bytes: Uint8Array, version: 4 | 5 = 5) {
  const decoder = new PublishDecoder(version === 5);
  const lengthBytes = bytes.findIndex((byte, at) => at > 0 && byte < 0x80);
  return decoder.decode({
    bytes,
    start: 0,
    body: 1 + lengthBytes,
    end: bytes.length,
  });
}

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 90 });

const packets = fc.record({
  topic: text,
  payload: fc.uint8Array({ maxLength: 300 }),
  qos: fc.constantFrom(0 as const, 1 as const),
  retain: fc.boolean(),
  dup: fc.boolean(),
  messageId: fc.integer({ min: 1, max: 65_535 }),
  properties: fc.record({
    responseTopic: text,
    correlationData: fc.uint8Array({ maxLength: 40 }).map((bytes) =>
      Buffer.from(bytes)
    ),
    contentType: text,
    messageExpiryInterval: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    userProperties: fc.dictionary(
      fc.oneof(text, fc.constantFrom("__proto__", "constructor")),
      fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })),
      { minKeys: 1, noNullPrototype: false },
    ),
    subscriptionIdentifier: fc.integer({ min: 1, max: 268_435_455 }),
  }, { requiredKeys: [] }),
});

for (const version of [4, 5] as const) {
  Deno.test(`PublishDecoder reads what mqtt-packet writes with protocol level ${version}`, () => {
    fc.assert(fc.property(packets, (packet) => {
      const { payload, properties, ...rest } = packet;
      const bytes = packetBytes({
        ...rest,
        cmd: "publish",
        payload: Buffer.from(payload),
        ...(version === 5 && { properties }),
      }, version);
      const decoded = decode(bytes, version);
      assert(decoded);
      const { message, id, identifiers } = decoded;
      assert.equal(message.topic, packet.topic);
      assert.deepEqual([...message.payload], [...payload]);
      assert.equal(message.qos, packet.qos);
      assert.equal(message.retain, packet.retain);
      assert.equal(message.isRepeated ?? false, packet.dup);
      assert.equal(id, packet.qos === 0 ? 0 : packet.messageId);
      if (version === 4) return assert.deepEqual(message.properties, {});
      const { correlationData, userProperties = {} } = message.properties;
      const { subscriptionIdentifier: identifier } = properties;
      assert.deepEqual(identifiers, identifier ? [identifier] : []);
      assert.equal(message.properties.responseTopic, properties.responseTopic);
      assert.equal(message.properties.contentType, properties.contentType);
      assert.equal(
        message.properties.messageExpirySeconds,
        properties.messageExpiryInterval,
      );
      assert.deepEqual(
        correlationData && [...correlationData],
        properties.correlationData && [...properties.correlationData],
      );
      assert.deepEqual(
        Object.entries(userProperties),
        Object.entries(properties.userProperties ?? {}),
      );
    }));
  });
}

Deno.test("PublishDecoder reads each subscription identifier", () => {
  const bytes = packetBytes({
    cmd: "publish",
    topic,
    payload: "1",
    qos: 0,
    retain: false,
    dup: false,
    properties: { subscriptionIdentifier: [3, 70_000] },
  });
  assert.deepEqual(decode(bytes)?.identifiers, [3, 70_000]);
});

const unusual: Readonly<Record<string, Uint8Array>> = {
  "a message of QoS 2": packetBytes({
    cmd: "publish",
    topic,
    payload: "",
    qos: 2,
    messageId: 7,
    retain: false,
    dup: false,
  }),
  "a topic alias": packetBytes({
    cmd: "publish",
    topic,
    payload: "",
    qos: 0,
    retain: false,
    dup: false,
    properties: { topicAlias: 3 },
  }),
  "QoS 3": Uint8Array.of(0x36, 6, 0, 1, 0x61, 0, 1, 0),
  "an identifier of 0": Uint8Array.of(0x32, 6, 0, 1, 0x61, 0, 0, 0),
  "no topic": Uint8Array.of(0x30, 3, 0, 0, 0),
  "a topic that is no UTF-8": Uint8Array.of(0x30, 4, 0, 1, 0xff, 0),
  "a property that is none": Uint8Array.of(0x30, 6, 0, 1, 0x61, 2, 0x7e, 0),
  "properties beyond its end": Uint8Array.of(0x30, 6, 0, 1, 0x61, 9, 1, 0),
};

for (const [what, bytes] of Object.entries(unusual)) {
  Deno.test(`PublishDecoder leaves ${what} to others`, () => {
    assert.equal(decode(bytes), undefined);
  });
}

Deno.test("PublishDecoder reads nothing beyond the end of a packet, wherever it is cut", () => {
  const whole = packetBytes({
    cmd: "publish",
    topic: "a/b",
    payload: "",
    qos: 1,
    messageId: 1,
    retain: false,
    dup: false,
    properties: {
      responseTopic: "a/b/result",
      correlationData: Buffer.from("0123456789abcdef"),
      userProperties: { "apigear-deadline": "1" },
      messageExpiryInterval: 10,
    },
  });
  const decoder = new PublishDecoder(true);
  for (let end = 2; end < whole.length; end++) {
    const cut = { bytes: whole, start: 0, body: 2, end };
    assert.equal(decoder.decode(cut), undefined, `cut at ${end}`);
  }
  const all = { bytes: whole, start: 0, body: 2, end: whole.length };
  assert(decoder.decode(all));
});
