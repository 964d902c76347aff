import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import { contract } from "../../lib/mqtt/contract.ts";
import { reportText, Ride } from "./ride.ts";

/** Without a pause between commands. */
const quick = {
  incline: { minIntervalMs: 0 },
  brake: { minIntervalMs: 0 },
  fan: { minIntervalMs: 0 },
};

/** Reads the code of an error report, and what of the command it repeats. */
function refusal(text: string): readonly [code: unknown, received: unknown] {
  const { value, error } = JSON.parse(text);
  assert.equal(value, null);
  return [error.code, error.received];
}

/** Every form of a command, what the device is brought to, and the report. */
const FORMS: readonly (readonly [
  topic: "incline" | "resistance" | "fan",
  payload: string,
  applied: number,
  value: string,
])[] = [
  ["incline", '{"ts":1722834170,"incline":-10}', -10, "-10.0"],
  ["incline", "-10", -10, "-10.0"],
  ["incline", '{"value": 5}', 5, "5.0"],
  ["incline", '{"incline": "2.5", "timestamp": 1722834170.6}', 2.5, "2.5"],
  ["resistance", '{"resistance": 24}', 24, "24.0"],
  ["resistance", "24", 24, "24.0"],
  ["resistance", '{"value": 33.3}', 33.3, "33.3"],
  ["fan", '{"level":3}', 60, "60"],
  ["fan", '{"fan":60}', 60, "60"],
  ["fan", '{"power":60}', 60, "60"],
  ["fan", '{"value":60,"unitName":"percentage"}', 60, "60"],
  ["fan", "60", 60, "60"],
];

contract(
  "serveBikeTopics carries out every form of a command, and answers each with one report",
  async (context) => {
    await using ride = await Ride.start(context, {
      bike: { pace: quick },
      idle: { repeatMs: 1e9 },
    });
    const { incline, resistance, fanSpeed: fan } = ride;
    const actuators = { incline, resistance, fan };
    const timeMs = ride.clock.now();
    for (const [topic, payload, applied, value] of FORMS) {
      await ride.send(`${topic}/control`, payload);
      const unit = topic === "incline" ? "degree" : "percentage";
      const text = reportText(value, unit, timeMs);
      assert.equal(await ride.next(`${topic}/report`), text, payload);
      assert.equal(actuators[topic].values.at(-1), applied);
      if (topic === "fan") assert.equal(await ride.next("fan/status"), text);
    }
    const rest = (await ride.rest()).filter(([topic]) =>
      !topic.endsWith("/control")
    );
    assert.deepEqual(rest, []);
  },
);

contract(
  "serveBikeTopics answers what cannot be carried out on /status, with code, message and what was received",
  async (context) => {
    await using ride = await Ride.start(context);
    await ride.send("incline/control", '{"incline": 19.5}');
    assert.deepEqual(await ride.nextJson("incline/status"), {
      value: null,
      error: {
        code: "out_of_range",
        message:
          'Cannot set "inclinePercent" to 19.5: it may go from -10 to 19',
        received: '{"incline": 19.5}',
      },
      unitName: "degree",
      timestamp: ride.clock.now() / 1000,
      metadata: { deviceName: "bike000001" },
    });
    await ride.send("incline/control", '{"incline": 2.3}');
    assert.deepEqual(refusal(await ride.next("incline/status")), [
      "out_of_step",
      '{"incline": 2.3}',
    ]);
    await ride.send("fan/control", "fast");
    assert.deepEqual(refusal(await ride.next("fan/status")), [
      "payload",
      "fast",
    ]);
    assert.deepEqual(ride.incline.values, []);
    assert.deepEqual(ride.fanSpeed.values, []);
  },
);

contract(
  "serveBikeTopics reports why a device failed: its own refusal, no answer, any other error, none there",
  async (context) => {
    await using ride = await Ride.start(context);
    const { clock, incline, fanSpeed, resistance, trainer } = ride;
    incline.refusal = new DeviceError(
      'Cannot set "incline": refused with 0x05',
      "kickr",
      "refused",
      { resultCode: 5 },
    );
    await ride.send("incline/control", "5");
    assert.deepEqual(refusal(await ride.next("incline/status")), [
      "device",
      "5",
    ]);
    resistance.refusal = new TypeError("a mistake of the driver");
    await ride.send("resistance/control", "5");
    const { error } = await ride.nextJson("resistance/status");
    assert.deepEqual(error, {
      code: "failed",
      message: "a mistake of the driver",
      received: "5",
    });
    fanSpeed.isSlow = true;
    await ride.send("fan/control", "5");
    await ride.settle();
    await clock.advance(10_000);
    assert.deepEqual(refusal(await ride.next("fan/status")), ["timeout", "5"]);
    trainer.setConnected(false);
    await ride.rest();
    await ride.send("incline/control", "5");
    await ride.settle();
    await clock.advance(5000);
    assert.deepEqual(refusal(await ride.next("incline/status")), [
      "device",
      "5",
    ]);
    trainer.close();
    await ride.rest();
    await ride.send("incline/control", "5");
    assert.deepEqual(refusal(await ride.next("incline/status")), [
      "unavailable",
      "5",
    ]);
  },
);

contract(
  "serveBikeTopics reports a command for a device that is away once that is back: the newest, others are superseded",
  async (context) => {
    await using ride = await Ride.start(context);
    ride.fan.setConnected(false);
    await ride.rest();
    await ride.send("fan/control", '{"level": 1}');
    await ride.send("fan/control", '{"level": 3}');
    assert.deepEqual(refusal(await ride.next("fan/status")), [
      "superseded",
      '{"level": 1}',
    ]);
    await ride.settle();
    ride.fan.setConnected(true);
    assert.match(await ride.next("fan/report"), /"value": 60,/);
    assert.deepEqual(ride.fanSpeed.values, [60]);
  },
);

contract(
  "serveBikeTopics answers each of several commands at once: the newest is carried out, others are superseded",
  async (context) => {
    await using ride = await Ride.start(context, { idle: { repeatMs: 1e9 } });
    ride.resistance.isSlow = true;
    for (const value of [10, 20, 30, 40]) {
      await ride.send("resistance/control", `${value}`);
    }
    await ride.settle();
    for (const received of ["20", "30"]) {
      assert.deepEqual(refusal(await ride.next("resistance/status")), [
        "superseded",
        received,
      ]);
    }
    ride.resistance.answer();
    await ride.clock.advance(1000);
    ride.resistance.answer();
    assert.match(await ride.next("resistance/report"), /"value": 10\.0/);
    assert.match(await ride.next("resistance/report"), /"value": 40\.0/);
    assert.deepEqual(ride.resistance.values, [10, 40]);
  },
);

contract(
  "serveBikeTopics reports what the device was really set to",
  async (context) => {
    await using ride = await Ride.start(context);
    ride.resistance.applied = 24.2;
    await ride.send("resistance/control", "24.17");
    assert.match(await ride.next("resistance/report"), /"value": 24\.2,/);
  },
);

contract(
  "serveBikeTopics answers a command with a report although another device's word counts",
  async (context) => {
    await using ride = await Ride.start(context);
    const other = ride.bike.source("other fan", { priority: 1 });
    other.report({ fanPercent: 10 });
    await ride.next("fan/report");
    await ride.send("fan/control", "60");
    assert.match(await ride.next("fan/report"), /"value": 60,/);
  },
);

contract(
  "serveBikeTopics does not carry out a retained command, at no connect, and says so",
  async (context) => {
    await using app = await context.connected();
    const topic = "bike/000001/incline/control";
    await app.publish(topic, '{"incline": 5}', { retain: true });
    await using ride = await Ride.start(context);
    await ride.endpoint.close();
    ride.log.readAll();
    await ride.endpoint.connect(context.broker.url, {
      protocolVersion: context.version,
    });
    const { error } = await ride.nextJson("incline/status");
    assert.deepEqual(error, {
      code: "payload",
      message:
        'Cannot use the payload "on bike/000001/incline/control": got a retained message, expected one that is not carried out again on each reconnect',
      received: '{"incline": 5}',
    });
    assert.deepEqual(ride.incline.values, []);
    await ride.send("incline/control", "6");
    await ride.next("incline/report");
    assert.deepEqual(ride.incline.values, [6]);
  },
);

contract(
  "serveBikeTopics takes commands on bare names only where that is asked for",
  async (context) => {
    await using ride = await Ride.start(context);
    await ride.send("resistance", '{"ts":1722834170,"resistance":24}');
    await ride.settle();
    assert.deepEqual(ride.resistance.values, []);
  },
);

contract(
  "serveBikeTopics never carries out a report on a bare name, its own or another program's, and does not answer it",
  async (context) => {
    await using ride = await Ride.start(context, {
      legacyCommands: true,
      bareActuators: true,
    });
    await ride.send("resistance", '{"ts":1722834170,"resistance":24}');
    const text = await ride.next("resistance/report");
    await ride.next("resistance");
    assert.equal(await ride.next("resistance"), text);
    const foreign = '{"value": 50.0, "unitName": "percentage"}';
    await ride.send("resistance", foreign);
    await ride.app.publish("bike/000001/resistance", foreign, { retain: true });
    await ride.settle();
    assert.deepEqual(await ride.rest(), [
      ["resistance", foreign],
      ["resistance", foreign],
    ]);
    assert.deepEqual(ride.resistance.values, [24]);
    await ride.send("fan", "often");
    assert.deepEqual(refusal(await ride.next("fan/status")), [
      "payload",
      "often",
    ]);
  },
);

contract(
  "serveBikeTopics repairs a decimal comma, and moves a value into its limits, only where that is asked for",
  async (context) => {
    await using ride = await Ride.start(context, {
      bike: { pace: quick },
      repairDecimalComma: true,
      controller: { clamp: true },
    });
    await ride.send("incline/control", '{"incline": "2,5"}');
    assert.match(await ride.next("incline/report"), /"value": 2\.5,/);
    await ride.send("incline/control", "19.3");
    assert.match(await ride.next("incline/report"), /"value": 19\.0,/);
    await using strict = await Ride.start({
      ...context,
      create: () => context.create({ clientId: "second bike" }),
    }, { bikeId: "000002" });
    const sent = strict.app.publish("bike/000002/incline/control", "2,5");
    await sent;
    await strict.settle();
    assert.deepEqual(strict.incline.values, []);
  },
);

contract(
  "serveBikeTopics is one controller on the hub, which counts as lost with its connection",
  async (context) => {
    const failSafe = { values: { inclinePercent: 0 } };
    await using ride = await Ride.start(context, {
      bike: { failSafe },
      controllerId: "redback",
    });
    await ride.send("incline/control", "8");
    await ride.next("incline/report");
    assert.equal(ride.bike.holder("incline"), "redback");
    await ride.endpoint.close();
    assert.equal(ride.bike.holder("incline"), undefined);
    await ride.clock.advance(5000);
    assert.deepEqual(ride.incline.values, [8, 0]);
  },
);

contract(
  "serveBikeTopics reports what others set",
  async (context) => {
    await using ride = await Ride.start(context, { bike: { pace: quick } });
    await ride.bike.controller("workout").set("fanPercent", 40);
    assert.match(await ride.next("fan/report"), /"value": 40,/);
    await ride.bike.controller("coach", { priority: 1 }).set("fanPercent", 50);
    await ride.next("fan/report");
    await ride.rest();
    await ride.send("fan/control", "60");
    assert.deepEqual(refusal(await ride.next("fan/status")), ["held", "60"]);
  },
);

contract(
  "serveBikeTopics reports each value that was set, however fast they came",
  async (context) => {
    await using ride = await Ride.start(context, { bike: { pace: quick } });
    const workout = ride.bike.controller("workout");
    for (const value of [10, 20, 30]) {
      await workout.set("resistancePercent", value);
    }
    for (const value of [10, 20, 30]) {
      assert.equal((await ride.nextJson("resistance/report")).value, value);
    }
  },
);

contract(
  "serveBikeTopics answers each of several commands for the value that holds already",
  async (context) => {
    await using ride = await Ride.start(context, {
      bike: { pace: quick },
      idle: { repeatMs: 1e9 },
    });
    const { resistance } = ride;
    resistance.isSlow = true;
    await ride.send("resistance/control", "24");
    await ride.send("resistance/control", "24");
    await ride.settle();
    for (let answer = 0; answer < 2; answer++) {
      resistance.answer();
      assert.match(await ride.next("resistance/report"), /"value": 24\.0/);
    }
    resistance.isSlow = false;
    await ride.send("resistance/control", "24");
    assert.match(await ride.next("resistance/report"), /"value": 24\.0/);
    await ride.rest();
    assert.deepEqual(resistance.values, [24, 24, 24]);
  },
);

contract(
  "serveBikeTopics carries nothing out, and answers nothing, once it has ended",
  async (context) => {
    await using ride = await Ride.start(context);
    await ride.shown[Symbol.asyncDispose]();
    await ride.rest();
    await ride.send("incline/control", "8");
    assert.deepEqual(await ride.rest(), [["incline/control", "8"]]);
    assert.deepEqual(ride.incline.values, []);
  },
);
