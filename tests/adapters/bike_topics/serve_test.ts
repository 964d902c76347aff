import assert from "node:assert/strict";
import { offlineWill } from "#adapters/bike_topics/availability.ts";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { Bike } from "#lib/bike/bike.ts";
import { ConfigError, ConnectionError } from "#lib/base/errors.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";
import { TopicLog } from "./topic_log.ts";

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
  "a broker that was killed during a ride and started again has the status, the subscriptions and the newest values again",
  async () => {
    await using broker = await Mosquitto.start();
    const clock = new FakeClock();
    using bike = new Bike({ clock });
    const trainer = bike.source("kickr");
    const resistance = new FakeActuator<number>();
    trainer.actuator("resistancePercent", resistance.carryOut);
    await using endpoint = new MqttJsEndpoint({
      backoff: { firstMs: 10, longestMs: 40 },
    });
    const options = { bikeId: "000001", clock };
    await using shown = serveBikeTopics(bike, endpoint, options);
    await endpoint.connect(broker.url, { will: offlineWill(options) });
    await within("the bike", shown.ready);
    trainer.report({ powerWatts: 100 });
    const lost = endpoint.onDisconnected.next();
    await broker.kill();
    await within("the loss", lost);
    for (let power = 101; power <= 200; power++) {
      trainer.report({ powerWatts: power });
    }
    const back = endpoint.onConnected.next();
    await broker.restart();
    await within("the connection", back);
    await using app = new MqttJsEndpoint();
    const log = new TopicLog();
    app.subscribe("bike/000001/#", log.handler);
    await app.connect(broker.url);
    assert.match(await log.next("bike/000001/status"), /"connection": 2/);
    assert.match(
      await log.next("bike/000001/devices/kickr/status"),
      /"online"/,
    );
    await clock.advance(1000);
    assert.match(await log.next("bike/000001/power"), /"value": 200,/);
    await app.publish("bike/000001/resistance/control", "24");
    await log.next("bike/000001/resistance/report");
    assert.deepEqual(resistance.values, [24]);
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

testWith(
  mosquitto,
  "serveBikeTopics does not carry out a command that waited in a frozen broker, though the bike had nothing to say meanwhile",
  async () => {
    await using broker = await Mosquitto.start();
    using bike = new Bike();
    const values: number[] = [];
    bike.source("kickr").actuator("inclinePercent", (value) => {
      values.push(value);
      return Promise.resolve();
    });
    await using endpoint = new MqttJsEndpoint();
    await using shown = serveBikeTopics(bike, endpoint, {
      bikeId: "000001",
      idle: { repeatMs: 1e9 },
    });
    await endpoint.connect(broker.url, { keepAliveSeconds: 8 });
    await within("the bike", shown.ready);
    await using app = new MqttJsEndpoint();
    await app.connect(broker.url, { keepAliveSeconds: 60 });
    const { promise: refused, resolve } = Promise.withResolvers<string>();
    await app.subscribe(
      "bike/000001/incline/status",
      ({ payload }) => resolve(new TextDecoder().decode(payload)),
    ).ready;
    const resumed = endpoint.onResumed.next();
    broker.pause();
    const sent = app.publish("bike/000001/incline/control", "6");
    setTimeout(() => broker.resume(), 9500);
    await sent;
    const [silentMs] = await within("the broker", resumed);
    assert(silentMs > 4000);
    assert.match(await within("the refusal", refused), /"code": "expired"/);
    assert.deepEqual(values, []);
  },
);
