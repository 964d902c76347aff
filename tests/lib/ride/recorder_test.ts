import assert from "node:assert/strict";
import { StoreError } from "#lib/base/store_errors.ts";
import { Recorder } from "#lib/ride/recorder.ts";
import { sampleOfReport } from "#lib/ride/report_sample.ts";
import { sampleBike } from "#lib/ride/bike_samples.ts";
import { PAUSE_MS, type Sample } from "#lib/ride/sample.ts";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { Bike } from "#lib/bike/bike.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { madeUpRide, START_MS } from "./ride_samples.ts";

/** A store that can be full. */
class FragileStore extends SqliteRideStore {
  isFull = false;

  constructor() {
    super(":memory:");
  }

  override append(samples: readonly Sample[]) {
    return this.isFull
      ? Promise.reject(new StoreError("Cannot write: full", "x", "full"))
      : super.append(samples);
  }
}

Deno.test("a recorder stores once a second, and says when a ride begins and ends", async () => {
  const clock = new FakeClock(START_MS);
  await using store = new FragileStore();
  await using recorder = new Recorder(store, { clock });
  const seen: string[] = [];
  recorder.onRideStarted.add(({ id }) => seen.push(`start ${id}`));
  recorder.onRideEnded.add(({ id }) => seen.push(`end ${id}`));
  for (const sample of madeUpRide({ seconds: 2 })) recorder.add(sample);
  assert.equal(recorder.counts.stored, 0);
  await clock.advance(1000);
  assert.equal(recorder.counts.stored, 8);
  await clock.advance(PAUSE_MS + 3000);
  assert.deepEqual(seen, [
    "start 000001-20261130T060000Z",
    "end 000001-20261130T060000Z",
  ]);
});

Deno.test("a full disk is reported once, and what came meanwhile is stored when there is room", async () => {
  const clock = new FakeClock(START_MS);
  await using store = new FragileStore();
  await using recorder = new Recorder(store, { clock });
  const troubles: (string | undefined)[] = [];
  recorder.onTroubleChanged.add((trouble) => troubles.push(trouble?.reason));
  store.isFull = true;
  const samples = madeUpRide({ seconds: 30 });
  for (const sample of samples) recorder.add(sample);
  await clock.advance(20_000);
  assert.deepEqual(troubles, ["full"]);
  store.isFull = false;
  await clock.advance(6000);
  assert.deepEqual(troubles, ["full", undefined]);
  assert.deepEqual(recorder.counts, { stored: samples.length, dropped: 0 });
});

Deno.test("a recorder whose store is away for long drops the oldest, and counts them", async () => {
  const clock = new FakeClock(START_MS);
  await using store = new FragileStore();
  store.isFull = true;
  await using recorder = new Recorder(store, { clock, maxWaiting: 20 });
  for (const sample of madeUpRide({ seconds: 10 })) recorder.add(sample);
  await clock.advance(1000);
  assert.equal(recorder.counts.dropped, 20);
  store.isFull = false;
  await clock.advance(5000);
  assert.equal(recorder.counts.stored, 20);
});

Deno.test("what waits is stored when a recorder ends", async () => {
  await using store = new FragileStore();
  {
    await using recorder = new Recorder(store, { clock: new FakeClock() });
    for (const sample of madeUpRide()) recorder.add(sample);
  }
  assert.equal((await store.rides()).length, 1);
});

Deno.test("a bike in the program gives the samples that its reports give", async () => {
  const clock = new FakeClock(START_MS);
  using bike = new Bike({ clock });
  const samples: Sample[] = [];
  const end = new AbortController();
  sampleBike(bike, {
    bikeId: "000001",
    add: (sample) => samples.push(sample),
    now: () => clock.now(),
  }, end.signal);
  const device = bike.source("kickr");
  device.report({
    powerWatts: 200,
    heartRate: { rateBpm: 120, rrIntervalsMs: [500] },
  });
  const text = JSON.stringify({
    value: 200,
    unitName: "W",
    timestamp: START_MS / 1000,
  });
  const expected = sampleOfReport(
    { bike: "000001", topic: "power", kind: "report" },
    new TextEncoder().encode(text),
    START_MS,
  );
  assert.ok(
    samples.some((sample) =>
      JSON.stringify(sample) === JSON.stringify(expected)
    ),
  );
  assert.deepEqual(
    samples.find(({ metric }) => metric === "heartrate")?.beatsMs,
    [500],
  );
  await clock.advance(4000);
  assert.equal(
    samples.findLast(({ metric }) => metric === "power")?.value,
    null,
  );
  end.abort();
  const count = samples.length;
  device.report({ powerWatts: 210 });
  assert.equal(samples.length, count);
});

const NOW = START_MS;
const IGNORED: Readonly<Record<string, string>> = {
  "no JSON": "200",
  "a text": '{"value": "200", "timestamp": 1}',
  "no number": '{"value": null, "timestamp": 1796018400}',
  "a time far ahead": '{"value": 1, "timestamp": 9e12}',
  "a time of 1970": '{"value": 1, "timestamp": 1}',
  "a number that is none": '{"value": 1e999, "timestamp": 1796018400}',
};

for (const [what, text] of Object.entries(IGNORED)) {
  Deno.test(`a report with ${what} is no sample`, () => {
    const source = { bike: "1", topic: "power", kind: "report" } as const;
    const payload = new TextEncoder().encode(text);
    assert.equal(sampleOfReport(source, payload, NOW), undefined);
  });
}

Deno.test("a value that is lost ends what held, and a command that failed does not", () => {
  const source = { bike: "1", topic: "power", kind: "status" } as const;
  const read = (text: string) =>
    sampleOfReport(source, new TextEncoder().encode(text), NOW);
  assert.equal(
    read('{"value": null, "state": "stale", "timestamp": 1796018400.5}')?.value,
    null,
  );
  assert.equal(read('{"value": null, "error": {"code": "held"}}'), undefined);
});
