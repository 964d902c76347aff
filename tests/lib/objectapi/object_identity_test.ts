import assert from "node:assert/strict";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { discover } from "#lib/objectapi/mod.ts";
import { BROKERS } from "../../support/brokers.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";
import { LampBench, untilAvailable } from "./lamp.ts";

for (const { name, requires, start } of BROKERS) {
  testWith(
    requires,
    `two objects of one interface on one broker stay apart (${name})`,
    async () => {
      await using broker = await start();
      await using first = new LampBench(broker.url);
      await using second = new LampBench(broker.url);
      await first.serve({ object: "bike/000001", serviceId: "one" });
      await second.serve({ object: "bike/000002", serviceId: "two" });
      const remote = await first.use({ object: "bike/000002" });
      const others = await first.use({ object: "bike/000001" });
      await within("the services", untilAvailable(remote, true));
      assert.equal(await remote.call("dim", [7]), 7);
      assert.deepEqual([first.dimmed, second.dimmed], [[], [7]]);
      second.lamp.set("on", true);
      await remote.onPropertyChanged("on").next();
      assert.equal(others.get("on"), false);
      await using endpoint = new MqttJsEndpoint({});
      await endpoint.connect(broker.url);
      const found = await discover(endpoint);
      assert.deepEqual(found.map(({ interfaces }) => interfaces), [
        ["bike/000001/demo.Lamp"],
        ["bike/000002/demo.Lamp"],
      ]);
    },
  );
}

Deno.test("an object whose identity cannot stand in front of a topic is refused", async () => {
  await using bench = new LampBench("mqtt://127.0.0.1:1");
  for (const object of ["", "/", "a//b", "#", "a/+", "a b", "x".repeat(300)]) {
    await assert.rejects(bench.serve({ object }), RangeError);
  }
});
