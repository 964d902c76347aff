import assert from "node:assert/strict";
import { EventHook } from "#lib/base/event_hook.ts";
import { openEventStream } from "#lib/dashboard/event_stream.ts";
import { Fleet } from "#lib/dashboard/fleet.ts";
import { bikeWire } from "#adapters/bike_panel/wire.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

Deno.test("a stream that nobody reads stops at its bound and then goes on with the newest state", async () => {
  const clock = new FakeClock();
  await using endpoint = new MqttJsEndpoint();
  using fleet = new Fleet({ endpoint, wire: bikeWire, clock });
  let state = 0;
  const end = new AbortController();
  const body = openEventStream({
    fleet,
    encoder: {
      bike: () => `{"state":${state},"pad":"${"x".repeat(10_000)}"}`,
      status: "{}",
    },
    bikeId: "000001",
    afterSecond: 0,
    signal: end.signal,
    clock,
  });
  assert.ok(fleet.onChanged instanceof EventHook);
  for (state = 1; state <= 100; state++) {
    fleet.onChanged.fire("000001");
    await clock.advance(250);
  }
  state = 100;
  const reader = body.getReader();
  let text = "";
  while (!text.includes('"state":100')) {
    const { value } = await reader.read();
    text += new TextDecoder().decode(value);
  }
  assert.ok(text.length < 100_000, `${text.length} characters`);
  await reader.cancel();
});
