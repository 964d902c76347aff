import assert from "node:assert/strict";
import {
  ConfigError,
  ConnectionError,
  TimeoutError,
} from "#lib/base/errors.ts";
import { startLog } from "#lib/base/logger.ts";
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import { MQTTClient } from "#lib/mqtt/mqtt_client.ts";
import { BROKERS } from "../../support/brokers.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { freePort } from "../../support/ports.ts";
import { testWith } from "../../support/requires.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";
import { within } from "../../support/within.ts";
import { connectedClient, QUICK, TestClient } from "./test_client.ts";

const ACCOUNT = { username: "ExampleUsername", password: "Ex@mpLeP@Ssw0rd" };

for (const { name, requires, start } of BROKERS) {
  testWith(
    requires,
    `MQTTClient goes on whatever onMessage throws, at once or later [${name}]`,
    async () => {
      class Faulty extends TestClient {
        override onMessage(
          client: MqttEndpoint,
          data: unknown,
          message: MqttMessage,
        ) {
          super.onMessage(client, data, message);
          const text = new TextDecoder().decode(message.payload);
          if (text === "later") return Promise.reject(new TypeError(text));
          throw new TypeError(text);
        }
      }
      await using broker = await start();
      await using client = new Faulty(broker.url);
      client.loopStart();
      await client.subscribe("a");
      for (const text of ["at once", "later", "again"]) {
        await client.publish("a", text);
      }
      await within("messages", client.inbox.received(3));
      assert.equal(client.getClient().connected, true);
    },
  );

  testWith(
    requires,
    `MQTTClient goes on whatever a payload holds [${name}]`,
    async () => {
      const payloads = [
        "2.5",
        "null",
        "[]",
        '{"wrong":',
        "",
        "\0",
        "9".repeat(100_000),
      ]
        .map((text) => new TextEncoder().encode(text));
      class Parser extends TestClient {
        override onMessage(
          client: MqttEndpoint,
          data: unknown,
          message: MqttMessage,
        ) {
          super.onMessage(client, data, message);
          const text = new TextDecoder("utf-8", { fatal: true }).decode(
            message.payload,
          );
          JSON.parse(text).value.toFixed(1);
        }
      }
      await using broker = await start();
      await using client = new Parser(broker.url);
      client.loopStart();
      await client.subscribe("a");
      for (const payload of [...payloads, Uint8Array.of(0xff, 0xfe, 0)]) {
        void client.publish("a", payload);
      }
      void client.publish("a", { value: 1 });
      await within("messages", client.inbox.received(payloads.length + 2));
      assert.equal(client.inbox.texts.at(-1), '{"value":1}');
    },
  );

  testWith(
    requires,
    `MQTTClient.loopForever rejects with not_authorized for a refused login, before and after it came [${name}]`,
    async () => {
      await using broker = await start({ account: ACCOUNT });
      await using client = new TestClient(
        broker.url,
        ACCOUNT.username,
        "wrong",
      );
      const refusal = { code: "connection", reason: "not_authorized" };
      await within(
        "the refusal",
        assert.rejects(client.loopForever(), refusal),
      );
      await within(
        "the refusal",
        assert.rejects(client.loopForever(), refusal),
      );
      await assert.rejects(
        client.loopForever({ reconnectTimeoutMs: 60_000 }),
        refusal,
      );
    },
  );

  testWith(
    requires,
    `MQTTClient with the account is let in, and its password never gets into the log [${name}]`,
    async () => {
      let log = "";
      await using _log = await startLog({
        level: "debug",
        write: (line) => log += line,
      });
      await using broker = await start({ account: ACCOUNT });
      const { username, password } = ACCOUNT;
      await using client = new TestClient(broker.url, username, password);
      client.loopStart();
      await client.subscribe("a");
      await client.publish("a", "1");
      await within("a message", client.inbox.received(1));
      await using stranger = new TestClient(broker.url, username, "b@ttery");
      await assert.rejects(stranger.loopForever(), ConnectionError);
      await using careless = new TestClient(
        `mqtt://${username}:st@ple@127.0.0.1`,
      );
      await assert.rejects(careless.loopForever(), ConfigError);
      await using ported = new TestClient("u:st@ple@127.0.0.1", "", "", 1883);
      await assert.rejects(ported.loopForever(), ConfigError);
      assert.match(log, /Connected to/);
      assert.match(log, /refused the user name or password/);
      assert.doesNotMatch(log, /Ssw0rd|ttery|ple@/);
    },
  );

  testWith(
    requires,
    `MQTTClient.publish to what is no topic name rejects, and nothing ends when nobody looks [${name}]`,
    async () => {
      let log = "";
      await using _log = await startLog({ write: (line) => log += line });
      await using broker = await start();
      await using client = await connectedClient(broker.url);
      for (const topic of ["", "a/+", "#", "a\0b", "x".repeat(65_536)]) {
        await assert.rejects(client.publish(topic, ""), RangeError);
        void client.publish(topic, "");
      }
      await client.subscribe("a");
      await client.publish("a", "fine");
      await within("a message", client.inbox.received(1));
      assert.match(log, /Cannot publish to "a\/\+"/);
    },
  );
}

Deno.test("MQTTClient.publish rejects what has no form in JSON, and nothing ends when nobody looks", async () => {
  await using client = new MQTTClient("127.0.0.1");
  const cycle: unknown[] = [];
  cycle.push(cycle);
  for (const payload of [() => {}, Symbol("x"), 1n, cycle]) {
    await assert.rejects(client.publish("a", payload), TypeError);
    void client.publish("a", payload);
  }
});

Deno.test("MQTTClient.subscribe rejects what is no topic filter, grants the others, and nothing ends when nobody looks", async () => {
  const [kind] = BROKERS;
  assert.ok(kind);
  await using broker = await kind.start();
  await using client = await connectedClient(broker.url);
  for (const filter of ["", "a/#/b", "a+"]) {
    await assert.rejects(client.subscribe(filter), RangeError);
    void client.subscribe([[filter, 1]]);
  }
  await assert.rejects(client.subscribe([["#a", 1], ["good", 1]]), RangeError);
  await client.publish("good", "1");
  await within("a message", client.inbox.received(1));
});

testWith(
  { programs: ["mosquitto"] },
  "MQTTClient.publish that the broker forbids rejects, and the connection goes on",
  async () => {
    await using broker = await Mosquitto.start({
      acl: ["topic readwrite open/#"],
    });
    await using client = await connectedClient(broker.url);
    await assert.rejects(client.publish("closed", "1"), {
      reason: "not_authorized",
    });
    await client.subscribe("open/#");
    await client.publish("open/a", "1");
    await within("a message", client.inbox.received(1));
  },
);

Deno.test("MQTTClient.loopForever rejects with TimeoutError when there is no connection for reconnectTimeoutMs", async () => {
  await using client = new TestClient("127.0.0.1", "", "", freePort());
  const loop = client.loopForever({ reconnectTimeoutMs: 50 });
  await within(
    "the timeout",
    assert.rejects(loop, (error) => {
      assert.ok(error instanceof TimeoutError);
      assert.deepEqual([error.operation, error.timeoutMs], ["reconnect", 50]);
      return true;
    }),
  );
});

Deno.test("MQTTClient.loopForever counts reconnectTimeoutMs from the loss of the connection", async () => {
  const [kind] = BROKERS;
  assert.ok(kind);
  await using broker = await kind.start();
  await using wire = TcpProxy.to(broker.url);
  await using client = await connectedClient(wire.url);
  const loop = client.loopForever({ reconnectTimeoutMs: 800 });
  const again = client.getClient().onConnected.next();
  wire.cut();
  await within("the reconnection", again);
  await client.publish("a", "still here");
  wire.hold();
  await within("the timeout", assert.rejects(loop, TimeoutError));
});

Deno.test("MQTTClient.loopForever rejects with ConfigError for what is no address", async () => {
  for (
    const [address, port] of [
      ["http://127.0.0.1"],
      ["a b"],
      ["", 1883],
      ["127.0.0.1", 0],
      ["127.0.0.1", 70_000],
      ["127.0.0.1", 1.5],
    ] as const
  ) {
    await using client = new MQTTClient(address, "", "", port, QUICK);
    await assert.rejects(
      client.loopForever(),
      ConfigError,
      `${address} ${port}`,
    );
  }
});

Deno.test("MQTTClient goes on whatever its other overridden methods throw", async () => {
  class Rude extends TestClient {
    override onConnect() {
      throw new TypeError("connect");
    }
    override onSubscribe() {
      throw new TypeError("subscribe");
    }
    override onPublish() {
      return Promise.reject(new TypeError("publish"));
    }
    override onDisconnect() {
      throw new TypeError("disconnect");
    }
  }
  const [kind] = BROKERS;
  assert.ok(kind);
  await using broker = await kind.start();
  const client = new Rude(broker.url);
  client.loopStart();
  await client.subscribe("a");
  await client.publish("a", "1");
  await within("a message", client.inbox.received(1));
  await client.disconnect();
});

for (const { name, requires, start } of BROKERS) {
  testWith(
    requires,
    `MQTTClient with a wrong password rejects what waits and what is asked for later, and calls onError [${name}]`,
    async () => {
      const errors: Error[] = [];
      class Reporting extends TestClient {
        override onError(_client: MqttEndpoint, _data: unknown, error: Error) {
          errors.push(error);
        }
      }
      await using broker = await start({ account: ACCOUNT });
      await using client = new Reporting(broker.url, "rider", "wrong");
      const refusal = { code: "connection", reason: "not_authorized" };
      const waiting = [
        assert.rejects(client.publish("a", "1"), refusal),
        assert.rejects(client.subscribe("a"), refusal),
      ];
      client.loopStart();
      await within("the refusals", Promise.all(waiting));
      await assert.rejects(client.publish("a", "2"), refusal);
      await assert.rejects(client.subscribe("b"), refusal);
      assert.equal(errors.length, 1);
      assert.match(errors[0]?.message ?? "", /refused the user name/);
    },
  );
}

Deno.test("MQTTClient.onError is called for each try to connect that fails", async () => {
  const { promise: thrice, resolve } = Promise.withResolvers<void>();
  class Counting extends TestClient {
    count = 0;
    override onError() {
      if (++this.count === 3) resolve();
    }
  }
  await using client = new Counting("127.0.0.1", "", "", freePort());
  client.startLoop();
  await within("three reports", thrice);
});

Deno.test("MQTTClient.loopStart gives up after reconnectTimeoutMs, and rejects what waits with TimeoutError", async () => {
  await using client = new TestClient("127.0.0.1", "", "", freePort());
  const published = assert.rejects(client.publish("a", "1"), TimeoutError);
  client.loopStart({ reconnectTimeoutMs: 50 });
  await within("the end", published);
  await within(
    "the loop",
    assert.rejects(client.loopForever(), TimeoutError),
  );
});

Deno.test("MQTTClient works again after it gave up and was disconnected", async () => {
  const [kind] = BROKERS;
  assert.ok(kind);
  await using broker = await kind.start();
  await using wire = TcpProxy.to(broker.url);
  wire.hold();
  await using client = new TestClient(wire.url);
  const given = assert.rejects(client.publish("a", "lost"), TimeoutError);
  client.loopStart({ reconnectTimeoutMs: 50 });
  await within("the end", given);
  await client.disconnect();
  wire.mend();
  client.loopStart();
  await client.subscribe("a");
  await client.publish("a", "1");
  await within("a message", client.inbox.received(1));
  assert.deepEqual(client.inbox.texts, ["1"]);
});

Deno.test("MQTTClient refuses to send a password to port 8883 without a scheme, and says what to write", async () => {
  await using client = new TestClient("127.0.0.1", "rider", "secret", 8883);
  await assert.rejects(client.loopForever(), (error: ConfigError) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /mqtts:\/\/127\.0\.0\.1:8883/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

for (const { name, requires, start } of BROKERS) {
  testWith(
    requires,
    `MQTTClient.onMessage is called once for a message that several filters match, over MQTT 3.1.1 too [${name}]`,
    async () => {
      await using broker = await start();
      for (const protocolVersion of ["5", "3.1.1"] as const) {
        await using client = new TestClient(broker.url, "", "", undefined, {
          ...QUICK,
          protocolVersion,
        });
        client.loopStart();
        await client.subscribe([["a/b", 1], ["a/+", 1], ["a/#", 1]]);
        for (const text of ["1", "2", "2"]) await client.publish("a/b", text);
        await client.subscribe("end");
        await client.publish("end", "end");
        await within("the messages", client.inbox.received(4));
        assert.deepEqual(client.inbox.texts, ["1", "2", "2", "end"]);
      }
    },
  );
}
