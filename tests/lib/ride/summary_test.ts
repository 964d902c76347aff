import assert from "node:assert/strict";
import { bestOf } from "#lib/ride/best.ts";
import { normalizedOf } from "#lib/ride/normalized.ts";
import type { Sample } from "#lib/ride/sample.ts";
import { summarize } from "#lib/ride/summary.ts";
import { timelineOf } from "#lib/ride/timeline.ts";
import { START_MS } from "./ride_samples.ts";

/** A ride of powers, one a second; undefined where nothing was recorded. */
function ride(watts: readonly (number | undefined)[]): readonly Sample[] {
  return watts.flatMap((value, i) =>
    value === undefined ? [] : [{
      bike: "1",
      metric: "power" as const,
      timeMs: START_MS + i * 1000,
      value,
    }]
  );
}

function steady(watts: number, seconds: number): readonly number[] {
  return Array.from({ length: seconds }, () => watts);
}

Deno.test("an hour at FTP is an intensity of 1 and a stress of 100", () => {
  const summary = summarize(timelineOf(ride(steady(250, 3600))), {
    ftpWatts: 250,
  });
  assert.equal(summary.intensityFactor, 1);
  assert.equal(summary.trainingStressScore, 100);
  assert.equal(summary.workKilojoules, 900);
  assert.deepEqual(summary.zoneSeconds, [0, 0, 0, 3600, 0, 0, 0]);
});

Deno.test("normalized power weighs hard minutes more than the mean does", () => {
  const hard = [...steady(100, 300), ...steady(300, 300)];
  assert.ok(normalizedOf(hard) > 240);
  assert.ok(normalizedOf(hard) < 260);
});

Deno.test("coasting counts as 0 in the mean, and the mean without it is reported too", () => {
  const { powerWatts } = summarize(
    timelineOf(ride([...steady(200, 60), ...steady(0, 60)])),
  );
  assert.deepEqual(powerWatts, {
    average: 100,
    averageWithoutCoasting: 200,
    maximum: 200,
  });
});

Deno.test("seconds in which nothing was recorded count nowhere", () => {
  const gap = Array.from({ length: 100 }, () => undefined);
  const summary = summarize(
    timelineOf(ride([...steady(200, 60), ...gap, ...steady(200, 60)])),
  );
  assert.equal(summary.elapsedSeconds, 220);
  // The last value before the gap holds for five seconds.
  assert.equal(summary.recordedSeconds, 125);
  assert.equal(summary.powerWatts?.average, 200);
});

Deno.test("the best minute is found across the ride, and never over a gap", () => {
  const records = timelineOf(
    ride([...steady(100, 90), ...steady(300, 60), ...steady(100, 90)]),
  );
  assert.equal(bestOf(records, 60), 300);
  assert.equal(bestOf(records, 241), undefined);
  const gap = Array.from({ length: 60 }, () => undefined);
  const torn = timelineOf(
    ride([...steady(300, 30), ...gap, ...steady(300, 20)]),
  );
  assert.equal(bestOf(torn, 60), undefined);
});

Deno.test("a zero holds until a newer value comes, since programs repeat it rarely", () => {
  const sparse = ride([
    200,
    0,
    ...Array.from({ length: 58 }, () => undefined),
    200,
  ]);
  const records = timelineOf(sparse);
  assert.equal(records.length, 61);
  assert.equal(records[30]?.power, 0);
});

Deno.test("a value that is lost holds no longer", () => {
  const [first] = ride([200]);
  assert.ok(first);
  const lost = { ...first, timeMs: START_MS + 1000, value: null };
  const still: Sample = {
    ...first,
    metric: "heartrate",
    timeMs: START_MS + 3000,
    value: 90,
  };
  const records = timelineOf([first, lost, still]);
  assert.deepEqual(records.map(({ power }) => power), [200, undefined]);
});

Deno.test("way is speed over time where no distance was measured", () => {
  const speeds = Array.from({ length: 10 }, (_, i): Sample => ({
    bike: "1",
    metric: "speed",
    timeMs: START_MS + i * 1000,
    value: 5,
  }));
  assert.equal(summarize(timelineOf(speeds)).distanceMeters, 50);
});

Deno.test("a second's value is the mean of what was measured in it", () => {
  const at = (ms: number, value: number): Sample => ({
    bike: "1",
    metric: "power",
    timeMs: START_MS + ms,
    value,
  });
  const [record] = timelineOf([at(0, 100), at(250, 200), at(500, 300)]);
  assert.equal(record?.power, 200);
});

Deno.test("an empty ride has figures of zero", () => {
  assert.deepEqual(summarize([]), {
    elapsedSeconds: 0,
    recordedSeconds: 0,
    movingSeconds: 0,
    distanceMeters: 0,
    workKilojoules: 0,
    energyKilocalories: 0,
    bestPowerWatts: {},
  });
});
