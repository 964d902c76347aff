import assert from "node:assert/strict";
import { ConnectionError } from "#lib/base/errors.ts";
import { Inbox, settled } from "../../support/inbox.ts";
import { freePort } from "../../support/ports.ts";
import { contract } from "./contract.ts";

contract(
  "MqttEndpoint reconnects by itself after its link was cut",
  async ({ wired }) => {
    const { endpoint, wire } = await wired();
    const events: string[] = [];
    endpoint.onDisconnected.add(() => events.push("disconnected"));
    endpoint.onConnected.add(() => events.push("connected"));
    const connected = endpoint.onConnected.next();
    wire.cut();
    await connected;
    assert.deepEqual(events, ["disconnected", "connected"]);
    assert.equal(endpoint.connected, true);
  },
);

contract(
  "MqttEndpoint keeps its subscriptions over a cut link",
  async ({ wired, connected }) => {
    const { endpoint, wire } = await wired();
    const inbox = new Inbox();
    await endpoint.subscribe("a/+", inbox.handler).ready;
    const back = endpoint.onConnected.next();
    wire.cut();
    await back;
    const sender = await connected();
    await sender.publish("a/1", "after");
    await inbox.received(1);
    assert.deepEqual(inbox.texts, ["after"]);
  },
);

contract(
  "MqttEndpoint makes subscriptions that were added while it was cut off",
  async ({ wired }) => {
    const { endpoint, wire } = await wired();
    const gone = endpoint.onDisconnected.next();
    wire.hold();
    await gone;
    const inbox = new Inbox();
    const { ready } = endpoint.subscribe("a", inbox.handler);
    wire.mend();
    await ready;
    await endpoint.publish("a", "text");
    await inbox.received(1);
    assert.deepEqual(inbox.texts, ["text"]);
  },
);

contract(
  "MqttEndpoint leaves subscriptions out that were ended while it was cut off",
  async ({ wired }) => {
    const { endpoint, wire } = await wired();
    const inbox = new Inbox();
    const subscription = endpoint.subscribe("a", inbox.handler);
    await subscription.ready;
    const gone = endpoint.onDisconnected.next();
    wire.hold();
    await gone;
    await subscription.unsubscribe();
    const back = endpoint.onConnected.next();
    wire.mend();
    await back;
    await endpoint.publish("a", "");
    await settled(endpoint);
    assert.deepEqual(inbox.messages, []);
  },
);

contract(
  "MqttEndpoint.publish while cut off is delivered after the link is back, in order",
  async ({ wired, connected }) => {
    const receiver = await connected();
    const inbox = new Inbox();
    await receiver.subscribe("a", inbox.handler).ready;
    const { endpoint, wire } = await wired();
    const gone = endpoint.onDisconnected.next();
    wire.hold();
    await gone;
    const texts = ["1", "2", "3", "4", "5"];
    const published = texts.map((text) => endpoint.publish("a", text));
    wire.mend();
    await Promise.all(published);
    await inbox.received(5);
    assert.deepEqual(inbox.texts, texts);
  },
);

contract(
  "MqttEndpoint loses no QoS 1 message that was on its way when the link was cut",
  async ({ wired, connected }) => {
    const receiver = await connected();
    const inbox = new Inbox();
    await receiver.subscribe("a", inbox.handler).ready;
    const { endpoint, wire } = await wired();
    const texts = Array.from({ length: 100 }, (_, index) => String(index));
    const published = texts.map((text) => endpoint.publish("a", text));
    wire.cut();
    await Promise.all(published);
    await settled(receiver, endpoint);
    assert.deepEqual(
      [...new Set(inbox.texts)].toSorted((a, b) => Number(a) - Number(b)),
      texts,
    );
  },
);

contract(
  "MqttEndpoint gets the QoS 1 messages that were sent while it was cut off",
  async ({ wired, connected }) => {
    const { endpoint, wire } = await wired();
    const inbox = new Inbox();
    await endpoint.subscribe("a/+", inbox.handler).ready;
    const sender = await connected();
    const gone = endpoint.onDisconnected.next();
    wire.hold();
    await gone;
    for (const text of ["1", "2", "3"]) await sender.publish("a/b", text);
    const back = endpoint.onConnected.next();
    wire.mend();
    const [info] = await back;
    await inbox.received(3);
    assert.equal(info.sessionPresent, true);
    assert.deepEqual(inbox.texts, ["1", "2", "3"]);
  },
  { versions: ["5"] },
);

contract(
  "MqttEndpoint starts without a session after close",
  async ({ broker, connected, version }) => {
    const endpoint = await connected();
    await endpoint.close();
    const connectedInfo = endpoint.onConnected.next();
    await endpoint.connect(broker.url, { protocolVersion: version });
    const [info] = await connectedInfo;
    assert.equal(info.sessionPresent, false);
  },
);

contract(
  "MqttEndpoint survives a restart of the broker with its subscriptions",
  async ({ broker, connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    const gone = endpoint.onDisconnected.next();
    const back = endpoint.onConnected.next();
    const restarted = broker.restart();
    await gone;
    const published = endpoint.publish("a", "queued");
    await restarted;
    const [info] = await back;
    await published;
    await inbox.received(1);
    assert.equal(info.sessionPresent, false);
    assert.deepEqual(inbox.texts, ["queued"]);
  },
);

contract(
  "MqttEndpoint.onError reports tries to reconnect that fail",
  async ({ connected, broker }) => {
    const endpoint = await connected();
    const failed = endpoint.onError.next();
    await broker[Symbol.asyncDispose]();
    const [error] = await failed;
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.reason, "unreachable");
  },
);

contract("MqttEndpoint.close ends while it is cut off", async ({ wired }) => {
  const { endpoint, wire } = await wired();
  const gone = endpoint.onDisconnected.next();
  wire.hold();
  await gone;
  const published = endpoint.publish("a", "");
  await endpoint.close();
  await assert.rejects(
    published,
    (error: ConnectionError) =>
      error instanceof ConnectionError && error.reason === "closed",
  );
});

for (const retain of [false, true]) {
  contract(
    `MqttEndpoint's will is published when its link is lost, with retain ${retain}`,
    async ({ connected, wired }) => {
      const receiver = await connected();
      const inbox = new Inbox();
      await receiver.subscribe("status/#", inbox.handler).ready;
      const { wire } = await wired({
        will: { topic: "status/bike", payload: "offline", retain },
      });
      wire.hold();
      await inbox.received(1);
      assert.deepEqual(inbox.texts, ["offline"]);
      const later = new Inbox();
      await receiver.subscribe("status/bike", later.handler).ready;
      await settled(receiver);
      assert.deepEqual(later.texts, retain ? ["offline"] : []);
    },
  );
}

contract(
  "MqttEndpoint's will with a delay is not published when it is back by then",
  async ({ connected, wired }) => {
    const receiver = await connected();
    const inbox = new Inbox();
    await receiver.subscribe("status", inbox.handler).ready;
    const { endpoint, wire } = await wired({
      will: { topic: "status", payload: "offline", delaySeconds: 60 },
    });
    const back = endpoint.onConnected.next();
    wire.cut();
    await back;
    await settled(receiver, endpoint);
    assert.deepEqual(inbox.messages, []);
  },
  { versions: ["5"] },
);

contract(
  "MqttEndpoint's will is not published when it closes",
  async ({ connected }) => {
    const receiver = await connected();
    const inbox = new Inbox();
    await receiver.subscribe("status", inbox.handler).ready;
    const endpoint = await connected({
      will: { topic: "status", payload: "offline" },
    });
    await endpoint.close();
    await settled(receiver);
    assert.deepEqual(inbox.messages, []);
  },
);

contract(
  "MqttEndpoint.connect without retry rejects with reason unreachable where nothing listens",
  async ({ create, version }) => {
    const endpoint = create();
    const url = `mqtt://127.0.0.1:${freePort()}`;
    await assert.rejects(
      endpoint.connect(url, { protocolVersion: version, retry: false }),
      (error: ConnectionError) =>
        error instanceof ConnectionError && error.reason === "unreachable" &&
        error.endpoint === url,
    );
  },
);

contract(
  "MqttEndpoint.connect with retry goes on until a broker appears",
  async ({ wired, create, version }) => {
    const { wire } = await wired();
    wire.hold();
    const endpoint = create();
    const connecting = endpoint.connect(wire.url, { protocolVersion: version });
    for (let tries = 0; tries < 3; tries++) await endpoint.onError.next();
    assert.equal(endpoint.connected, false);
    wire.mend();
    await connecting;
    assert.equal(endpoint.connected, true);
  },
);

contract(
  "MqttEndpoint.connect with retry is given up by its signal",
  async ({ create, version }) => {
    const endpoint = create();
    const controller = new AbortController();
    const reason = new RangeError("not needed any more");
    const failed = endpoint.onError.next();
    const connecting = endpoint.connect(`mqtt://127.0.0.1:${freePort()}`, {
      protocolVersion: version,
      signal: controller.signal,
    });
    await failed;
    controller.abort(reason);
    await assert.rejects(connecting, reason);
  },
);

contract(
  "MqttEndpoint.connect with retry is given up by close",
  async ({ create, version }) => {
    const endpoint = create();
    const failed = endpoint.onError.next();
    const connecting = endpoint.connect(`mqtt://127.0.0.1:${freePort()}`, {
      protocolVersion: version,
    });
    const refused = assert.rejects(
      connecting,
      (error: ConnectionError) => error.reason === "closed",
    );
    await failed;
    await endpoint.close();
    await refused;
  },
);
