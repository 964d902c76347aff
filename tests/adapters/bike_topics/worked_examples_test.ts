/**
 * The worked examples of the predecessor's description, as they show on
 * topics; the bytes that devices see are tested where they are made. Then the
 * faults of the predecessor that showed on topics.
 *
 * @module
 */
import assert from "node:assert/strict";
import { contract } from "../../lib/mqtt/contract.ts";
import { within } from "../../support/within.ts";
import { reportText, Ride } from "./ride.ts";

const v5 = { versions: ["5"] } as const;

/** Row of the table: a command, where it is answered, and with what. */
const COMMANDS: readonly (readonly [
  topic: "incline" | "resistance" | "fan",
  payload: string,
  answer: string,
  value: string,
])[] = [
  ["incline", '{"ts":1722834170,"incline":-10}', "incline/report", "-10.0"],
  ["incline", '{"incline": 2.3}', "incline/status", "null"],
  ["incline", '{"incline": 19.5}', "incline/status", "null"],
  ["incline", "-10", "incline/report", "-10.0"],
  ["incline", '{"value": 5}', "incline/report", "5.0"],
  ["resistance", '{"resistance": 24}', "resistance/report", "24.0"],
  ["resistance", '{"resistance": 100}', "resistance/report", "100.0"],
  ["fan", '{"level":3}', "fan/report", "60"],
  ["fan", '{"fan":60}', "fan/report", "60"],
  ["fan", "60", "fan/report", "60"],
  ["resistance", '{"resistance":100.0}', "resistance/report", "100.0"],
];

for (const [topic, payload, answer, value] of COMMANDS) {
  contract(
    `example: ${topic}/control ${payload} is answered on ${answer} with ${value}`,
    async (context) => {
      await using ride = await Ride.start(context);
      await ride.send(`${topic}/control`, payload);
      const text = await ride.next(answer);
      assert.ok(text.startsWith(`{"value": ${value}, `), text);
      const driven = [ride.incline, ride.resistance, ride.fanSpeed]
        .flatMap(({ values }) => values);
      assert.deepEqual(driven, value === "null" ? [] : [Number(value)]);
    },
    v5,
  );
}

contract("example: the fan says that it stands at 50", async (context) => {
  await using ride = await Ride.start(context);
  ride.fan.report({ fanPercent: 50 });
  const text = reportText("50", "percentage", ride.clock.now());
  assert.equal(await ride.next("fan/report"), text);
}, v5);

contract("example: speed, cadence and power of one record", async (context) => {
  await using ride = await Ride.start(context);
  ride.trainer.report({
    speedMetersPerSecond: 32.74 / 3.6,
    cadenceRpm: 80,
    powerWatts: 300,
  });
  assert.match(await ride.next("speed/report"), /^{"value": 9\.0944/);
  assert.match(await ride.next("cadence/report"), /^{"value": 80\.0, /);
  assert.match(await ride.next("power/report"), /^{"value": 300, /);
}, v5);

contract("example: heart rate 72 with skin contact", async (context) => {
  await using ride = await Ride.start(context);
  ride.bike.source("tickr").report({
    heartRate: { rateBpm: 72, rrIntervalsMs: [], contact: true },
  });
  assert.equal(
    await ride.next("heartrate"),
    reportText("72", "BPM", ride.clock.now(), ', "contact": true'),
  );
}, v5);

contract(
  "example: the left button is pressed and released",
  async (context) => {
    await using ride = await Ride.start(context, { turnTopics: true });
    const buttons = ride.bike.source("handlebar");
    for (const [isPressed, text] of [[true, "LEFT"], [false, "LOW"]] as const) {
      buttons.reportButton("LEFT", isPressed);
      assert.equal(await ride.log.next("Turn/Left"), text);
      const { button, state } = await ride.nextJson("button/report");
      assert.deepEqual([button, state], ["LEFT", isPressed ? 1 : 0]);
    }
  },
  v5,
);

contract("example: a gas line without CO2, and oxygen 512", async (context) => {
  await using ride = await Ride.start(context);
  const board = ride.bike.source("arduino");
  board.reportSensor({
    sensor: "gas",
    fields: { O2: 210000, CO2: null, Inflow: 18000, Outflow: 0 },
  });
  board.reportSensor({ sensor: "oxygen", value: 10.24, unitName: "%" });
  assert.deepEqual(await ride.nextJson("gas/report"), {
    ts: ride.clock.now() / 1000,
    O2: 210000,
    CO2: null,
    Inflow: 18000,
    Outflow: 0,
  });
  assert.equal((await ride.nextJson("oxygen/report")).value, 10.24);
}, v5);

contract("example: the broker is restarted during a ride", async (context) => {
  await using ride = await Ride.start(context);
  const { app, endpoint } = ride;
  const back = [app, endpoint].map((one) => one.onConnected.next());
  await context.broker.restart();
  await within("both connections", Promise.all(back));
  await ride.settle();
  const reader = await context.connected();
  const { promise, resolve } = Promise.withResolvers<string>();
  reader.subscribe("bike/000001/status", ({ payload }) => {
    resolve(new TextDecoder().decode(payload));
  });
  assert.match(await within("the status", promise), /"state": "online"/);
  await ride.send("fan/control", "60");
  assert.match(await ride.next("fan/report"), /"value": 60,/);
}, v5);

contract("example: the fan is power-cycled", async (context) => {
  await using ride = await Ride.start(context);
  const { carryOut } = ride.fanSpeed;
  ride.fan.actuator("fanPercent", carryOut, { isRestored: true });
  await ride.send("fan/control", "60");
  await ride.next("fan/report");
  ride.fan.setConnected(false);
  const device = "devices/headwind/status";
  assert.equal((await ride.nextJson(device)).state, "offline");
  await ride.rest();
  ride.fan.setConnected(true);
  assert.equal((await ride.nextJson(device)).state, "online");
  await ride.clock.advance(250);
  assert.match(await ride.next("fan/report"), /"value": 60,/);
  assert.deepEqual(ride.fanSpeed.values, [60, 60]);
}, v5);

contract("fault 1: the cadence is not five times too low", async (context) => {
  await using ride = await Ride.start(context);
  ride.trainer.report({ cadenceRpm: 80.5 });
  assert.match(
    await ride.next("cadence"),
    /^{"value": 80\.5, "unitName": "RPM"/,
  );
}, v5);

contract("fault 3: a negative power stays negative", async (context) => {
  await using ride = await Ride.start(context);
  ride.trainer.report({ powerWatts: -10 });
  assert.match(await ride.next("power"), /^{"value": -10, /);
}, v5);

contract(
  "fault 4: the speed comes to zero while the cranks stand still already",
  async (context) => {
    await using ride = await Ride.start(context);
    const { trainer } = ride;
    trainer.report({
      speedMetersPerSecond: 9,
      cadenceRpm: 80,
      powerWatts: 200,
    });
    await ride.rest();
    trainer.report({ speedMetersPerSecond: 8, cadenceRpm: 0, powerWatts: 0 });
    const values = async () =>
      (await ride.rest()).map(([topic, text]) =>
        `${topic} ${JSON.parse(text).value}`
      ).filter((line) => !line.includes("/"));
    assert.deepEqual(await values(), ["speed 8", "cadence 0", "power 0"]);
    for (let second = 0; second < 12; second++) {
      trainer.report({ speedMetersPerSecond: 8, cadenceRpm: 0, powerWatts: 0 });
      await ride.clock.advance(1000);
      await ride.settle();
    }
    await ride.rest();
    trainer.report({ speedMetersPerSecond: 0, cadenceRpm: 0, powerWatts: 0 });
    assert.deepEqual(await values(), ["speed 0"]);
  },
  v5,
);

contract(
  "fault 5: zeros between other values do not make a value idle",
  async (context) => {
    await using ride = await Ride.start(context);
    for (let round = 0; round < 15; round++) {
      for (const powerWatts of [0, 150]) {
        ride.trainer.report({ powerWatts });
        await ride.next("power");
      }
    }
    ride.trainer.report({ powerWatts: 0 });
    await ride.next("power");
    await ride.clock.advance(1000);
    assert.match(await ride.next("power"), /^{"value": 0, /);
  },
  v5,
);

contract(
  "fault 9: no report without a value, and each with the value of its own command",
  async (context) => {
    const pace = { brake: { minIntervalMs: 0 } };
    await using ride = await Ride.start(context, { bike: { pace } });
    ride.resistance.isSlow = true;
    await ride.send("resistance/control", "10");
    await ride.send("resistance/control", "20");
    await ride.settle();
    assert.deepEqual(
      (await ride.rest()).map(([topic]) => topic),
      ["resistance/control", "resistance/control"],
    );
    for (const value of [10, 20]) {
      ride.resistance.answer();
      assert.equal((await ride.nextJson("resistance/report")).value, value);
    }
  },
  v5,
);

contract(
  "fault 13: a bad payload is answered, and the next command is carried out",
  async (context) => {
    await using ride = await Ride.start(context);
    const bad = ["fast", '{"tilt": 5}', "2,5", "[5]", "null", "true", "{"];
    for (const payload of bad) {
      await ride.send("incline/control", payload);
      const { error } = await ride.nextJson("incline/status");
      assert.ok(typeof error === "object" && error !== null);
      assert.ok("received" in error);
      assert.equal(error.received, payload);
    }
    await ride.send("incline/control", "2.5");
    assert.match(await ride.next("incline/report"), /^{"value": 2\.5, /);
  },
  v5,
);

contract(
  "fault 29: programs of every spelling are served, and no sentence stands on a data topic",
  async (context) => {
    await using ride = await Ride.start(context, {
      bareActuators: true,
      legacyCommands: true,
    });
    await ride.send("incline", '{"ts":1722834170,"incline":5}');
    await ride.send("resistance", "24");
    await ride.send("fan", '{"ts":1722834170,"fan":60}');
    await ride.settle();
    await ride.send("fan/control", "no number");
    ride.trainer.report({ speedMetersPerSecond: 9 });
    const published = (await ride.rest()).filter(([, text]) =>
      text.includes("unitName")
    );
    const values = published.map(([topic, text]) =>
      [topic, JSON.parse(text).value] as const
    );
    assert.deepEqual(values.toSorted(([a], [b]) => a < b ? -1 : 1), [
      ["fan", 60],
      ["fan/report", 60],
      ["fan/status", 60],
      ["fan/status", null],
      ["incline", 5],
      ["incline/report", 5],
      ["resistance", 24],
      ["resistance/report", 24],
      ["speed", 9],
      ["speed/report", 9],
    ]);
  },
  v5,
);
