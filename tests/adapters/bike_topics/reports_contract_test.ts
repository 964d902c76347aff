import assert from "node:assert/strict";
import type { BikeReport } from "#lib/bike/values.ts";
import { contract } from "../../lib/mqtt/contract.ts";
import { reportText, Ride } from "./ride.ts";

/** What a device reports, and what is then reported on which topics. */
const REPORTS: readonly {
  readonly report: BikeReport;
  readonly topics: readonly string[];
  readonly value: string;
  readonly unit: string;
}[] = [
  {
    report: { speedMetersPerSecond: 9.094444444444445 },
    topics: ["speed/report", "speed"],
    value: "9.094444444444445",
    unit: "m/s",
  },
  {
    report: { cadenceRpm: 80 },
    topics: ["cadence/report", "cadence"],
    value: "80.0",
    unit: "RPM",
  },
  {
    report: { powerWatts: 300 },
    topics: ["power/report", "power"],
    value: "300",
    unit: "W",
  },
  {
    report: { heartRate: { rateBpm: 72, rrIntervalsMs: [] } },
    topics: ["heartrate/report", "heartrate"],
    value: "72",
    unit: "BPM",
  },
  {
    report: { inclinePercent: -10 },
    topics: ["incline/report"],
    value: "-10.0",
    unit: "degree",
  },
  {
    report: { resistancePercent: 24 },
    topics: ["resistance/report"],
    value: "24.0",
    unit: "percentage",
  },
  {
    report: { fanPercent: 50 },
    topics: ["fan/report", "fan/status"],
    value: "50",
    unit: "percentage",
  },
];

contract(
  "serveBikeTopics reports each value on its topic and its alias, byte for byte",
  async (context) => {
    await using ride = await Ride.start(context);
    const timeMs = ride.clock.now();
    for (const { report, topics, value, unit } of REPORTS) {
      ride.trainer.report(report);
      const text = reportText(value, unit, timeMs);
      assert.deepEqual(await ride.rest(), topics.map((name) => [name, text]));
    }
  },
);

contract(
  "serveBikeTopics writes every number with a decimal point, and no alias, where it is asked to",
  async (context) => {
    await using ride = await Ride.start(context, {
      decimal: "always",
      aliases: false,
      deviceName: "pi",
    });
    ride.trainer.report({ powerWatts: 300, speedMetersPerSecond: 6 });
    const seen = (await ride.rest()).map(([topic, text]) => [
      topic,
      text.slice(0, text.indexOf(",")),
      JSON.parse(text).metadata,
    ]);
    assert.deepEqual(seen, [
      ["speed/report", '{"value": 6.0', { deviceName: "pi" }],
      ["power/report", '{"value": 300.0', { deviceName: "pi" }],
    ]);
  },
);

contract(
  "serveBikeTopics reports beats and skin contact of a heart rate, and marks one without contact",
  async (context) => {
    await using ride = await Ride.start(context);
    const timeMs = ride.clock.now();
    const rate = { rateBpm: 72, rrIntervalsMs: [812, 804.5], contact: true };
    ride.trainer.report({ heartRate: rate });
    const beats = ', "rrIntervalsMs": [812, 804.5]';
    assert.equal(
      await ride.next("heartrate/report"),
      reportText("72", "BPM", timeMs, `, "contact": true${beats}`),
    );
    ride.trainer.report({
      heartRate: { rateBpm: 60, rrIntervalsMs: [], contact: false },
    });
    assert.equal(
      await ride.next("heartrate/report"),
      reportText("60", "BPM", timeMs, ', "contact": false'),
    );
  },
);

contract(
  "serveBikeTopics reports each heart rate, and does not report its beats again when it repeats one",
  async (context) => {
    await using ride = await Ride.start(context);
    const heartRate = { rateBpm: 75, rrIntervalsMs: [800] };
    const beats = async () => {
      const { metadata } = await ride.nextJson("heartrate/report");
      return metadata;
    };
    for (let beat = 0; beat < 2; beat++) {
      ride.trainer.report({ heartRate });
      assert.deepEqual(await beats(), {
        deviceName: "bike000001",
        rrIntervalsMs: [800],
      });
    }
    await ride.clock.advance(1000);
    assert.deepEqual(await beats(), { deviceName: "bike000001" });
  },
);

contract(
  "serveBikeTopics repeats a value that does not change each second, and reports a change at once",
  async (context) => {
    await using ride = await Ride.start(context);
    const { clock, trainer } = ride;
    const timeMs = clock.now();
    const speed = (value: string) => reportText(value, "m/s", timeMs);
    trainer.report({ speedMetersPerSecond: 6 });
    assert.equal(await ride.next("speed"), speed("6.0"));
    trainer.report({ speedMetersPerSecond: 6 });
    await ride.rest();
    await clock.advance(999);
    assert.deepEqual(await ride.rest(), []);
    await clock.advance(1);
    assert.equal(await ride.next("speed"), speed("6.0"));
    trainer.report({ speedMetersPerSecond: 7 });
    assert.match(await ride.next("speed"), /"value": 7\.0/);
  },
);

contract(
  "serveBikeTopics repeats what an actuator was set to with the time at which it does",
  async (context) => {
    await using ride = await Ride.start(context);
    const { clock, trainer } = ride;
    const incline = () => reportText("6.0", "degree", clock.now());
    trainer.report({ inclinePercent: 6 });
    assert.equal(await ride.next("incline/report"), incline());
    await clock.advance(1000);
    assert.equal(await ride.next("incline/report"), incline());
  },
);

contract(
  "serveBikeTopics reports the first zero, goes quiet after ten in a row, and resumes at once",
  async (context) => {
    await using ride = await Ride.start(context);
    const { clock, trainer } = ride;
    const report = (powerWatts: number) => trainer.report({ powerWatts });
    const value = async () => (await ride.nextJson("power")).value;
    /** Goes on in time while the trainer says the same twice a second. */
    const coast = async (ms: number) => {
      for (let at = 0; at < ms; at += 500) {
        await clock.advance(500);
        report(0);
      }
    };
    report(220);
    assert.equal(await value(), 220);
    report(0);
    assert.equal(await value(), 0);
    for (let zero = 2; zero <= 10; zero++) {
      await coast(1000);
      assert.equal(await value(), 0);
    }
    await ride.rest();
    await coast(29_500);
    assert.deepEqual(await ride.rest(), []);
    await coast(500);
    assert.equal(await value(), 0);
    report(150);
    assert.equal(await value(), 150);
    await ride.rest();
    await clock.advance(1000);
    assert.equal(await value(), 150);
  },
);

contract(
  "serveBikeTopics counts zeros in a row, and each value for itself",
  async (context) => {
    const idle = { maxZeros: 2, idleRepeatMs: 5000 };
    await using ride = await Ride.start(context, { idle });
    const { clock, trainer } = ride;
    trainer.report({ cadenceRpm: 80 });
    for (let round = 0; round < 3; round++) {
      trainer.report({ powerWatts: 0 });
      await ride.next("power");
      trainer.report({ powerWatts: 200 });
      await ride.next("power");
    }
    trainer.report({ powerWatts: 0 });
    await ride.next("power");
    await clock.advance(1000);
    await ride.next("power");
    await ride.rest();
    trainer.report({ powerWatts: 0, cadenceRpm: 80 });
    await clock.advance(1000);
    const topics = (await ride.rest()).map(([topic]) => topic);
    assert.deepEqual(topics, ["cadence/report", "cadence"]);
  },
);

contract(
  "serveBikeTopics goes quiet about a fan that says each second that it stands still",
  async (context) => {
    const idle = { maxZeros: 2, idleRepeatMs: 30_000 };
    await using ride = await Ride.start(context, { idle });
    for (let second = 0; second < 3; second++) {
      ride.fan.report({ fanPercent: 0 });
      await ride.clock.advance(1000);
      await ride.settle();
    }
    const values = (await ride.rest()).map(([topic]) => topic);
    const both = ["fan/report", "fan/status"];
    assert.deepEqual(values, [...both, ...both]);
    for (let second = 0; second < 20; second++) {
      ride.fan.report({ fanPercent: 0 });
      await ride.clock.advance(1000);
    }
    assert.deepEqual(await ride.rest(), []);
  },
);

contract(
  "serveBikeTopics reports on /status that a value got stale, or its device went, and reports it no more",
  async (context) => {
    await using ride = await Ride.start(context);
    const { clock, trainer } = ride;
    const loss = (state: string) =>
      `{"value": null, "state": "${state}", "unitName": "RPM", "timestamp": ${
        clock.now() / 1000
      }.0, "metadata": {"deviceName": "bike000001"}}`;
    trainer.report({ cadenceRpm: 80 });
    await ride.next("cadence/report");
    await clock.advance(3000);
    assert.equal(await ride.next("cadence/status"), loss("stale"));
    await ride.rest();
    await clock.advance(60_000);
    assert.deepEqual(await ride.rest(), []);
    trainer.setConnected(false);
    assert.equal(await ride.next("cadence/status"), loss("disconnected"));
    const rest = (await ride.rest()).map(([topic]) => topic);
    assert.ok(!rest.includes("cadence/report"));
    trainer.report({ cadenceRpm: 81 });
    assert.match(await ride.next("cadence/report"), /"value": 81\.0/);
  },
);

contract(
  "serveBikeTopics does not report a value that was lost while it waited for its turn",
  async (context) => {
    await using ride = await Ride.start(context, { aliases: false });
    for (const powerWatts of [100, 101]) ride.trainer.report({ powerWatts });
    ride.trainer.setConnected(false);
    const values = (await ride.rest())
      .filter(([topic]) => topic.startsWith("power/"))
      .map(([topic, text]) => `${topic} ${JSON.parse(text).value}`);
    assert.deepEqual(values, ["power/report 100", "power/status null"]);
  },
);

contract(
  "serveBikeTopics brings bare names to zero when a value is lost, as their readers know numbers only",
  async (context) => {
    await using ride = await Ride.start(context);
    ride.trainer.report({
      speedMetersPerSecond: 9,
      heartRate: { rateBpm: 150, rrIntervalsMs: [] },
      inclinePercent: 5,
    });
    ride.fan.report({ fanPercent: 60 });
    await ride.rest();
    ride.trainer.setConnected(false);
    ride.fan.setConnected(false);
    const state = ', "state": "disconnected"';
    const timeMs = ride.clock.now();
    const rest = await ride.rest();
    const numbers = rest.filter(([topic, text]) =>
      !topic.startsWith("devices/") && JSON.parse(text).value !== null
    );
    assert.deepEqual(numbers, [
      ["speed", reportText("0.0", "m/s", timeMs, state)],
      ["heartrate", reportText("0", "BPM", timeMs, state)],
    ]);
    const losses = rest.filter(([, text]) => JSON.parse(text).value === null);
    assert.deepEqual(losses.map(([topic]) => topic), [
      "speed/status",
      "heartrate/status",
      "incline/status",
      "fan/status",
    ]);
    ride.trainer.close();
    const after = (await ride.rest()).filter(([, text]) => text !== "")
      .map(([topic, text]) => `${topic} ${JSON.parse(text).state}`);
    assert.deepEqual(after, [
      "speed/status unknown",
      "heartrate/status unknown",
      "incline/status unknown",
    ]);
  },
);

contract(
  "serveBikeTopics says that the resistance is unknown while the brake imitates a road",
  async (context) => {
    await using ride = await Ride.start(context);
    ride.trainer.actuator("simulation", () => Promise.resolve());
    ride.trainer.report({ resistancePercent: 24 });
    await ride.next("resistance/report");
    await ride.bike.controller("game").set("simulation", {
      gradePercent: 3,
      windSpeedMetersPerSecond: 0,
      rollingResistanceCoefficient: 0.004,
      windResistanceKgPerMeter: 0.51,
    });
    const { value, state } = await ride.nextJson("resistance/status");
    assert.deepEqual([value, state], [null, "unknown"]);
    await ride.clock.advance(5000);
    assert.deepEqual(await ride.rest(), []);
  },
);

for (const qos of [0, 1, 2] as const) {
  contract(
    `serveBikeTopics reports with QoS ${qos} where that is asked for, and retains no report`,
    async (context) => {
      await using ride = await Ride.start(context, { qos });
      const { promise, resolve } = Promise.withResolvers<
        readonly [number, boolean]
      >();
      const reader = await context.connected();
      await reader.subscribe(
        "bike/000001/speed",
        ({ qos, retain }) => resolve([qos, retain]),
        { qos: 2 },
      ).ready;
      ride.trainer.report({ speedMetersPerSecond: 6 });
      assert.deepEqual(await promise, [qos, false]);
      const late = await context.connected();
      const seen: string[] = [];
      await late.subscribe("bike/000001/+", ({ topic }) => {
        seen.push(topic);
      }).ready;
      await ride.settle();
      assert.ok(!seen.includes("bike/000001/speed"));
    },
    { versions: ["5"] },
  );
}
