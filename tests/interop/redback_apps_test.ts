import assert from "node:assert/strict";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import type { DecimalStyle } from "#adapters/bike_topics/report.ts";
import { Bike } from "#lib/bike/bike.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { BROKERS } from "../support/brokers.ts";
import { Program, script, testWithPaho } from "./program.ts";

/** What each app reads of a ride; where it throws, the name of the error. */
const READ: Readonly<Record<DecimalStyle, readonly string[]>> = {
  auto: [
    "speed mobile 6 game 6",
    "cadence mobile 80 game 80",
    "power game 300",
    "heartrate mobile TypeError game 72",
    "incline/report mobile 5",
    "resistance/report mobile 24",
    "speed mobile 0 game 0",
    "cadence mobile 0 game 0",
    "power game 0",
    "heartrate mobile TypeError game 0",
  ],
  always: [
    "speed mobile 6 game 6",
    "cadence mobile 80 game 80",
    "power game 300",
    "heartrate mobile 72 game 72",
    "incline/report mobile 5",
    "resistance/report mobile 24",
    "speed mobile 0 game 0",
    "cadence mobile 0 game 0",
    "power game 0",
    "heartrate mobile 0 game 0",
  ],
};

for (const kind of BROKERS) {
  for (const decimal of ["auto", "always"] as const) {
    testWithPaho(
      `the mobile app and the VR game read a ride, and its end, with decimal points ${decimal} [${kind.name}]`,
      async (python) => {
        await using broker = await kind.start();
        await using endpoint = new MqttJsEndpoint();
        const clock = new FakeClock();
        using bike = new Bike({ clock });
        const options = { bikeId: "000001", decimal, clock };
        await using shown = serveBikeTopics(bike, endpoint, options);
        await endpoint.connect(broker.url);
        await shown.ready;
        const { port } = new URL(broker.url);
        await using apps = Program.start(python, [
          script("redback_apps.py"),
          port,
        ]);
        assert.equal(await apps.line(), "ready");
        const trainer = bike.source("kickr");
        trainer.report({
          speedMetersPerSecond: 6,
          cadenceRpm: 80,
          powerWatts: 300,
          heartRate: { rateBpm: 72, rrIntervalsMs: [800], contact: true },
          inclinePercent: 5,
          resistancePercent: 24,
        });
        const lines: string[] = [];
        const read = async (count: number) => {
          for (let line = 0; line < count; line++) {
            const { topic, mobile, game } = JSON.parse(await apps.line() ?? "");
            const parts = [
              topic,
              ...(mobile === undefined ? [] : ["mobile", mobile]),
              ...(game === undefined ? [] : ["game", game]),
            ];
            lines.push(parts.join(" "));
          }
        };
        await read(6);
        trainer.setConnected(false);
        await read(4);
        await endpoint.publish("bike/000001/test", "");
        assert.deepEqual(await apps.lines(), []);
        assert.deepEqual(lines.toSorted(), READ[decimal].toSorted());
      },
    );
  }
}
