import assert from "node:assert/strict";
import type { ConnectionError } from "#lib/base/errors.ts";
import { Inbox, settled } from "../../support/inbox.ts";
import { contract } from "./contract.ts";

for (
  const [filter, received] of [
    ["a/+/c", ["a/b/c", "a//c"]],
    ["a/#", ["a", "a/b", "a/b/c", "a//c"]],
    ["+", ["a", "b"]],
    ["+/b", ["a/b", "/b"]],
    ["#", ["a", "a/b", "a/b/c", "a//c", "b", "/b"]],
  ] as const
) {
  contract(
    `MqttEndpoint.subscribe to ${filter} receives what the filter matches`,
    async ({ connected, kind }) => {
      const [endpoint, sender] = [await connected(), await connected()];
      const isPossible = (topic: string) =>
        kind.matchesEmptyLevels || !/^\/|\/\//.test(topic);
      const inbox = new Inbox();
      await endpoint.subscribe(filter, inbox.handler).ready;
      const topics = ["a", "a/b", "a/b/c", "a//c", "b", "/b"];
      for (const topic of topics.filter(isPossible)) {
        await sender.publish(topic, "");
      }
      await settled(endpoint, sender);
      const seen = inbox.messages.map(({ topic }) => topic)
        .filter((topic) => !topic.startsWith("test/"));
      assert.deepEqual(seen, received.filter(isPossible));
    },
  );
}

contract(
  "MqttEndpoint.subscribe throws RangeError for what is no topic filter",
  async ({ create }) => {
    const endpoint = create();
    for (
      const filter of ["", "a/b+", "a/#/b", "#a", "\0", "x".repeat(65_536)]
    ) {
      assert.throws(() => endpoint.subscribe(filter, () => {}), RangeError);
    }
    await endpoint.close();
  },
);

contract(
  "MqttEndpoint.subscribe hands a message to every handler of a filter, in the order they were added",
  async ({ connected }) => {
    const endpoint = await connected();
    const calls: string[] = [];
    const inbox = new Inbox();
    await endpoint.subscribe("a", () => calls.push("first")).ready;
    await endpoint.subscribe("a", () => calls.push("second")).ready;
    await endpoint.subscribe("a", inbox.handler).ready;
    await endpoint.publish("a", "");
    await inbox.received(1);
    assert.deepEqual(calls, ["first", "second"]);
  },
);

contract(
  "MqttEndpoint.subscribe brings the retained message to a handler that joins others",
  async ({ connected }) => {
    const endpoint = await connected();
    await endpoint.publish("a", "kept", { retain: true });
    const [first, second] = [new Inbox(), new Inbox()];
    await endpoint.subscribe("a", first.handler).ready;
    await first.received(1);
    await endpoint.subscribe("a", second.handler).ready;
    await second.received(1);
    assert.deepEqual(second.texts, ["kept"]);
  },
);

contract(
  "MqttEndpoint.subscribe brings the retained message to each handler once over MQTT 5",
  async ({ connected }) => {
    const endpoint = await connected();
    await endpoint.publish("a", "kept", { retain: true });
    const inboxes = [new Inbox(), new Inbox(), new Inbox()];
    for (const inbox of inboxes) {
      await endpoint.subscribe("a", inbox.handler).ready;
      await inbox.received(1);
    }
    await settled(endpoint);
    assert.deepEqual(inboxes.map(({ texts }) => texts), [
      ["kept"],
      ["kept"],
      ["kept"],
    ]);
  },
  { versions: ["5"] },
);

contract(
  "MqttEndpoint.subscribe brings the retained message to handlers that were added in one turn",
  async ({ connected }) => {
    const endpoint = await connected();
    await endpoint.publish("a", "kept", { retain: true });
    const [first, second] = [new Inbox(), new Inbox()];
    await Promise.all([
      endpoint.subscribe("a", first.handler).ready,
      endpoint.subscribe("a", second.handler).ready,
    ]);
    await Promise.all([first.received(1), second.received(1)]);
    assert.deepEqual([first.texts[0], second.texts[0]], ["kept", "kept"]);
  },
);

contract(
  "MqttEndpoint.subscribe with overlapping filters hands a message to each handler once",
  async ({ connected }) => {
    const [endpoint, sender] = [await connected(), await connected()];
    const inboxes: Inbox[] = [];
    for (const filter of ["a/b", "a/+", "a/#"]) {
      const inbox = new Inbox();
      inboxes.push(inbox);
      await endpoint.subscribe(filter, inbox.handler).ready;
    }
    await sender.publish("a/b", "once");
    await Promise.all(inboxes.map((inbox) => inbox.received(1)));
    await settled(endpoint, sender);
    assert.deepEqual(inboxes.map(({ texts }) => texts), [
      ["once"],
      ["once"],
      ["once"],
    ]);
  },
);

contract(
  "MqttEndpoint.subscribe hands a message to the other handlers when one throws",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    await endpoint.subscribe("a", () => {
      throw new RangeError("a faulty handler");
    }).ready;
    await endpoint.subscribe("a", inbox.handler).ready;
    await endpoint.publish("a", "1");
    await endpoint.publish("a", "2");
    await inbox.received(2);
    assert.deepEqual(inbox.texts, ["1", "2"]);
    assert.equal(endpoint.connected, true);
  },
);

contract(
  "Subscription.unsubscribe takes off only its own handler",
  async ({ connected }) => {
    const endpoint = await connected();
    const [gone, kept] = [new Inbox(), new Inbox()];
    const subscription = endpoint.subscribe("a", gone.handler);
    await subscription.ready;
    await endpoint.subscribe("a", kept.handler).ready;
    await subscription.unsubscribe();
    await endpoint.publish("a", "text");
    await kept.received(1);
    assert.deepEqual(gone.messages, []);
  },
);

contract(
  "Subscription.unsubscribe keeps a handler that was added twice once",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    const first = endpoint.subscribe("a", inbox.handler);
    await first.ready;
    await endpoint.subscribe("a", inbox.handler).ready;
    await first.unsubscribe();
    await first.unsubscribe();
    await endpoint.publish("a", "text");
    await settled(endpoint);
    assert.deepEqual(inbox.texts, ["text"]);
  },
);

contract(
  "Subscription.unsubscribe ends the filter's messages at the last handler",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    const subscription = endpoint.subscribe("a", inbox.handler);
    await subscription.ready;
    await subscription.unsubscribe();
    await endpoint.publish("a", "");
    await settled(endpoint);
    assert.deepEqual(inbox.messages, []);
  },
);

contract(
  "Subscription.unsubscribe unsubscribes at the broker with the last handler",
  async ({ connected, kind }) => {
    const endpoint = await connected();
    const subscription = endpoint.subscribe("a", () => {});
    await subscription.ready;
    await subscription.unsubscribe();
    const { reasonCode } = await endpoint.publish("a", "");
    assert.equal(reasonCode, kind.reportsNoSubscribers ? 16 : 0);
  },
  { versions: ["5"] },
);

contract(
  "Subscription.unsubscribe keeps the connection while messages come in",
  async ({ connected }) => {
    const endpoint = await connected();
    const losses: string[] = [];
    endpoint.onDisconnected.add(() => losses.push("lost"));
    for (let round = 0; round < 10; round++) {
      const subscription = endpoint.subscribe("a/b", () => {});
      await subscription.ready;
      const ended = subscription.unsubscribe();
      await Promise.all([ended, endpoint.publish("a/b", "x")]);
    }
    await settled(endpoint);
    assert.deepEqual(losses, []);
  },
);

contract(
  "MqttEndpoint.subscribe again after the last handler left receives messages",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    const gone = endpoint.subscribe("a", () => {});
    await gone.ready;
    void gone.unsubscribe();
    await endpoint.subscribe("a", inbox.handler).ready;
    await endpoint.publish("a", "text");
    await inbox.received(1);
    assert.deepEqual(inbox.texts, ["text"]);
  },
);

contract(
  "MqttEndpoint.subscribe ends when its signal is aborted",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    const controller = new AbortController();
    const { signal } = controller;
    await endpoint.subscribe("a", inbox.handler, { signal }).ready;
    controller.abort();
    await endpoint.publish("a", "");
    await settled(endpoint);
    assert.deepEqual(inbox.messages, []);
  },
);

contract(
  "MqttEndpoint.subscribe with an aborted signal subscribes to nothing",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    const { ready } = endpoint.subscribe("a", inbox.handler, {
      signal: AbortSignal.abort(),
    });
    await assert.rejects(
      ready,
      (error: ConnectionError) => error.reason === "closed",
    );
    await endpoint.publish("a", "");
    await settled(endpoint);
    assert.deepEqual(inbox.messages, []);
  },
);

contract(
  "Subscription ends at the end of its block with await using",
  async ({ connected }) => {
    const endpoint = await connected();
    const inbox = new Inbox();
    {
      await using subscription = endpoint.subscribe("a", inbox.handler);
      await subscription.ready;
      await endpoint.publish("a", "inside");
      await inbox.received(1);
    }
    await endpoint.publish("a", "outside");
    await settled(endpoint);
    assert.deepEqual(inbox.texts, ["inside"]);
  },
);

contract(
  "Subscription.ready rejects with reason closed when the endpoint closes first",
  async ({ create }) => {
    const endpoint = create();
    const { ready } = endpoint.subscribe("a", () => {});
    await endpoint.close();
    await assert.rejects(
      ready,
      (error: ConnectionError) => error.reason === "closed",
    );
  },
);

contract(
  "Subscription.ready rejects with reason closed when it is ended first",
  async ({ create }) => {
    const endpoint = create();
    const subscription = endpoint.subscribe("a", () => {});
    await subscription.unsubscribe();
    await assert.rejects(
      subscription.ready,
      (error: ConnectionError) => error.reason === "closed",
    );
  },
);

contract(
  "MqttEndpoint.subscribe before connect receives from the first connection on",
  async ({ broker, create, version }) => {
    const endpoint = create();
    const inbox = new Inbox();
    const { ready } = endpoint.subscribe("a", inbox.handler);
    await endpoint.connect(broker.url, { protocolVersion: version });
    await ready;
    await endpoint.publish("a", "text");
    await inbox.received(1);
    assert.deepEqual(inbox.texts, ["text"]);
  },
);

contract(
  "MqttEndpoint.subscribe for another protocol version receives nothing",
  async ({ connected, version }) => {
    const endpoint = await connected();
    const [other, own] = [new Inbox(), new Inbox()];
    const protocolVersion = version === "5" ? "3.1.1" : "5";
    await endpoint.subscribe("other", other.handler, { protocolVersion }).ready;
    await endpoint.subscribe("own", own.handler, { protocolVersion: version })
      .ready;
    await endpoint.publish("other", "");
    await endpoint.publish("own", "");
    await own.received(1);
    await settled(endpoint);
    assert.deepEqual(other.messages, []);
  },
);
