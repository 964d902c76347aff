import assert from "node:assert/strict";
import { ConfigError, ConnectionError } from "#lib/base/errors.ts";
import { Inbox, settled } from "../../support/inbox.ts";
import { contract, QUICK } from "./contract.ts";

contract(
  "MqttEndpoint.connect resolves when connected, and close disconnects",
  async ({ broker, create, version }) => {
    const endpoint = create();
    assert.equal(endpoint.connected, false);
    assert.equal(endpoint.brokerUrl, "");
    await endpoint.connect(broker.url, { protocolVersion: version });
    assert.equal(endpoint.connected, true);
    assert.equal(endpoint.protocolVersion, version);
    assert.equal(endpoint.brokerUrl, broker.url);
    await endpoint.close();
    assert.equal(endpoint.connected, false);
  },
);

contract(
  "MqttEndpoint.connect takes host and port without a scheme",
  async ({ broker, create, version }) => {
    const endpoint = create();
    await endpoint.connect(new URL(broker.url).host, {
      protocolVersion: version,
    });
    assert.equal(endpoint.brokerUrl, broker.url);
  },
);

contract(
  "MqttEndpoint.connect speaks MQTT 5 when no version is asked for",
  async ({ broker, create }) => {
    const endpoint = create();
    await endpoint.connect(broker.url);
    assert.equal(endpoint.protocolVersion, "5");
  },
  { versions: ["5"] },
);

contract(
  "MqttEndpoint.onConnected reports the version and that the session is new",
  async ({ broker, create, version }) => {
    const endpoint = create();
    const connected = endpoint.onConnected.next();
    await endpoint.connect(broker.url, { protocolVersion: version });
    assert.deepEqual(await connected, [
      { protocolVersion: version, sessionPresent: false },
    ]);
  },
);

contract(
  "MqttEndpoint.onDisconnected fires once for close",
  async ({ connected }) => {
    const endpoint = await connected();
    let fired = 0;
    endpoint.onDisconnected.add(() => fired++);
    await endpoint.close();
    await endpoint.close();
    assert.equal(fired, 1);
  },
);

contract(
  "MqttEndpoint.close before connect does nothing",
  async ({ create }) => {
    const endpoint = create();
    await endpoint.close();
    assert.equal(endpoint.connected, false);
  },
);

contract(
  "MqttEndpoint.connect works again after close",
  async ({ broker, connected, version }) => {
    const endpoint = await connected();
    await endpoint.close();
    await endpoint.connect(broker.url, { protocolVersion: version });
    const inbox = new Inbox();
    await endpoint.subscribe("a", inbox.handler).ready;
    await endpoint.publish("a", "again");
    await inbox.received(1);
    assert.deepEqual(inbox.texts, ["again"]);
  },
);

contract(
  "MqttEndpoint.connect rejects with TypeError while connected",
  async ({ broker, connected }) => {
    const endpoint = await connected();
    await assert.rejects(endpoint.connect(broker.url), TypeError);
    assert.equal(endpoint.connected, true);
  },
);

contract(
  "MqttEndpoint.connect rejects with ConfigError for what is no address",
  async ({ create }) => {
    const endpoint = create();
    await assert.rejects(endpoint.connect("http://127.0.0.1"), ConfigError);
    await assert.rejects(endpoint.connect("a b"), ConfigError);
  },
);

contract(
  "MqttEndpoint.connect rejects with the signal's reason when it is aborted before",
  async ({ broker, create }) => {
    const endpoint = create();
    const reason = new RangeError("not needed any more");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(endpoint.connect(broker.url, { signal }), reason);
    assert.equal(endpoint.connected, false);
  },
);

contract(
  "MqttEndpoint.connect rejects with the signal's reason when it is aborted meanwhile",
  async ({ broker, create }) => {
    const endpoint = create();
    const reason = new RangeError("not needed any more");
    const controller = new AbortController();
    const connecting = endpoint.connect(broker.url, {
      signal: controller.signal,
    });
    controller.abort(reason);
    await assert.rejects(connecting, reason);
    assert.equal(endpoint.connected, false);
  },
);

contract(
  "MqttEndpoint.connect stays connected when its signal is aborted afterwards",
  async ({ connected }) => {
    const controller = new AbortController();
    const endpoint = await connected({ signal: controller.signal });
    controller.abort();
    await settled(endpoint);
    assert.equal(endpoint.connected, true);
  },
);

contract(
  "MqttEndpoint.publish before connect is sent after the subscriptions are granted",
  async ({ broker, create, version }) => {
    const endpoint = create();
    const inbox = new Inbox();
    const published = [
      endpoint.publish("a", "1"),
      endpoint.publish("a", "2", { qos: 0 }),
      endpoint.publish("a", "3", { qos: 2 }),
    ];
    endpoint.subscribe("a", inbox.handler, { qos: 2 });
    await endpoint.connect(broker.url, { protocolVersion: version });
    await Promise.all(published);
    await inbox.received(3);
    assert.deepEqual(inbox.texts.toSorted(), ["1", "2", "3"]);
  },
);

contract(
  "MqttEndpoint.publish rejects with reason queue_full when too many messages wait",
  async ({ create }) => {
    const endpoint = create({ queueLimit: 2 });
    const waiting = [endpoint.publish("a", "1"), endpoint.publish("a", "2")];
    await assert.rejects(
      endpoint.publish("a", "3"),
      (error: ConnectionError) =>
        error instanceof ConnectionError && error.reason === "queue_full",
    );
    await endpoint.close();
    for (const message of waiting) await assert.rejects(message);
  },
);

contract(
  "MqttEndpoint.publish takes a waiting message back when its signal is aborted",
  async ({ broker, create, version }) => {
    const endpoint = create();
    const controller = new AbortController();
    const reason = new RangeError("not needed any more");
    const inbox = new Inbox();
    endpoint.subscribe("a", inbox.handler);
    const gone = endpoint.publish("a", "gone", { signal: controller.signal });
    const kept = endpoint.publish("a", "kept");
    controller.abort(reason);
    await assert.rejects(gone, reason);
    await endpoint.connect(broker.url, { protocolVersion: version });
    await kept;
    await settled(endpoint);
    assert.deepEqual(inbox.texts, ["kept"]);
  },
);

contract(
  "MqttEndpoint.close rejects waiting messages with reason closed",
  async ({ create }) => {
    const endpoint = create();
    const waiting = endpoint.publish("a", "");
    await endpoint.close();
    await assert.rejects(
      waiting,
      (error: ConnectionError) =>
        error instanceof ConnectionError && error.reason === "closed",
    );
  },
);

contract(
  "MqttEndpoint.close sends what is on its way first",
  async ({ connected }) => {
    const [receiver, sender] = [await connected(), await connected()];
    const inbox = new Inbox();
    await receiver.subscribe("a", inbox.handler).ready;
    const published = Array.from(
      { length: 15 },
      (_, index) => sender.publish("a", String(index), { qos: 2 }),
    );
    await sender.close();
    await Promise.all(published);
    await inbox.received(15);
    assert.equal(inbox.messages.length, 15);
  },
);

contract(
  "MqttEndpoint.publish with an in-flight limit of 1 delivers everything in order",
  async ({ connected }) => {
    const sender = await connected({}, { inFlightLimit: 1 });
    const inbox = new Inbox();
    await sender.subscribe("a", inbox.handler, { qos: 2 }).ready;
    const texts = Array.from({ length: 20 }, (_, index) => String(index));
    await Promise.all(
      texts.map((text, index) =>
        sender.publish("a", text, { qos: index % 2 === 0 ? 1 : 2 })
      ),
    );
    await inbox.received(20);
    assert.deepEqual(inbox.texts.toSorted(), texts.toSorted());
  },
);

contract(
  "MqttEndpoint.connect rejects with reason not_authorized for a wrong password",
  async ({ kind, create, version }) => {
    const account = { username: "rider", password: "secret" };
    await using broker = await kind.start({ account });
    for (const login of [{ ...account, password: "wrong" }, {}]) {
      const endpoint = create();
      await assert.rejects(
        endpoint.connect(broker.url, { protocolVersion: version, ...login }),
        (error: ConnectionError) =>
          error instanceof ConnectionError &&
          error.reason === "not_authorized" &&
          error.endpoint === broker.url && !error.message.includes("wrong"),
      );
    }
  },
);

contract(
  "MqttEndpoint.connect is let in with the right password",
  async ({ kind, create, version }) => {
    const account = { username: "rider", password: "secret" };
    await using broker = await kind.start({ account });
    await using endpoint = create();
    await endpoint.connect(broker.url, {
      protocolVersion: version,
      ...account,
    });
    assert.equal(endpoint.connected, true);
  },
);

contract(
  "MqttEndpoint that lost its client id to another comes back only after its wait",
  async ({ broker, create, version }) => {
    const options = { protocolVersion: version };
    await using slow = create({
      clientId: "one",
      backoff: { firstMs: 600_000, longestMs: 600_000 },
    });
    await slow.connect(broker.url, options);
    const disconnected = slow.onDisconnected.next();
    const quick = create({ ...QUICK, clientId: "one" });
    await quick.connect(broker.url, options);
    await disconnected;
    await settled(quick);
    assert.deepEqual([slow.connected, quick.connected], [false, true]);
  },
);
