import assert from "node:assert/strict";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Client, RemoteObject } from "#lib/objectapi/mod.ts";
import { BROKERS } from "../../support/brokers.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";
import { within } from "../../support/within.ts";
import { LAMP, LampBench, untilAvailable } from "./lamp.ts";

for (const { name, requires, start } of BROKERS) {
  testWith(
    requires,
    `a remote object says whether its service is there (${name})`,
    async () => {
      await using broker = await start();
      await using bench = new LampBench(broker.url);
      const remote = await bench.use();
      assert.equal(remote.isAvailable, undefined);
      const service = await bench.serve();
      await within("the service", untilAvailable(remote, true));
      bench.lamp.set("on", true);
      await remote.onPropertyChanged("on").next();
      await service.disconnect();
      await within("the end of the service", untilAvailable(remote, false));
      assert.equal(remote.get("on"), true);
    },
  );

  testWith(
    requires,
    `a client that comes after a service was lost knows that nobody is there (${name})`,
    async () => {
      await using broker = await start();
      await using proxy = TcpProxy.to(broker.url);
      await using bench = new LampBench(proxy.url);
      await bench.serve();
      proxy.hold();
      await using client = new Client("late-client");
      await using remote = new RemoteObject(client, LAMP);
      await client.connect(broker.url);
      await within("the lost service", untilAvailable(remote, false));
      assert.equal(remote.isAvailable, false);
    },
  );

  testWith(
    requires,
    `a client that comes after a service ended in good order knows that the values are old (${name})`,
    async () => {
      await using broker = await start();
      await using bench = new LampBench(broker.url);
      const service = await bench.serve();
      bench.lamp.set("on", true);
      await service.disconnect();
      const remote = await bench.use();
      await within("the end of the service", untilAvailable(remote, false));
      await within("the value", untilKnown(remote));
      assert.equal(remote.get("on"), true);
      await bench.serve();
      await within("the next service", untilAvailable(remote, true));
    },
  );

  testWith(
    requires,
    `a call that waits fails soon after its service is lost (${name})`,
    async () => {
      await using broker = await start();
      await using proxy = TcpProxy.to(broker.url);
      await using bench = new LampBench(proxy.url);
      const running = Promise.withResolvers<void>();
      bench.lamp.implement("dim", () => {
        running.resolve();
        return new Promise(() => {});
      });
      await bench.serve();
      await using client = new Client("waiting-client");
      await using remote = new RemoteObject(client, LAMP);
      await client.connect(broker.url);
      await within("the service", untilAvailable(remote, true));
      const called = remote.call("dim", [1]);
      await within("the operation", running.promise);
      proxy.hold();
      await assert.rejects(within("the call", called), {
        name: "ConnectionError",
        reason: "service_lost",
      });
    },
  );
}

const requires = { programs: ["mosquitto"] };

testWith(
  requires,
  "a void call to a service that announces itself waits for its answer",
  async () => {
    await using broker = await Mosquitto.start();
    await using bench = new LampBench(broker.url);
    bench.lamp.implement("toggle", () => new Promise(() => {}));
    await bench.serve();
    const remote = await bench.use({ voidGraceMs: 1 });
    await within("the service", untilAvailable(remote, true));
    const called = remote.call("toggle", [], { timeoutMs: 300 });
    await assert.rejects(called, { name: "TimeoutError" });
  },
);

testWith(
  requires,
  "a void call waits for a silent service once, and never again",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url);
    let requests = 0;
    await endpoint.subscribe("demo/Lamp/rpc/toggle", () => requests++).ready;
    await using bench = new LampBench(broker.url);
    const clock = new FakeClock();
    const remote = await bench.use({ voidGraceMs: 200 }, clock);
    const first = remote.call("toggle", []);
    while (requests === 0 || clock.timerCount < 2) {
      await endpoint.publish("x", "");
    }
    await clock.advance(200);
    await within("the first call", first);
    for (let count = 0; count < 20; count++) {
      await within("a later call", remote.call("toggle", []));
    }
    assert.equal(requests, 21);
  },
);

testWith(
  requires,
  "a call fails though a reader of all topics hides that nobody serves",
  async () => {
    await using broker = await Mosquitto.start();
    await using reader = new MqttJsEndpoint({});
    await reader.connect(broker.url);
    await reader.subscribe("#", () => {}).ready;
    await using bench = new LampBench(broker.url);
    const remote = await bench.use({ unannouncedMs: 50 });
    await assert.rejects(within("the call", remote.call("dim", [1])), {
      name: "ConnectionError",
      reason: "no_service",
    });
  },
);

testWith(
  requires,
  "a call waits for a service that announces nothing, though it is slow",
  async () => {
    await using broker = await Mosquitto.start();
    await using bench = new LampBench(broker.url);
    const { promise, resolve } = Promise.withResolvers<number>();
    bench.lamp.implement("dim", () => promise);
    await bench.serve({ announce: false });
    const remote = await bench.use({ unannouncedMs: 50 });
    const called = remote.call("dim", [1]);
    await new Promise((done) => setTimeout(done, 300));
    resolve(5);
    assert.equal(await within("the call", called), 5);
  },
);

testWith(
  requires,
  "a service that ends answers what comes after with a failure, never with a default",
  async () => {
    await using broker = await Mosquitto.start();
    await using bench = new LampBench(broker.url);
    await bench.serve();
    const remote = await bench.use({ timeoutMs: 2000, unannouncedMs: 100 });
    const calls = Array.from(
      { length: 50 },
      (_, count) =>
        remote.call("dim", [count + 1]).then(
          (value) => value === count + 1,
          (error) => error instanceof Error,
        ),
    );
    await bench[Symbol.asyncDispose]();
    assert.ok((await Promise.all(calls)).every(Boolean));
  },
);

testWith(
  requires,
  "a void call fails after its service has ended, though a reader of all topics hides that nobody serves",
  async () => {
    await using broker = await Mosquitto.start();
    await using reader = new MqttJsEndpoint({});
    await reader.connect(broker.url);
    await reader.subscribe("#", () => {}).ready;
    await using bench = new LampBench(broker.url);
    const service = await bench.serve();
    await service.disconnect();
    const remote = await bench.use({ voidGraceMs: 50 });
    await assert.rejects(within("the call", remote.call("toggle", [])), {
      name: "ConnectionError",
      reason: "service_lost",
    });
  },
);

testWith(
  requires,
  "a void call reaches a service that announces nothing, after one that did has ended",
  async () => {
    await using broker = await Mosquitto.start();
    await using bench = new LampBench(broker.url);
    const service = await bench.serve();
    await service.disconnect();
    await using silent = new MqttJsEndpoint({});
    await silent.connect(broker.url);
    let requests = 0;
    await silent.subscribe("demo/Lamp/rpc/toggle", () => requests++).ready;
    const remote = await bench.use({ voidGraceMs: 50 });
    await within("the ended service", untilAvailable(remote, false));
    await within("the call", remote.call("toggle", []));
    assert.equal(requests, 1);
  },
);

testWith(
  requires,
  "a living service is known, though hundreds that are gone stand on the broker",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url);
    for (let count = 0; count < 300; count++) {
      const topic = `apigear/services/a-${count}/alive`;
      await endpoint.publish(topic, "false", { retain: true });
    }
    await using bench = new LampBench(broker.url);
    await bench.serve();
    const remote = await bench.use();
    await within("the service", untilAvailable(remote, true));
  },
);

async function untilKnown(remote: RemoteObject): Promise<void> {
  if (!remote.isKnown("on")) await remote.onPropertyReceived("on").next();
}
