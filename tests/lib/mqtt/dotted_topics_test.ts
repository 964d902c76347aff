import assert from "node:assert/strict";
import { restoreDots } from "#lib/mqtt/dotted_topics.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeBroker } from "../../support/fake_broker.ts";
import { Inbox } from "../../support/inbox.ts";
import { publishPacket, welcome } from "../../support/scripted_answers.ts";
import { within } from "../../support/within.ts";
import { QUICK } from "./contract.ts";

for (
  const [filter, delivered, published] of [
    ["io.world/a", "io/world/a", "io.world/a"],
    ["io.world/a.b/c", "io/world/a/b/c", "io.world/a.b/c"],
    ["io.world/+/c", "io/world/b/c", "io.world/b/c"],
    ["+/a.b", "x/a/b", "x/a.b"],
    ["io.world/#", "io/world/a/b", "io.world/a/b"],
    ["io.world/#", "io/world", "io.world"],
    ["io.world/a", "io/world/b", undefined],
    ["io.world/a", "io/world", undefined],
    ["io.world/a", "io/world/a/b", undefined],
    ["io.world/+", "io/world", undefined],
    ["+/a.b", "a/b", undefined],
  ] as const
) {
  Deno.test(`restoreDots of ${delivered} for filter ${filter} is ${published}`, () => {
    assert.equal(restoreDots(filter, delivered), published);
  });
}

Deno.test("MqttJsEndpoint leaves a topic with slashes alone where a filter matches it as it is", async () => {
  await using broker = FakeBroker.start((packet) => welcome(packet));
  await using endpoint = new MqttJsEndpoint(QUICK);
  const [dotted, all] = [new Inbox(), new Inbox()];
  await endpoint.connect(broker.url, { protocolVersion: "3.1.1" });
  await endpoint.subscribe("io.world/a", dotted.handler).ready;
  await endpoint.subscribe("#", all.handler).ready;
  await broker.send(publishPacket("io/world/a", "1", false));
  await within("the message", all.received(1));
  assert.deepEqual(dotted.messages, []);
});
