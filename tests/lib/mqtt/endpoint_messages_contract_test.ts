import assert from "node:assert/strict";
import { NO_MATCHING_SUBSCRIBERS, type Qos } from "#lib/mqtt/endpoint.ts";
import { Inbox, settled } from "../../support/inbox.ts";
import { contract } from "./contract.ts";

for (const qos of [0, 1, 2] as const satisfies readonly Qos[]) {
  contract(
    `MqttEndpoint.publish delivers a QoS ${qos} message once to a QoS ${qos} subscriber`,
    async ({ connected }) => {
      const [receiver, sender] = [await connected(), await connected()];
      const inbox = new Inbox();
      await receiver.subscribe("bike/1/speed", inbox.handler, { qos }).ready;
      await sender.publish("bike/1/speed", "7.5", { qos });
      await settled(receiver, sender);
      assert.deepEqual(
        inbox.messages.map(({ topic, qos, retain }) => ({
          topic,
          qos,
          retain,
        })),
        [{ topic: "bike/1/speed", qos, retain: false }],
      );
      assert.deepEqual(inbox.texts, ["7.5"]);
    },
  );
}

contract(
  "MqttEndpoint.publish uses QoS 1 when none is asked for",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler, { qos: 2 }).ready;
    await endpoint.publish("a", "");
    const [message] = await inbox.received(1);
    assert.equal(message?.qos, 1);
  },
);

contract(
  "MqttEndpoint.subscribe lowers the QoS of messages to the one it asked for",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler, { qos: 0 }).ready;
    await endpoint.publish("a", "", { qos: 2 });
    const [message] = await inbox.received(1);
    assert.equal(message?.qos, 0);
  },
);

contract(
  "MqttEndpoint.publish carries any bytes, and none at all",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await endpoint.publish("a", bytes);
    await endpoint.publish("a", new Uint8Array());
    const messages = await inbox.received(2);
    assert.deepEqual(
      messages.map(({ payload }) => new Uint8Array(payload)),
      [bytes, new Uint8Array()],
    );
  },
);

contract(
  "MqttEndpoint.publish carries text as UTF-8, in topic and payload",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("Räder/🚲", inbox.handler).ready;
    await endpoint.publish("Räder/🚲", "Größe: 28″");
    const [message] = await inbox.received(1);
    assert.equal(message?.topic, "Räder/🚲");
    assert.deepEqual(inbox.texts, ["Größe: 28″"]);
  },
);

contract(
  "MqttEndpoint.publish carries a payload of a megabyte",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    await endpoint.publish("a", new Uint8Array(1_000_000).fill(7));
    const [message] = await inbox.received(1);
    assert.equal(message?.payload.length, 1_000_000);
  },
);

contract(
  "MqttEndpoint.publish keeps 1,000 QoS 1 messages in order",
  async ({ connected }) => {
    const [receiver, sender] = [await connected(), await connected()];
    const inbox = new Inbox();
    await receiver.subscribe("a", inbox.handler).ready;
    const texts = Array.from({ length: 1000 }, (_, index) => String(index));
    await Promise.all(texts.map((text) => sender.publish("a", text)));
    await inbox.received(1000);
    assert.deepEqual(inbox.texts, texts);
  },
);

contract(
  "MqttEndpoint.publish rejects with RangeError for what is no topic name",
  async ({ connected }) => {
    const endpoint = await connected();
    for (const topic of ["", "a/+", "#", "a\0b", "x".repeat(65_536)]) {
      await assert.rejects(endpoint.publish(topic, ""), RangeError);
    }
  },
);

contract(
  "MqttEndpoint.publish rejects with the signal's reason when it is aborted before",
  async ({ connected }) => {
    const endpoint = await connected();
    const reason = new RangeError("not needed any more");
    await assert.rejects(
      endpoint.publish("a", "", { signal: AbortSignal.abort(reason) }),
      reason,
    );
  },
);

contract(
  "MqttEndpoint.publish keeps a retained message for later subscribers",
  async ({ connected }) => {
    const endpoint = await connected();
    await endpoint.publish("a/1", "kept", { retain: true });
    await endpoint.publish("a/2", "not kept");
    const inbox = new Inbox();
    await endpoint.subscribe("a/+", inbox.handler).ready;
    await settled(endpoint);
    assert.deepEqual(inbox.texts, ["kept"]);
    assert.equal(inbox.messages[0]?.retain, true);
  },
);

contract(
  "MqttEndpoint.publish marks a retained message as retained only for later subscribers",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    await endpoint.publish("a", "new", { retain: true });
    const [message] = await inbox.received(1);
    assert.equal(message?.retain, false);
  },
);

contract(
  "MqttEndpoint.publish clears a retained message with an empty payload",
  async ({ connected }) => {
    const endpoint = await connected();
    await endpoint.publish("a", "kept", { retain: true });
    await endpoint.publish("a", "", { retain: true });
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    await settled(endpoint);
    assert.deepEqual(inbox.messages, []);
  },
);

contract(
  "MqttEndpoint.publish carries all properties over MQTT 5",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    await endpoint.publish("a", "", {
      properties: {
        responseTopic: "answers/here",
        correlationData: Uint8Array.of(0, 255, 1),
        contentType: "application/json",
        messageExpirySeconds: 1000,
        userProperties: { one: "1", many: ["x", "y"], "Größe": "ü" },
      },
    });
    const [message] = await inbox.received(1);
    const { correlationData, messageExpirySeconds, userProperties, ...texts } =
      message?.properties ?? {};
    assert.deepEqual(texts, {
      responseTopic: "answers/here",
      contentType: "application/json",
    });
    assert.deepEqual([...correlationData ?? []], [0, 255, 1]);
    assert.ok((messageExpirySeconds ?? 0) > 990);
    assert.deepEqual({ ...userProperties }, {
      one: "1",
      many: ["x", "y"],
      "Größe": "ü",
    });
  },
  { versions: ["5"] },
);

contract(
  "MqttEndpoint.publish leaves properties out over MQTT 3.1.1",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    await endpoint.publish("a", "text", {
      properties: { contentType: "text/plain" },
    });
    const [message] = await inbox.received(1);
    assert.deepEqual(message?.properties, {});
  },
  { versions: ["3.1.1"] },
);

contract(
  "MqttEndpoint.publish rejects with RangeError when the response topic is no topic name",
  async ({ connected }) => {
    const endpoint = await connected();
    await assert.rejects(
      endpoint.publish("a", "", { properties: { responseTopic: "b/#" } }),
      RangeError,
    );
  },
  { versions: ["5"] },
);

contract(
  "MqttEndpoint.publish reports when nobody is subscribed to a QoS 1 message, where the broker does",
  async ({ connected, kind }) => {
    const endpoint = await connected();
    assert.deepEqual(await endpoint.publish("nobody", ""), {
      reasonCode: kind.reportsNoSubscribers ? NO_MATCHING_SUBSCRIBERS : 0,
    });
  },
  { versions: ["5"] },
);

contract(
  "MqttEndpoint.publish resolves with reason code 0 when somebody is subscribed",
  async ({ connected }) => {
    const endpoint = await connected();
    await endpoint.subscribe("a", () => {}).ready;
    for (const qos of [0, 1, 2] as const) {
      assert.deepEqual(await endpoint.publish("a", "", { qos }), {
        reasonCode: 0,
      });
    }
  },
);
