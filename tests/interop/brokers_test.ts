import assert from "node:assert/strict";
import type { ConnectionError } from "#lib/base/errors.ts";
import { NO_MATCHING_SUBSCRIBERS } from "#lib/mqtt/endpoint.ts";
import { Inbox, settled } from "../support/inbox.ts";
import { HELLO } from "./broker_hello.ts";
import { type BrokerCase, onEveryBroker } from "./broker_suite.ts";

const VERSIONS: readonly BrokerCase[] = [
  {
    name: "connect takes MQTT 5, or 3.1.1 where the broker does not speak 5",
    async run({ connected, cannot }) {
      const { protocolVersion } = await connected();
      assert.equal(protocolVersion, cannot.mqtt5 ? "3.1.1" : "5");
    },
  },
  {
    name: "connect with MQTT 3.1.1 speaks that",
    async run({ connected }) {
      const endpoint = await connected({ protocolVersion: "3.1.1" });
      assert.equal(endpoint.protocolVersion, "3.1.1");
    },
  },
  {
    name: "connect with MQTT 5 says why where the broker does not speak it",
    async run({ create, url, cannot }) {
      const connecting = create().connect(url, {
        protocolVersion: "5",
        retry: false,
      });
      if (!cannot.mqtt5) return await connecting;
      const reason = { "refuses": "refused", "hangs up": "unreachable" };
      await assert.rejects(connecting, { reason: reason[cannot.mqtt5] });
    },
  },
];

const MESSAGES: readonly BrokerCase[] = [
  ...([0, 1] as const).map((qos): BrokerCase => ({
    name: `a message of QoS ${qos} is delivered with it`,
    async run({ connected, topic }) {
      const [sender, receiver] = [await connected(), await connected()];
      const inbox = new Inbox();
      await receiver.subscribe(topic, inbox.handler, { qos }).ready;
      await sender.publish(topic, "text", { qos });
      const [message] = await inbox.received(1);
      assert.equal(message?.qos, qos);
      assert.deepEqual(inbox.texts, ["text"]);
    },
  })),
  {
    name:
      "a message of QoS 2 is delivered with it, or with QoS 1, or refused by name",
    async run({ connected, topic, cannot }) {
      const [sender, receiver] = [await connected(), await connected()];
      const inbox = new Inbox();
      await receiver.subscribe(topic, inbox.handler, { qos: 2 }).ready;
      const published = sender.publish(topic, "twice", { qos: 2 });
      if (cannot.qos2 === "cuts") {
        await assert.rejects(
          published,
          refused(/the connection ends whenever it is sent/),
        );
        await sender.publish(topic, "once");
      }
      await published.catch(() => {});
      const [message] = await inbox.received(1);
      await settled(receiver, sender);
      assert.deepEqual(inbox.texts, [
        cannot.qos2 === "cuts" ? "once" : "twice",
      ]);
      assert.equal(message?.qos, cannot.qos2 ? 1 : 2);
    },
  },
  {
    name: "a subscription of QoS 0 gets messages of QoS 1 with QoS 0",
    async run({ connected, topic }) {
      const endpoint = await connected();
      const inbox = new Inbox();
      await endpoint.subscribe(topic, inbox.handler, { qos: 0 }).ready;
      await endpoint.publish(topic, "");
      const [message] = await inbox.received(1);
      assert.equal(message?.qos, 0);
    },
  },
  {
    name: "messages keep their order, and large ones their bytes",
    async run({ connected, topic }) {
      const [sender, receiver] = [await connected(), await connected()];
      const inbox = new Inbox();
      await receiver.subscribe(topic, inbox.handler).ready;
      const large = new Uint8Array(200_000).map((_, index) => index);
      const texts = Array.from({ length: 50 }, (_, index) => String(index));
      const published = texts.map((text) => sender.publish(topic, text));
      published.push(sender.publish(topic, large));
      await Promise.all(published);
      const messages = await inbox.received(51);
      assert.deepEqual(inbox.texts.slice(0, 50), texts);
      assert.deepEqual(new Uint8Array(messages[50]?.payload ?? []), large);
    },
  },
  {
    name: "a message's properties are delivered, or left out over MQTT 3.1.1",
    async run({ connected, topic, cannot }) {
      const endpoint = await connected();
      const inbox = new Inbox();
      await endpoint.subscribe(topic, inbox.handler).ready;
      const properties = {
        responseTopic: "answers",
        contentType: "text/plain",
        userProperties: { name: "value" },
      };
      await endpoint.publish(topic, "", { properties });
      const [message] = await inbox.received(1);
      const { responseTopic, contentType, userProperties } =
        message?.properties ?? {};
      assert.deepEqual(
        { responseTopic, contentType, userProperties: { ...userProperties } },
        cannot.mqtt5
          ? {
            responseTopic: undefined,
            contentType: undefined,
            userProperties: {},
          }
          : properties,
      );
    },
  },
  {
    name: "publish says over MQTT 5 that nobody is subscribed",
    async run({ connected, topic, cannot }) {
      const endpoint = await connected();
      const { reasonCode } = await endpoint.publish(topic, "");
      assert.equal(reasonCode, cannot.mqtt5 ? 0 : NO_MATCHING_SUBSCRIBERS);
    },
  },
];

const RETAINED: readonly BrokerCase[] = [
  {
    name: "a retained message waits for who subscribes to its topic",
    async run({ connected, topic }) {
      const [sender, receiver] = [await connected(), await connected()];
      await sender.publish(topic, "1", { retain: true });
      await sender.publish(topic, "2", { retain: true });
      const inbox = new Inbox();
      await receiver.subscribe(topic, inbox.handler).ready;
      const [message] = await inbox.received(1);
      assert.deepEqual([inbox.texts, message?.retain], [["2"], true]);
    },
  },
  {
    name: "an empty payload takes a retained message away",
    async run({ connected, topic }) {
      const [sender, receiver] = [await connected(), await connected()];
      await sender.publish(topic, "1", { retain: true });
      await sender.publish(topic, "", { retain: true });
      const inbox = new Inbox();
      await receiver.subscribe(topic, inbox.handler).ready;
      await settled(receiver, sender);
      assert.deepEqual(inbox.messages, []);
    },
  },
  {
    name:
      "a retained message waits for who subscribes with a wildcard, where the broker does that",
    async run({ connected, topic, cannot }) {
      const sender = await connected();
      await sender.publish(`${topic}/a`, "1", { retain: true });
      for (const filter of [`${topic}/+`, `${topic}/#`]) {
        const receiver = await connected();
        const inbox = new Inbox();
        await receiver.subscribe(filter, inbox.handler).ready;
        if (!cannot.storedForWildcards) await inbox.received(1);
        await settled(receiver, sender);
        const found = cannot.storedForWildcards ? [] : ["1"];
        assert.deepEqual(inbox.texts, found, filter);
      }
    },
  },
];

const SUBSCRIPTIONS: readonly BrokerCase[] = [
  {
    name: "wildcards match one level, and all below",
    async run({ connected, topic }) {
      const endpoint = await connected();
      const [one, all] = [new Inbox(), new Inbox()];
      await endpoint.subscribe(`${topic}/+/c`, one.handler).ready;
      await endpoint.subscribe(`${topic}/#`, all.handler).ready;
      for (const rest of ["a/c", "a/b", "a/b/c", "d/c"]) {
        await endpoint.publish(`${topic}/${rest}`, rest);
      }
      await Promise.all([one.received(2), all.received(4)]);
      await settled(endpoint);
      assert.deepEqual(one.texts, ["a/c", "d/c"]);
      assert.deepEqual(all.texts, ["a/c", "a/b", "a/b/c", "d/c"]);
    },
  },
  {
    name: "a subscription that has ended gets nothing",
    async run({ connected, topic }) {
      const endpoint = await connected();
      const inbox = new Inbox();
      const subscription = endpoint.subscribe(topic, inbox.handler);
      await subscription.ready;
      await subscription.unsubscribe();
      await endpoint.publish(topic, "");
      await settled(endpoint);
      assert.deepEqual(inbox.messages, []);
    },
  },
  {
    name: "topics with dots reach their handlers, or are refused by name",
    async run({ connected, topic, cannot }) {
      const endpoint = await connected();
      const reports: string[] = [];
      endpoint.onError.add(({ message }) => reports.push(message));
      const name = `io.world/${topic}`;
      const inbox = new Inbox();
      const { ready } = endpoint.subscribe(name, inbox.handler);
      if (cannot.dots === "cuts") {
        const noDots = refused(/take no dots in topics/);
        await assert.rejects(ready, noDots);
        await assert.rejects(endpoint.publish(name, ""), noDots);
        await settled(endpoint);
        return;
      }
      await ready;
      await endpoint.publish(name, "1", { retain: true });
      const [message] = await inbox.received(1);
      assert.equal(message?.topic, name);
      const changed = reports.filter((text) => /as RabbitMQ does/.test(text));
      assert.equal(changed.length, cannot.dots === "changes" ? 1 : 0);
      const later = new Inbox();
      await endpoint.subscribe(name, later.handler).ready;
      await later.received(1);
    },
  },
];

const CONNECTIONS: readonly BrokerCase[] = [
  {
    name: "the will is published, and retained, when its client is lost",
    async run({ connected, wired, topic }) {
      const receiver = await connected();
      const inbox = new Inbox();
      await receiver.subscribe(topic, inbox.handler).ready;
      const { wire } = await wired({
        will: { topic, payload: "offline", retain: true },
      });
      wire.hold();
      await inbox.received(1);
      const later = new Inbox();
      await (await connected()).subscribe(topic, later.handler).ready;
      await later.received(1);
      assert.deepEqual([inbox.texts, later.texts], [["offline"], ["offline"]]);
    },
  },
  {
    name: "the will is not published when its client closes",
    async run({ connected, topic }) {
      const receiver = await connected();
      const inbox = new Inbox();
      await receiver.subscribe(topic, inbox.handler).ready;
      const will = { topic, payload: "offline" };
      await (await connected({ will })).close();
      await settled(receiver);
      assert.deepEqual(inbox.messages, []);
    },
  },
  {
    name:
      "a client whose link was cut gets what was sent meanwhile over MQTT 5, and what follows over both",
    async run({ connected, wired, topic, cannot }) {
      const { endpoint, wire } = await wired();
      const inbox = new Inbox();
      await endpoint.subscribe(topic, inbox.handler).ready;
      const sender = await connected();
      const gone = endpoint.onDisconnected.next();
      wire.hold();
      await gone;
      await sender.publish(topic, "meanwhile");
      const back = endpoint.onConnected.next();
      wire.mend();
      const [{ sessionPresent }] = await back;
      await sender.publish(topic, "after");
      await inbox.received(cannot.mqtt5 ? 1 : 2);
      await settled(endpoint, sender);
      assert.equal(sessionPresent, cannot.mqtt5 === undefined);
      const texts = cannot.mqtt5 ? ["after"] : ["meanwhile", "after"];
      assert.deepEqual(inbox.texts, texts);
    },
  },
  {
    name: "a client that takes over a client id gets all, the other nothing",
    async run({ create, url, connected, topic }) {
      const slow = create({
        clientId: topic,
        takenOverBackoff: { firstMs: 600_000, longestMs: 600_000 },
        backoff: { firstMs: 600_000, longestMs: 600_000 },
      });
      await slow.connect(url);
      const [before, after] = [new Inbox(), new Inbox()];
      await slow.subscribe(topic, before.handler).ready;
      const gone = slow.onDisconnected.next();
      const quick = create({ clientId: topic });
      await quick.connect(url);
      await gone;
      await quick.subscribe(topic, after.handler).ready;
      await (await connected()).publish(topic, "text");
      await after.received(1);
      await settled(quick);
      assert.deepEqual([before.texts, after.texts], [[], ["text"]]);
      assert.deepEqual([slow.connected, quick.connected], [false, true]);
    },
  },
];

onEveryBroker("What an application needs of MQTT", [
  ...VERSIONS,
  ...MESSAGES,
  ...RETAINED,
  ...SUBSCRIPTIONS,
  ...CONNECTIONS,
  ...HELLO,
]);

function refused(what: RegExp): (error: ConnectionError) => boolean {
  return (error) => error.reason === "refused" && what.test(error.message);
}
