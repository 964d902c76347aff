import assert from "node:assert/strict";
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import type { MqttMessage } from "#lib/mqtt/endpoint.ts";
import { servedCall } from "#lib/objectapi/served_call.ts";
import { Inbox } from "../../support/inbox.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { LampBench } from "./lamp.ts";

const requires = { programs: ["mosquitto"] };

/** The system's clock, some time before or after. */
function shifted(byMs: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + byMs };
}

testWith(
  requires,
  "a request says when its caller gives up, and expires at the broker then",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url);
    const inbox = new Inbox();
    await endpoint.subscribe("demo/Lamp/rpc/dim", inbox.handler).ready;
    await using bench = new LampBench(broker.url);
    const remote = await bench.use();
    const before = Date.now();
    const called = remote.call("dim", [1], { timeoutMs: 5000 });
    called.catch(() => {});
    const [request] = await inbox.received(1);
    const { messageExpirySeconds, userProperties } = request?.properties ?? {};
    assert.equal(messageExpirySeconds, 5);
    const deadlineMs = Number(userProperties?.["apigear-deadline"]);
    assert.ok(deadlineMs >= before + 5000 && deadlineMs <= Date.now() + 5000);
  },
);

for (const version of ["5", "3.1.1"] as const) {
  testWith(
    requires,
    `a call whose deadline is over does not run, and its caller learns so (form of MQTT ${version})`,
    async () => {
      await using broker = await Mosquitto.start();
      await using bench = new LampBench(broker.url);
      await bench.serve();
      await using endpoint = new MqttJsEndpoint({});
      await endpoint.connect(broker.url);
      const inbox = new Inbox();
      const rpc = version === "5" ? "rpc" : "rpc/v3";
      const responseTopic = `demo/Lamp/${rpc}/dim/late/result`;
      await endpoint.subscribe(responseTopic, inbox.handler).ready;
      const deadlineMs = Date.now() - 1;
      const correlation = "0123456789abcdef";
      if (version === "5") {
        await endpoint.publish("demo/Lamp/rpc/dim", "[7]", {
          properties: {
            responseTopic,
            correlationData: new TextEncoder().encode(correlation),
            userProperties: { "apigear-deadline": `${deadlineMs}` },
          },
        });
      } else {
        const request = {
          correlationData: correlation,
          responseTopic,
          deadlineMs,
          arguments: [7],
        };
        await endpoint.publish("demo/Lamp/rpc/v3/dim", JSON.stringify(request));
      }
      const [reply] = await inbox.received(1);
      assert.equal(codeOf(reply), "deadline");
      assert.deepEqual(bench.dimmed, []);
    },
  );
}

for (const byMs of [-3_600_000, 3_600_000]) {
  testWith(
    requires,
    `a call runs once though the clocks of caller and service differ by ${byMs} ms`,
    async () => {
      await using broker = await Mosquitto.start();
      await using bench = new LampBench(broker.url);
      await bench.serve({ clock: shifted(byMs) });
      const remote = await bench.use();
      assert.equal(await remote.call("dim", [7], { timeoutMs: 5000 }), 7);
      assert.equal(await remote.call("dim", [8], { timeoutMs: 5000 }), 8);
      assert.deepEqual(bench.dimmed, [7, 8]);
    },
  );
}

testWith(
  requires,
  "an implementation can ask when its caller gives up",
  async () => {
    await using broker = await Mosquitto.start();
    await using bench = new LampBench(broker.url);
    const seen: (number | undefined)[] = [];
    bench.lamp.implement("dim", (percent) => {
      seen.push(servedCall()?.deadlineMs);
      return percent;
    });
    await bench.serve();
    const remote = await bench.use();
    const before = Date.now();
    await remote.call("dim", [7], { timeoutMs: 5000 });
    const [deadlineMs = 0] = seen;
    assert.ok(deadlineMs >= before + 5000 && deadlineMs <= Date.now() + 5000);
    assert.equal(servedCall(), undefined);
  },
);

function codeOf(message: MqttMessage | undefined): unknown {
  const { payload, properties } = message ?? {};
  const code = properties?.userProperties?.["apigear-error-code"];
  if (code !== undefined) return code;
  return JSON.parse(new TextDecoder().decode(payload)).error?.code;
}
