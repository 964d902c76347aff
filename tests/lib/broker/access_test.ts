import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ConfigError, ConnectionError } from "#lib/base/errors.ts";
import { overlaps } from "#lib/broker/access.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { makeCertificates } from "../../support/certificates.ts";
import { Inbox, settled } from "../../support/inbox.ts";
import { loggedIn } from "../../support/raw_mqtt.ts";
import { testWith } from "../../support/requires.ts";

const ACCOUNTS = [
  {
    username: "reader",
    password: "r",
    rights: { publish: [], subscribe: ["bike/+/speed", "test/#"] },
  },
  {
    username: "writer",
    password: "w",
    rights: { publish: ["bike/#"], subscribe: [] },
  },
  { username: "owner", password: "o" },
];

async function connected(
  broker: EmbeddedBroker,
  username: string,
  password = username[0],
) {
  const endpoint = new MqttJsEndpoint();
  await endpoint.connect(broker.url, {
    username,
    ...(password !== undefined && { password }),
  });
  return endpoint;
}

Deno.test("EmbeddedBroker lets each account publish and receive what its rights say, and no more", async () => {
  await using broker = await EmbeddedBroker.listen({ accounts: ACCOUNTS });
  await using reader = await connected(broker, "reader");
  await using writer = await connected(broker, "writer");
  await using owner = await connected(broker, "owner");
  const inbox = new Inbox();
  await reader.subscribe("#", inbox.handler).ready;
  await writer.publish("bike/1/speed", "1");
  await writer.publish("bike/1/power", "2");
  await assert.rejects(
    writer.publish("other", "3"),
    (error) =>
      error instanceof ConnectionError && error.reason === "not_authorized",
  );
  await owner.publish("other", "4");
  await owner.publish("test/end", "5");
  await inbox.received(2);
  assert.deepEqual(inbox.texts, ["1", "5"]);
});

Deno.test("EmbeddedBroker refuses a subscription that could bring nothing", async () => {
  await using broker = await EmbeddedBroker.listen({ accounts: ACCOUNTS });
  await using reader = await connected(broker, "reader");
  await assert.rejects(
    reader.subscribe("bike/1/power", () => {}).ready,
    (error) =>
      error instanceof ConnectionError && error.reason === "not_authorized",
  );
});

Deno.test("EmbeddedBroker sends no retained message that an account may not receive", async () => {
  await using broker = await EmbeddedBroker.listen({ accounts: ACCOUNTS });
  await using owner = await connected(broker, "owner");
  await owner.publish("bike/1/power", "1", { retain: true });
  await owner.publish("bike/1/speed", "2", { retain: true });
  await using reader = await connected(broker, "reader");
  const inbox = new Inbox();
  await reader.subscribe("bike/#", inbox.handler).ready;
  await settled(reader, owner);
  assert.deepEqual(inbox.texts, ["2"]);
});

Deno.test("EmbeddedBroker does not let a client in whose will it may not publish", async () => {
  await using broker = await EmbeddedBroker.listen({ accounts: ACCOUNTS });
  await using endpoint = new MqttJsEndpoint();
  await assert.rejects(
    endpoint.connect(broker.url, {
      username: "reader",
      password: "r",
      will: { topic: "bike/1/status", payload: "offline" },
    }),
    ConnectionError,
  );
});

Deno.test("EmbeddedBroker does not give an account the session of another one", async () => {
  await using broker = await EmbeddedBroker.listen({ accounts: ACCOUNTS });
  const login = (username: string, password: string) =>
    loggedIn(broker.url, 5, {
      clientId: "same",
      clean: false,
      username,
      password: Buffer.from(password),
    });
  await using first = await login("owner", "o");
  await using second = await login("writer", "w");
  assert.deepEqual(await second.closed(), []);
  await first.send({ cmd: "pingreq" });
  const packet = await first.next();
  assert(packet !== "closed");
  assert.equal(packet.cmd, "pingresp");
});

Deno.test("EmbeddedBroker lets nobody in without the right password", async () => {
  await using broker = await EmbeddedBroker.listen({ accounts: ACCOUNTS });
  for (
    const [username, password] of [["owner", "x"], ["owner", undefined], [
      "nobody",
      "o",
    ]] as const
  ) {
    await using endpoint = new MqttJsEndpoint();
    await assert.rejects(
      endpoint.connect(broker.url, {
        username,
        ...(password !== undefined && { password }),
      }),
      (error) =>
        error instanceof ConnectionError && error.reason === "not_authorized",
    );
  }
});

Deno.test("EmbeddedBroker.listen rejects without accounts where others could reach it, over WebSocket too", async () => {
  const refusal = (error: unknown) =>
    error instanceof ConfigError && /there is no account/.test(error.message);
  await assert.rejects(EmbeddedBroker.listen({ host: "0.0.0.0" }), refusal);
  const webSocket = { host: "::", port: 0 };
  await assert.rejects(EmbeddedBroker.listen({ webSocket }), refusal);
  await using broker = await EmbeddedBroker.listen({
    host: "0.0.0.0",
    accounts: ACCOUNTS,
  });
  assert.match(broker.url, /^mqtt:\/\/0\.0\.0\.0:\d+$/);
});

Deno.test("EmbeddedBroker.listen rejects accounts without a name, and two of one name", async () => {
  const account = { username: "a", password: "b" };
  for (const accounts of [[{ ...account, username: "" }], [account, account]]) {
    await assert.rejects(EmbeddedBroker.listen({ accounts }), ConfigError);
  }
});

testWith(
  { programs: ["openssl"] },
  "EmbeddedBroker speaks TLS on all its listeners where it has a certificate",
  async () => {
    const { ca, server } = await makeCertificates();
    await using broker = await EmbeddedBroker.listen({
      tls: server,
      webSocket: { port: 0 },
    });
    assert.match(broker.url, /^mqtts:/);
    assert.match(broker.webSocketUrl ?? "", /^wss:/);
    for (const url of [broker.url, broker.webSocketUrl ?? ""]) {
      await using endpoint = new MqttJsEndpoint();
      await endpoint.connect(url, { tls: { ca } });
      const inbox = new Inbox();
      await endpoint.subscribe("a", inbox.handler).ready;
      await endpoint.publish("a", "x".repeat(300_000));
      await inbox.received(1);
      await using stranger = new MqttJsEndpoint();
      await assert.rejects(
        stranger.connect(url, { retry: false }),
        ConnectionError,
      );
    }
  },
);

testWith(
  { programs: ["openssl"] },
  "EmbeddedBroker.listen rejects with ConfigError for a certificate that is none, or not that of its key",
  async () => {
    const { server, client } = await makeCertificates();
    const { cert } = server;
    for (const tls of [{ cert: "x", key: "y" }, { cert, key: client.key }]) {
      await assert.rejects(EmbeddedBroker.listen({ tls }), ConfigError);
    }
  },
);

for (
  const [one, other, expected] of [
    ["a", "a", true],
    ["a", "b", false],
    ["a/+", "a/b", true],
    ["a/+", "+/b", true],
    ["a/#", "a", true],
    ["a/#", "#", true],
    ["a/+", "a", false],
    ["a/+/c", "a/b/d", false],
    ["a/b", "a/b/c", false],
  ] as const
) {
  Deno.test(`overlaps says ${expected} for ${one} and ${other}`, () => {
    assert.equal(overlaps(one, other), expected);
    assert.equal(overlaps(other, one), expected);
  });
}
