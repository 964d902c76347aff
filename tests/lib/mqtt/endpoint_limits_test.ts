/** What an endpoint refuses before it is sent, and what it does not send too late. */
import assert from "node:assert/strict";
import { TimeoutError } from "#lib/base/errors.ts";
import type { ConnectOptions, MqttProperties } from "#lib/mqtt/endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { FakeBroker, PACKET } from "../../support/fake_broker.ts";
import { publishId, welcome } from "../../support/scripted_answers.ts";
import { within } from "../../support/within.ts";
import { contract, QUICK } from "./contract.ts";

const LONG = "x".repeat(65_536);

for (
  const [what, properties] of [
    ["content type of 65,536 bytes", { contentType: LONG }],
    ["content type with NUL", { contentType: "a\0b" }],
    ["response topic with a wildcard", { responseTopic: "a/#" }],
    ["correlation data of 65,536 bytes", {
      correlationData: new Uint8Array(65_536),
    }],
    ["expiry below 0", { messageExpirySeconds: -1 }],
    ["expiry past 32 bits", { messageExpirySeconds: 2 ** 32 }],
    ["expiry that is no number", { messageExpirySeconds: NaN }],
    ["user property of 65,536 bytes", { userProperties: { a: LONG } }],
    ["user property with a long name", { userProperties: { [LONG]: "a" } }],
    ["user property with half a character", {
      userProperties: { a: ["fine", "\ud800"] },
    }],
  ] satisfies readonly (readonly [string, MqttProperties])[]
) {
  contract(
    `MqttEndpoint.publish rejects a ${what} with RangeError, and the connection goes on`,
    async ({ connected }) => {
      const endpoint = await connected();
      await assert.rejects(
        endpoint.publish("a", "", { properties }),
        RangeError,
      );
      await endpoint.publish("a", "");
      assert.equal(endpoint.traffic.connections, 1);
    },
    { versions: ["5"] },
  );
}

for (
  const [what, options] of [
    ["keepAliveSeconds of 65,536", { keepAliveSeconds: 65_536 }],
    ["keepAliveSeconds of 1.5", { keepAliveSeconds: 1.5 }],
    ["sessionExpirySeconds below 0", { sessionExpirySeconds: -1 }],
    ["connectTimeoutMs of 0", { connectTimeoutMs: 0 }],
    ["maximumPacketBytes of 0", { maximumPacketBytes: 0 }],
    ["a will on a filter", { will: { topic: "a/+", payload: "" } }],
    ["a will of 65,536 bytes", { will: { topic: "a", payload: LONG } }],
    ["a user name of 65,536 bytes", { username: LONG }],
    ["a password of 65,536 bytes", { password: LONG }],
  ] satisfies readonly (readonly [string, ConnectOptions])[]
) {
  Deno.test(`MqttJsEndpoint.connect rejects ${what} with RangeError at once`, async () => {
    await using endpoint = new MqttJsEndpoint(QUICK);
    await assert.rejects(
      endpoint.connect("mqtt://127.0.0.1:1", options),
      RangeError,
    );
  });
}

Deno.test("MqttJsEndpoint.publish does not send what has expired while it waited", async () => {
  const clock = new FakeClock();
  await using broker = FakeBroker.start((packet) =>
    packet.type === PACKET.publish
      ? [0x40, 2, ...publishId(packet)]
      : welcome(packet)
  );
  await using endpoint = new MqttJsEndpoint({ ...QUICK, clock });
  const expiring = (messageExpirySeconds: number) =>
    endpoint.publish("a", "", { properties: { messageExpirySeconds } });
  const late = assert.rejects(expiring(2), TimeoutError);
  const early = expiring(10);
  await clock.advance(3000);
  await endpoint.connect(broker.url, { protocolVersion: "5" });
  await late;
  await early;
  const [sent, ...others] = broker.packets.filter(({ type }) =>
    type === PACKET.publish
  );
  assert.equal(others.length, 0);
  // Topic "a", identifier, and of the expiry what is left: 7 seconds.
  assert.deepEqual(sent?.body.slice(5), Uint8Array.of(5, 2, 0, 0, 0, 7));
});

Deno.test("MqttJsEndpoint.publish does not send again what has expired on its way", async () => {
  const clock = new FakeClock();
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  await using broker = FakeBroker.start((packet) => {
    if (packet.type === PACKET.publish) resolve();
    return welcome(packet);
  });
  await using endpoint = new MqttJsEndpoint({ ...QUICK, clock });
  await endpoint.connect(broker.url, { keepAliveSeconds: 0 });
  const lost = assert.rejects(
    endpoint.publish("a", "", { properties: { messageExpirySeconds: 5 } }),
    TimeoutError,
  );
  await arrived;
  const gone = endpoint.onDisconnected.next();
  broker.cut();
  await gone;
  await clock.advance(5000);
  await within("the expiry", lost);
  const sent = broker.packets.filter(({ type }) => type === PACKET.publish);
  assert.equal(sent.length, 1);
});
