import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { liveValue } from "#lib/bike/reading.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  return { clock, bike: new Bike({ clock }) };
}

Deno.test("a value gets stale, and keeps value and time, when its device falls silent", async () => {
  const { bike, clock } = setUp();
  const timeMs = clock.now();
  bike.source("kickr").report({ powerWatts: 220 });
  await clock.advance(2999);
  assert.equal(bike.read("powerWatts").state, "live");
  await clock.advance(1);
  assert.deepEqual(bike.read("powerWatts"), {
    state: "stale",
    value: 220,
    timeMs,
    device: "kickr",
  });
  assert.equal(liveValue(bike.read("powerWatts")), undefined);
});

Deno.test("a value stays live while its device goes on to report the same", async () => {
  const { bike, clock } = setUp();
  const kickr = bike.source("kickr");
  for (let second = 0; second < 10; second++) {
    kickr.report({ powerWatts: 220 });
    await clock.advance(1000);
    assert.equal(bike.read("powerWatts").state, "live");
  }
});

Deno.test("a value that got stale is live again with the next report", async () => {
  const { bike, clock } = setUp();
  const kickr = bike.source("kickr");
  kickr.report({ powerWatts: 220 });
  await clock.advance(60_000);
  kickr.report({ powerWatts: 10 });
  assert.equal(liveValue(bike.read("powerWatts")), 10);
});

Deno.test("a value gets stale on time though somebody sets the time of day", async () => {
  const { bike, clock } = setUp();
  bike.source("kickr").report({ powerWatts: 220 });
  clock.setTimeOfDay(0);
  await clock.advance(2999);
  assert.equal(bike.read("powerWatts").state, "live");
  await clock.advance(1);
  assert.equal(bike.read("powerWatts").state, "stale");
});

Deno.test("a value gets stale after as long as the options say", async () => {
  const clock = new FakeClock();
  const bike = new Bike({ clock, staleAfterMs: { powerWatts: 500 } });
  bike.source("kickr").report({ powerWatts: 220 });
  await clock.advance(500);
  assert.equal(bike.read("powerWatts").state, "stale");
});

Deno.test("a value that was set never gets stale", async () => {
  const { bike, clock } = setUp();
  bike.source("climb").report({ inclinePercent: -2.5 });
  await clock.advance(3_600_000);
  assert.equal(liveValue(bike.read("inclinePercent")), -2.5);
});

Deno.test("silence means zero for a device that is silent when stopped, and only for motion", async () => {
  const { bike, clock } = setUp();
  const sensor = bike.source("cadence", { silentMeansStopped: true });
  sensor.report({
    cadenceRpm: 90,
    heartRate: { rateBpm: 120, rrIntervalsMs: [] },
  });
  const timeMs = clock.now() + 3000;
  await clock.advance(60_000);
  assert.deepEqual(bike.read("cadenceRpm"), {
    state: "live",
    value: 0,
    timeMs,
    device: "cadence",
  });
  assert.equal(bike.read("heartRate").state, "stale");
});

Deno.test("the zero after a stop is reported once, and the ride goes on with the next report", async () => {
  const { bike, clock } = setUp();
  const sensor = bike.source("cadence", { silentMeansStopped: true });
  const seen: (number | undefined)[] = [];
  bike.onMetricChanged("cadenceRpm").add(({ value }) => seen.push(value));
  sensor.report({ cadenceRpm: 90 });
  await clock.advance(60_000);
  sensor.report({ cadenceRpm: 80 });
  assert.deepEqual(seen, [90, 0, 80]);
});

Deno.test("frames that a device repeats are not taken for a stop", async () => {
  const { bike, clock } = setUp();
  const kickr = bike.source("kickr", { silentMeansStopped: true });
  for (let frame = 0; frame < 20; frame++) {
    kickr.report({ cadenceRpm: 80, powerWatts: 220 });
    await clock.advance(500);
  }
  assert.equal(liveValue(bike.read("powerWatts")), 220);
});

Deno.test("values are disconnected when their device went, and stale when it is back", async () => {
  const { bike, clock } = setUp();
  const kickr = bike.source("kickr");
  kickr.report({ powerWatts: 220, inclinePercent: 3 });
  kickr.setConnected(false);
  assert.equal(bike.read("powerWatts").state, "disconnected");
  assert.equal(bike.read("inclinePercent").state, "disconnected");
  await clock.advance(60_000);
  assert.equal(bike.read("powerWatts").state, "disconnected");
  kickr.setConnected(true);
  assert.equal(bike.read("powerWatts").state, "stale");
  assert.equal(bike.read("cadenceRpm").state, "unknown");
  kickr.report({ powerWatts: 90 });
  assert.equal(liveValue(bike.read("powerWatts")), 90);
});

Deno.test("a report of a device that counts as gone brings it back", () => {
  const { bike } = setUp();
  const kickr = bike.source("kickr");
  kickr.setConnected(false);
  kickr.report({ powerWatts: 220 });
  assert.deepEqual(bike.devices.map((one) => one.isConnected), [true]);
  assert.equal(liveValue(bike.read("powerWatts")), 220);
});

Deno.test("battery and signal are disconnected when their device went", () => {
  const { bike } = setUp();
  const strap = bike.source("tickr");
  strap.reportDevice({ batteryPercent: 80 });
  strap.setConnected(false);
  const [status] = bike.devices;
  assert.equal(status?.batteryPercent.state, "disconnected");
  assert.equal(status?.batteryPercent.value, 80);
  assert.equal(status?.signalDbm.state, "unknown");
});

Deno.test("a device that was closed leaves no values, and its reports count for nothing", () => {
  const { bike } = setUp();
  const kickr = bike.source("kickr");
  kickr.report({ powerWatts: 220 });
  kickr.close();
  kickr.report({ powerWatts: 221 });
  assert.deepEqual(bike.read("powerWatts"), { state: "unknown" });
});
