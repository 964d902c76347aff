import assert from "node:assert/strict";
import { contract } from "../../lib/mqtt/contract.ts";
import { within } from "../../support/within.ts";
import { Ride } from "./ride.ts";

contract(
  "serveBikeTopics reports each press and each release of a button",
  async (context) => {
    await using ride = await Ride.start(context);
    const { trainer } = ride;
    for (let press = 0; press < 20; press++) {
      trainer.reportButton("LEFT", true);
      trainer.reportButton("LEFT", false);
    }
    const timestamp = `${ride.clock.now() / 1000}.0`;
    for (let press = 0; press < 20; press++) {
      for (const state of [1, 0]) {
        assert.equal(
          await ride.next("button/report"),
          `{"button": "LEFT", "state": ${state}, "timestamp": ${timestamp}}`,
        );
      }
    }
    assert.deepEqual(await ride.rest(), []);
  },
);

contract(
  "serveBikeTopics reports left and right as text on Turn/…, only where that is asked for",
  async (context) => {
    await using ride = await Ride.start(context, { turnTopics: true });
    for (const button of ["LEFT", "RIGHT", "BREAK"]) {
      ride.trainer.reportButton(button, true);
      ride.trainer.reportButton(button, false);
    }
    const turns = (await ride.rest()).filter(([topic]) =>
      topic.startsWith("Turn/")
    );
    assert.deepEqual(turns, [
      ["Turn/Left", "LEFT"],
      ["Turn/Left", "LOW"],
      ["Turn/Right", "RIGHT"],
      ["Turn/Right", "LOW"],
    ]);
  },
);

contract(
  "serveBikeTopics reports on each connection how the buttons stand",
  async (context) => {
    await using ride = await Ride.start(context);
    ride.trainer.reportButton("LEFT", true);
    ride.trainer.reportButton("RIGHT", true);
    await ride.rest();
    const back = ride.endpoint.onConnected.next();
    await ride.endpoint.close();
    ride.trainer.reportButton("RIGHT", false);
    await ride.endpoint.connect(context.broker.url, {
      protocolVersion: context.version,
    });
    await within("the connection", back);
    const states = [];
    for (let button = 0; button < 2; button++) {
      const { button, state } = await ride.nextJson("button/report");
      states.push([button, state]);
    }
    assert.deepEqual(states, [["LEFT", 1], ["RIGHT", 0]]);
  },
);

contract(
  "serveBikeTopics releases the buttons of a device that went",
  async (context) => {
    await using ride = await Ride.start(context);
    ride.trainer.reportButton("LEFT", true);
    await ride.next("button/report");
    ride.trainer.setConnected(false);
    assert.equal((await ride.nextJson("button/report")).state, 0);
  },
);

contract(
  "serveBikeTopics reports sensors of any kind: a value as report object, fields behind their time",
  async (context) => {
    await using ride = await Ride.start(context);
    const board = ride.bike.source("arduino");
    await ride.rest();
    board.reportSensor({ sensor: "oxygen", value: 10.24, unitName: "%" });
    board.reportSensor({ sensor: "oxygen", value: null, unitName: "%" });
    board.reportSensor({
      sensor: "gas",
      fields: { O2: 210000, CO2: null, ts: 7, note: "warm\n" },
    });
    const seconds = `${ride.clock.now() / 1000}.0`;
    const report = (value: string) =>
      `{"value": ${value}, "unitName": "%", "timestamp": ${seconds}, "metadata": {"deviceName": "bike000001"}}`;
    assert.deepEqual((await ride.rest()).toSorted(), [
      [
        "gas/report",
        `{"ts": ${seconds}, "O2": 210000, "CO2": null, "note": "warm\\n"}`,
      ],
      ["oxygen/report", report("10.24")],
      ["oxygen/report", report("null")],
    ]);
  },
);

contract(
  "serveBikeTopics does not report a sensor whose topic has another meaning",
  async (context) => {
    await using ride = await Ride.start(context);
    for (const sensor of ["speed", "fan", "button", "devices", "workout"]) {
      ride.trainer.reportSensor({ sensor, value: 1, unitName: "" });
    }
    assert.deepEqual(await ride.rest(), []);
  },
);
