import assert from "node:assert/strict";
import { BikeTopics } from "#adapters/bike_topics/topics.ts";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { systemClock } from "#lib/base/clock.ts";
import { Bike } from "#lib/bike/bike.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { ReportBacklog } from "#lib/ride/report_backlog.ts";
import { StoreAndForward } from "#lib/ride/store_and_forward.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";

testWith(
  { programs: ["mosquitto"] },
  "what is measured while the broker is away comes as history, in its order and with its own times, and the newest as a report",
  async () => {
    await using broker = await Mosquitto.start();
    // No two reports at one time.
    let timeMs = Date.now();
    const clock = { ...systemClock, now: () => timeMs++ };
    using bike = new Bike({ clock });
    await using endpoint = new MqttJsEndpoint({ backoff: { firstMs: 50 } });
    await using history = new StoreAndForward(
      new ReportBacklog({ path: ":memory:", maxBytes: 1e6 }),
      endpoint,
    );
    const topics = new BikeTopics("000001");
    await using shown = serveBikeTopics(bike, endpoint, {
      bikeId: "000001",
      history,
      clock,
    });
    const seen: { value: number; timestamp: number }[] = [];
    const all = Promise.withResolvers<void>();
    // A connection's own subscriptions stand before anything is published on it.
    endpoint.subscribe(topics.history("power"), ({ payload }) => {
      seen.push(JSON.parse(new TextDecoder().decode(payload)));
      if (seen.length === 20) all.resolve();
    });
    await endpoint.connect(broker.url);
    await shown.ready;
    const trainer = bike.source("kickr");
    trainer.report({ powerWatts: 100 });
    const lost = endpoint.onDisconnected.next();
    await broker.stop();
    await within("the loss", lost);
    const startMs = timeMs;
    for (let watts = 101; watts <= 120; watts++) {
      trainer.report({ powerWatts: watts });
    }
    await broker.restart();
    await within("the history", all.promise);
    assert.deepEqual(
      seen.map(({ value }) => value),
      Array.from({ length: 20 }, (_, i) => 101 + i),
    );
    const times = seen.map(({ timestamp }) => Math.round(timestamp * 1000));
    assert.ok((times[0] ?? 0) >= startMs);
    assert.deepEqual(times, [...new Set(times)].toSorted((a, b) => a - b));
  },
);
