import assert from "node:assert/strict";
import { StopDetector, type TrainerSample } from "#lib/gatt/stop_detector.ts";
import { fc } from "../../property.ts";

const RIDE = { cadenceRpm: 80, powerWatts: 200 };

/** What the detector says to samples that come one a second. */
function verdicts(
  samples: readonly TrainerSample[],
  firstMs = 5000,
): boolean[] {
  const detector = new StopDetector();
  return samples.map((sample, second) =>
    detector.hasStopped(sample, firstMs + second * 1000)
  );
}

Deno.test("cadence and power that repeat while the speed falls for 2.5 s are left over from before the stop", () => {
  const samples = [30, 28, 26, 24].map((speedKph) => ({ ...RIDE, speedKph }));
  assert.deepEqual(verdicts(samples), [false, false, false, true]);
});

Deno.test("repeated frames at a steady or rising speed mean nothing", () => {
  for (const change of [0, 0.01]) {
    const samples = Array.from({ length: 60 }, (_, second) => ({
      ...RIDE,
      speedKph: 30 + second * change,
    }));
    assert(verdicts(samples).every((hasStopped) => !hasStopped));
  }
});

Deno.test("a cadence that stands while the speed falls is a stop, though the power falls in steps", () => {
  const speeds = [17.2, 15.7, 14.3, 12.9, 11.6, 10.4];
  const powers = [106, 106, 106, 37, 37, 37];
  const samples = speeds.map((speedKph, second) => ({
    cadenceRpm: 60,
    speedKph,
    powerWatts: powers[second] ?? 0,
  }));
  assert.deepEqual(verdicts(samples), [false, false, false, true, true, true]);
});

Deno.test("a cadence that changes or a power that rises, however little, means a rider who pedals", () => {
  for (const change of [{ cadenceRpm: 80.5 }, { powerWatts: 201 }]) {
    const samples = [30, 28, 26, 24, 22, 20].map((speedKph, second) => ({
      ...RIDE,
      ...(second % 2 === 0 && change),
      speedKph,
    }));
    assert(verdicts(samples).every((hasStopped) => !hasStopped));
  }
});

Deno.test("a wheel that stands still goes on to mean a stop", () => {
  const samples = [2, 1, 0, 0, 0, 0].map((speedKph) => ({ ...RIDE, speedKph }));
  assert.deepEqual(verdicts(samples), [false, false, false, true, true, true]);
});

Deno.test("the rider goes on with the first sample that differs", () => {
  const falling = [30, 28, 26, 24].map((speedKph) => ({ ...RIDE, speedKph }));
  const again = [{ cadenceRpm: 40, powerWatts: 90, speedKph: 23 }];
  assert.deepEqual(verdicts([...falling, ...again]).slice(-2), [true, false]);
});

Deno.test("records that are split, cadence and power apart from speed, say the same", () => {
  const samples = [30, 28, 26, 24].flatMap((speedKph) => [RIDE, { speedKph }]);
  const steady = [30, 30, 30, 30].flatMap((speedKph) => [RIDE, { speedKph }]);
  assert.equal(verdicts(samples).at(-1), true);
  assert(verdicts(steady).every((hasStopped) => !hasStopped));
});

Deno.test("a device that never reports a speed is never said to have stopped", () => {
  const samples = Array.from({ length: 60 }, () => RIDE);
  assert(verdicts(samples).every((hasStopped) => !hasStopped));
});

Deno.test("the first sample is no stop, whenever it comes", () => {
  assert.deepEqual(verdicts([{ ...RIDE, speedKph: 0 }], 1e9), [false]);
  assert.deepEqual(verdicts([{ speedKph: 0 }], 1e9), [false]);
});

Deno.test("no sequence is a stop before 2.5 s of a repeated cadence without a rising power", () => {
  const sample = fc.record({
    speedKph: fc.integer({ min: 0, max: 60 }),
    cadenceRpm: fc.integer({ min: 0, max: 3 }),
    powerWatts: fc.integer({ min: 0, max: 3 }),
  }, { requiredKeys: [] });
  fc.assert(fc.property(
    fc.array(fc.tuple(sample, fc.integer({ min: 1, max: 2000 }))),
    (steps) => {
      const detector = new StopDetector();
      let atMs = 0;
      let changedAtMs = 0;
      let merged: TrainerSample = {};
      for (const [next, afterMs] of steps) {
        atMs += afterMs;
        const { cadenceRpm, powerWatts } = merged;
        merged = { ...merged, ...next };
        const isChanged = cadenceRpm !== merged.cadenceRpm ||
          (merged.powerWatts ?? 0) > (powerWatts ?? 0);
        if (isChanged) changedAtMs = atMs;
        if (detector.hasStopped(next, atMs)) {
          assert(atMs - changedAtMs >= 2500);
        }
      }
    },
  ));
});
