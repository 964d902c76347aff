import assert from "node:assert/strict";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { Bike } from "#lib/bike/bike.ts";
import { ConfigError, ConnectionError } from "#lib/errors.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";

const mosquitto = { programs: ["mosquitto"] };

Deno.test("serveBikeTopics refuses an id that cannot stand in a topic", () => {
  using bike = new Bike();
  const endpoint = new MqttJsEndpoint();
  assert.throws(
    () => serveBikeTopics(bike, endpoint, { bikeId: "a/b" }),
    ConfigError,
  );
});

Deno.test("serveBikeTopics ends without ever having been connected", async () => {
  using bike = new Bike();
  await using endpoint = new MqttJsEndpoint();
  const shown = serveBikeTopics(bike, endpoint, { bikeId: "000001" });
  await shown[Symbol.asyncDispose]();
  await assert.rejects(shown.ready, { reason: "closed" });
});

testWith(
  mosquitto,
  "serveBikeTopics ends though its broker does not answer any more",
  async () => {
    await using broker = await Mosquitto.start();
    const clock = new FakeClock();
    using bike = new Bike({ clock });
    await using endpoint = new MqttJsEndpoint();
    const shown = serveBikeTopics(bike, endpoint, { bikeId: "000001", clock });
    await endpoint.connect(broker.url);
    await within("the bike", shown.ready);
    broker.pause();
    const ended = shown[Symbol.asyncDispose]();
    await clock.advance(2000);
    await within("the end", Promise.resolve(ended));
    assert.equal(clock.timerCount, 0);
    broker.resume();
  },
);

testWith(
  mosquitto,
  "BikeOnTopics.ready rejects where the broker refuses a subscription",
  async () => {
    const acls = ["publishClientSend", "subscribePattern"].map((acltype) => ({
      acltype,
      topic: "bike/000001/status",
      allow: true,
    }));
    const role = { rolename: "everybody" };
    await using broker = await Mosquitto.start({
      dynamicSecurity: {
        defaultACLAccess: { subscribe: false, unsubscribe: true },
        clients: [],
        groups: [{ groupname: "everybody", roles: [role], clients: [] }],
        anonymousGroup: "everybody",
        roles: [{ ...role, acls }],
      },
    });
    using bike = new Bike();
    await using endpoint = new MqttJsEndpoint();
    await using shown = serveBikeTopics(bike, endpoint, { bikeId: "000001" });
    await endpoint.connect(broker.url);
    await assert.rejects(within("the refusal", shown.ready), (error) => {
      assert.ok(error instanceof ConnectionError);
      return error.reason === "not_authorized";
    });
  },
);
