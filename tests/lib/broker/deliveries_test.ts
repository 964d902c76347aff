import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Inbox } from "../../support/inbox.ts";
import { within } from "../../support/within.ts";

/** Subscribes in a session that outlives its connection. */
async function subscribed(
  broker: EmbeddedBroker,
  endpoint: MqttJsEndpoint,
): Promise<Inbox> {
  const inbox = new Inbox();
  await endpoint.connect(broker.url);
  await endpoint.subscribe("a/#", inbox.handler, { qos: 2 }).ready;
  return inbox;
}

Deno.test("EmbeddedBroker delivers every one of many QoS 2 messages that are acknowledged together", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using receiver = new MqttJsEndpoint();
  const inbox = await subscribed(broker, receiver);
  await using sender = new MqttJsEndpoint();
  await sender.connect(broker.url);
  const texts = Array.from({ length: 300 }, (_, index) => `${index}`);
  for (const text of texts) void sender.publish(`a/${text}`, text, { qos: 2 });
  await within("300 messages", inbox.received(300));
  assert.deepEqual(new Set(inbox.texts), new Set(texts));
});

Deno.test("EmbeddedBroker delivers a kept QoS 2 message to a later subscription", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using sender = new MqttJsEndpoint();
  await sender.connect(broker.url);
  await sender.publish("a/b", "kept", { qos: 2, retain: true });
  await using receiver = new MqttJsEndpoint();
  const inbox = await subscribed(broker, receiver);
  const [message] = await within("the kept message", inbox.received(1));
  assert.equal(message?.qos, 2);
  assert.equal(message?.retain, true);
});

Deno.test("EmbeddedBroker does not cut a client off that ends a subscription while messages come", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using receiver = new MqttJsEndpoint();
  await receiver.connect(broker.url);
  await using sender = new MqttJsEndpoint();
  await sender.connect(broker.url);
  let cuts = 0;
  receiver.onDisconnected.add(() => cuts++);
  for (let round = 0; round < 50; round++) {
    const subscription = receiver.subscribe("a", () => {});
    await subscription.ready;
    const sent = Array.from({ length: 5 }, () => sender.publish("a", "x"));
    await Promise.all([subscription.unsubscribe(), ...sent]);
  }
  assert.equal(cuts, 0);
});
