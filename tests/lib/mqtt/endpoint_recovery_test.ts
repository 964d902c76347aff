/** How an endpoint comes back, and how it ends. */
import assert from "node:assert/strict";
import { ConnectionError } from "#lib/base/errors.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { FakeBroker, PACKET } from "../../support/fake_broker.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { welcome } from "../../support/scripted_answers.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";
import { within } from "../../support/within.ts";
import { QUICK } from "./contract.ts";

const needsMosquitto = { programs: ["mosquitto"] };

for (
  const [what, refusal, reason] of [
    ["login", [0x20, 3, 0, 0x87, 0], "not_authorized"],
    ["client", [0x20, 3, 0, 0x80, 0], "refused"],
  ] as const
) {
  Deno.test(`MqttJsEndpoint that was connected tries again when its ${what} is refused later, and reports it`, async () => {
    let connects = 0;
    await using broker = FakeBroker.start((packet) => {
      if (packet.type !== PACKET.connect) return welcome(packet);
      connects++;
      return connects === 1 || connects > 3 ? welcome(packet) : refusal;
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url);
    const reasons: string[] = [];
    endpoint.onError.add((error) =>
      reasons.push(error instanceof ConnectionError ? error.reason : "none")
    );
    const back = endpoint.onConnected.next();
    broker.cut();
    await within("the connection", back);
    assert.deepEqual(reasons, [reason, reason]);
  });
}

Deno.test("MqttJsEndpoint reports that another client has taken its client id over, and waits longer", async () => {
  await using broker = FakeBroker.start((packet) => welcome(packet));
  const clock = new FakeClock();
  await using endpoint = new MqttJsEndpoint({ clientId: "one", clock });
  await endpoint.connect(broker.url);
  const reported = endpoint.onError.next();
  await broker.send([0xe0, 2, 0x8e, 0]);
  broker.cut();
  const [error] = await within("the report", reported);
  assert.match(error.message, /another client uses the client id "one"/);
  await clock.advance(499);
  assert.equal(broker.accepted, 1);
  const back = endpoint.onConnected.next();
  await clock.advance(501);
  await within("the connection", back);
});

testWith(
  needsMosquitto,
  "MqttJsEndpoint reports that another client may use its client id where the broker does not say so",
  async () => {
    await using broker = await Mosquitto.start();
    const options = { ...QUICK, clientId: "one" };
    await using first = new MqttJsEndpoint(options);
    await using second = new MqttJsEndpoint(options);
    const reports = [first, second].map((endpoint) => endpoint.onError.next());
    await first.connect(broker.url);
    await second.connect(broker.url);
    const [error] = await within("a report", Promise.race(reports));
    assert.match(error.message, /another client uses the client id "one"/);
  },
);

testWith(
  needsMosquitto,
  "MqttJsEndpoint that takes over the session of another client does not act on what that one had already",
  async () => {
    await using broker = await Mosquitto.start();
    await using wire = TcpProxy.to(broker.url);
    const clock = new FakeClock();
    await using first = new MqttJsEndpoint({ clientId: "one", clock });
    await using second = new MqttJsEndpoint({ clientId: "one" });
    await using sender = new MqttJsEndpoint();
    await sender.connect(broker.url);
    await first.connect(broker.url);
    const lost = first.onDisconnected.next();
    await second.connect(wire.url);
    await within("the loss", lost);
    const had: string[] = [];
    const firstSubscription = first.subscribe("go", () => had.push("first"));
    const { promise: came, resolve } = Promise.withResolvers<void>();
    const subscription = second.subscribe("go", () => {
      wire.mute(); // The broker does not learn that it has come.
      had.push("second");
      resolve();
    });
    await subscription.ready;
    await sender.publish("go", "");
    await within("the message", came);
    const reported = first.onError.next();
    const back = first.onConnected.next();
    await clock.advance(1000);
    await within("the connection", back);
    await within("the subscription", firstSubscription.ready);
    const [error] = await within("the report", reported);
    assert.match(error.message, /sent to another client with that client id/);
    assert.deepEqual(had, ["second"]);
  },
);

testWith(
  needsMosquitto,
  "MqttJsEndpoint gives up a try in which a frozen broker says nothing, and comes back soon after it goes on",
  async () => {
    await using broker = await Mosquitto.start();
    const clock = new FakeClock();
    await using endpoint = new MqttJsEndpoint({ ...QUICK, clock });
    await endpoint.connect(broker.url);
    broker.pause();
    const lost = endpoint.onDisconnected.next();
    await clock.advance(12_000);
    await within("the loss", lost);
    const failed = endpoint.onError.next();
    await clock.advance(40);
    await clock.advance(3000);
    const [error] = await within("the report", failed);
    assert.match(error.message, /silent for 3000 ms/);
    const back = endpoint.onConnected.next();
    broker.resume();
    await clock.advance(40);
    await within("the connection", back);
  },
);

testWith(
  needsMosquitto,
  "MqttJsEndpoint.close ends within its bounds while the broker is frozen and messages are on their way",
  async () => {
    await using broker = await Mosquitto.start();
    const clock = new FakeClock();
    const endpoint = new MqttJsEndpoint({ clock });
    await endpoint.connect(broker.url);
    broker.pause();
    const lost = assert.rejects(endpoint.publish("a", ""), {
      reason: "closed",
    });
    const closed = endpoint.close();
    await clock.advance(2000);
    await clock.advance(1000);
    await within("the end", closed);
    await lost;
    assert.equal(clock.timerCount, 0);
    broker.resume();
  },
);

testWith(
  needsMosquitto,
  "Subscription.unsubscribe waits a second for a frozen broker, and others then not at all",
  async () => {
    await using broker = await Mosquitto.start();
    const clock = new FakeClock();
    await using endpoint = new MqttJsEndpoint({ clock });
    await endpoint.connect(broker.url, { keepAliveSeconds: 0 });
    const [first, ...others] = ["a", "b", "c"].map((filter) =>
      endpoint.subscribe(filter, () => {})
    );
    await Promise.all([first?.ready, ...others.map(({ ready }) => ready)]);
    broker.pause();
    const left = first?.unsubscribe();
    await clock.advance(1000);
    await within("the first", Promise.resolve(left));
    for (const other of others) {
      await within("the others", other.unsubscribe());
    }
    broker.resume();
  },
);

testWith(
  needsMosquitto,
  "MqttJsEndpoint.close ends at once while a try to connect goes unanswered",
  async () => {
    await using broker = await Mosquitto.start();
    broker.pause();
    const clock = new FakeClock();
    const endpoint = new MqttJsEndpoint({ clock });
    const refused = assert.rejects(endpoint.connect(broker.url), {
      reason: "closed",
    });
    await endpoint.close();
    await within("the refusal", refused);
    assert.equal(clock.timerCount, 0);
    broker.resume();
  },
);

Deno.test("MqttJsEndpoint.close ends at once while it waits for the next try", async () => {
  await using broker = FakeBroker.start((packet) => welcome(packet));
  await using wire = TcpProxy.to(broker.url);
  const clock = new FakeClock();
  const endpoint = new MqttJsEndpoint({ clock });
  await endpoint.connect(wire.url);
  const lost = endpoint.onDisconnected.next();
  wire.hold();
  await lost;
  await endpoint.close();
  assert.equal(clock.timerCount, 0);
});
