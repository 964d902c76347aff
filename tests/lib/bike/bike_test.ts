import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  return { clock, bike: new Bike({ clock }) };
}

Deno.test("Bike.read says unknown, without a value, before the first report", () => {
  const { bike } = setUp();
  assert.deepEqual(bike.read("powerWatts"), { state: "unknown" });
});

Deno.test("Bike.read gives a report's value with its state, time and device", () => {
  const { bike, clock } = setUp();
  bike.source("kickr").report({ powerWatts: 220 });
  assert.deepEqual(bike.read("powerWatts"), {
    state: "live",
    value: 220,
    timeMs: clock.now(),
    device: "kickr",
  });
});

Deno.test("Bike.changed is silent, and Bike.reported is not, when a device says the same again", () => {
  const { bike } = setUp();
  const kickr = bike.source("kickr");
  let changes = 0;
  let reports = 0;
  bike.onMetricChanged("powerWatts").add(() => changes++);
  bike.onMetricReported("powerWatts").add(() => reports++);
  kickr.report({ powerWatts: 220 });
  kickr.report({ powerWatts: 220 });
  assert.deepEqual([changes, reports], [1, 2]);
});

Deno.test("Bike.onChanged names the value that changed", () => {
  const { bike } = setUp();
  const names: string[] = [];
  bike.onChanged.add((name) => names.push(name));
  bike.source("kickr").report({ speedMetersPerSecond: 9, powerWatts: 220 });
  assert.deepEqual(names, ["speedMetersPerSecond", "powerWatts"]);
});

Deno.test("Bike.source refuses a second device of the same id", () => {
  const { bike } = setUp();
  bike.source("kickr");
  assert.throws(() => bike.source("kickr"), RangeError);
});

Deno.test("Bike.source takes a device again after it was closed", () => {
  const { bike } = setUp();
  bike.source("kickr").close();
  bike.source("kickr");
  assert.deepEqual(bike.devices.map(({ device }) => device), ["kickr"]);
});

Deno.test("Bike.devices reports battery and signal, each with its time", () => {
  const { bike, clock } = setUp();
  const strap = bike.source("tickr");
  strap.reportDevice({ batteryPercent: 80, signalDbm: -61 });
  const common = { state: "live", timeMs: clock.now(), device: "tickr" };
  assert.deepEqual(bike.devices, [{
    device: "tickr",
    isConnected: true,
    batteryPercent: { ...common, value: 80 },
    signalDbm: { ...common, value: -61 },
    notes: [],
  }]);
});

Deno.test("a device's notes stand in its status, one on each subject, until they are taken back", () => {
  const { bike } = setUp();
  const trainer = bike.source("trainer");
  let changes = 0;
  bike.onDeviceChanged.add(() => changes++);
  trainer.note("range", "no levels");
  trainer.note("range", "no levels");
  trainer.note("control", "rides without");
  trainer.note("range", "levels 0 to 10 are assumed");
  assert.deepEqual(bike.devices[0]?.notes, [
    "levels 0 to 10 are assumed",
    "rides without",
  ]);
  trainer.note("range", undefined);
  assert.deepEqual(bike.devices[0]?.notes, ["rides without"]);
  assert.equal(changes, 4);
});

Deno.test("Bike.onDeviceChanged fires when a device comes and goes, and not when nothing changes", () => {
  const { bike } = setUp();
  const seen: boolean[] = [];
  bike.onDeviceChanged.add(({ isConnected }) => seen.push(isConnected));
  const strap = bike.source("tickr");
  strap.setConnected(true);
  strap.setConnected(false);
  strap.setConnected(false);
  assert.deepEqual(seen, [true, false]);
});

Deno.test("Bike.onDeviceRemoved names the device that was closed", () => {
  const { bike } = setUp();
  const seen: string[] = [];
  bike.onDeviceRemoved.add((device) => seen.push(device));
  bike.source("tickr").close();
  assert.deepEqual(seen, ["tickr"]);
  assert.deepEqual(bike.devices, []);
});

Deno.test("Bike.onButton fires for press and release once each, and the first state", () => {
  const { bike } = setUp();
  const seen: boolean[] = [];
  bike.onButton.add(({ isPressed }) => seen.push(isPressed));
  const buttons = bike.source("buttons");
  for (const isPressed of [false, true, true, false]) {
    buttons.reportButton("LEFT", isPressed);
  }
  assert.deepEqual(seen, [false, true, false]);
});

Deno.test("Bike.buttons shows buttons released when their device went", () => {
  const { bike, clock } = setUp();
  const buttons = bike.source("buttons");
  buttons.reportButton("LEFT", true);
  buttons.setConnected(false);
  assert.deepEqual(bike.buttons, [{
    device: "buttons",
    button: "LEFT",
    isPressed: false,
    timeMs: clock.now(),
  }]);
});

Deno.test("Bike.close leaves no timer behind", async () => {
  const { bike, clock } = setUp();
  const kickr = bike.source("kickr");
  kickr.report({
    powerWatts: 220,
    heartRate: { rateBpm: 90, rrIntervalsMs: [] },
  });
  kickr.actuator("fanPercent", () => new Promise(() => {}));
  const app = bike.controller("app", { silenceMs: 1000 });
  const ended = assert.rejects(app.set("fanPercent", 5), { code: "closed" });
  await clock.advance(0);
  bike.close();
  await ended;
  await clock.advance(0);
  assert.equal(clock.timerCount, 0);
});
