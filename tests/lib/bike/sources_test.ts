import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { liveValue } from "#lib/bike/reading.ts";
import type { BikeReport, HeartRate } from "#lib/bike/values.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  return { clock, bike: new Bike({ clock }) };
}

function beats(rateBpm: number, contact?: boolean): HeartRate {
  return { rateBpm, rrIntervalsMs: [], contact };
}

Deno.test("records split over notifications merge: what a part lacks stays as it is", () => {
  const { bike } = setUp();
  const kickr = bike.source("kickr");
  kickr.report({ speedMetersPerSecond: 9, cadenceRpm: 80 });
  kickr.report({ powerWatts: 220 });
  kickr.report({});
  assert.equal(liveValue(bike.read("speedMetersPerSecond")), 9);
  assert.equal(liveValue(bike.read("cadenceRpm")), 80);
  assert.equal(liveValue(bike.read("powerWatts")), 220);
});

Deno.test("the part that a split record lacks for long gets stale by itself", async () => {
  const { bike, clock } = setUp();
  const kickr = bike.source("kickr");
  kickr.report({ speedMetersPerSecond: 9 });
  for (let second = 0; second < 4; second++) {
    kickr.report({ powerWatts: 220 });
    await clock.advance(1000);
  }
  assert.equal(bike.read("speedMetersPerSecond").state, "stale");
  assert.equal(bike.read("powerWatts").state, "live");
});

Deno.test("null makes a value unknown", () => {
  const { bike } = setUp();
  const kickr = bike.source("kickr");
  kickr.report({ powerWatts: 220 });
  kickr.report({ powerWatts: null });
  assert.deepEqual(bike.read("powerWatts"), { state: "unknown" });
});

const NONSENSE: readonly BikeReport[] = [
  { powerWatts: NaN },
  { speedMetersPerSecond: -0.5 },
  { speedMetersPerSecond: Infinity },
  { cadenceRpm: -3 },
  { heartRate: beats(0) },
  { inclinePercent: NaN },
];

for (const report of NONSENSE) {
  const [[name, value] = []] = Object.entries(report);
  const text = typeof value === "number" ? value : JSON.stringify(value);
  Deno.test(`a report of ${name} ${text} counts as left out`, () => {
    const { bike } = setUp();
    const kickr = bike.source("kickr");
    const before: BikeReport = {
      powerWatts: 1,
      speedMetersPerSecond: 1,
      cadenceRpm: 1,
      heartRate: beats(60),
      inclinePercent: 1,
    };
    kickr.report(before);
    kickr.report(report);
    for (const metric of ["powerWatts", "cadenceRpm"] as const) {
      assert.equal(liveValue(bike.read(metric)), 1);
    }
    assert.equal(liveValue(bike.read("speedMetersPerSecond")), 1);
    assert.equal(liveValue(bike.read("inclinePercent")), 1);
    assert.deepEqual(liveValue(bike.read("heartRate")), beats(60));
  });
}

Deno.test("negative power is a value: the rider pedals backwards", () => {
  const { bike } = setUp();
  bike.source("kickr").report({ powerWatts: -10 });
  assert.equal(liveValue(bike.read("powerWatts")), -10);
});

Deno.test("of two live devices the one with the higher priority wins, whoever reports last", () => {
  const { bike } = setUp();
  const strap = bike.source("tickr", { priority: 10 });
  const kickr = bike.source("kickr");
  kickr.report({ heartRate: beats(99) });
  strap.report({ heartRate: beats(120) });
  kickr.report({ heartRate: beats(98) });
  assert.equal(bike.read("heartRate").device, "tickr");
});

Deno.test("a live device wins over a stale or disconnected one of higher priority", async () => {
  const { bike, clock } = setUp();
  const strap = bike.source("tickr", { priority: 10 });
  const kickr = bike.source("kickr");
  strap.report({ heartRate: beats(120) });
  await clock.advance(4000);
  kickr.report({ heartRate: beats(99) });
  await clock.advance(1000);
  assert.equal(bike.read("heartRate").device, "kickr");
  strap.report({ heartRate: beats(121) });
  assert.equal(bike.read("heartRate").device, "tickr");
  strap.setConnected(false);
  assert.equal(bike.read("heartRate").device, "kickr");
});

Deno.test("of two equal devices the one that counted before goes on to count", () => {
  const { bike } = setUp();
  const first = bike.source("first");
  const second = bike.source("second");
  first.report({ powerWatts: 1 });
  second.report({ powerWatts: 2 });
  assert.equal(bike.read("powerWatts").device, "first");
  first.setConnected(false);
  assert.equal(bike.read("powerWatts").device, "second");
  first.setConnected(true);
  first.report({ powerWatts: 1 });
  assert.equal(bike.read("powerWatts").device, "second");
});

Deno.test("a strap that touches no skin yields to another live device, and is marked where it is the only one", () => {
  const { bike } = setUp();
  const strap = bike.source("tickr", { priority: 10 });
  strap.report({ heartRate: beats(120, false) });
  assert.deepEqual(liveValue(bike.read("heartRate")), beats(120, false));
  const kickr = bike.source("kickr");
  kickr.report({ heartRate: beats(99) });
  assert.equal(bike.read("heartRate").device, "kickr");
  strap.report({ heartRate: beats(121, true) });
  assert.equal(bike.read("heartRate").device, "tickr");
});

Deno.test("Bike.onMetricReported fires with each of two equal sets of RR intervals", () => {
  const { bike } = setUp();
  const strap = bike.source("tickr");
  const seen: (readonly number[] | undefined)[] = [];
  bike.onMetricReported("heartRate").add(({ value }) =>
    seen.push(value?.rrIntervalsMs)
  );
  strap.report({ heartRate: { rateBpm: 75, rrIntervalsMs: [800] } });
  strap.report({ heartRate: { rateBpm: 75, rrIntervalsMs: [800] } });
  assert.deepEqual(seen, [[800], [800]]);
});
