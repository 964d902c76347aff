import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { sampleBike } from "#lib/ride/bike_samples.ts";
import { toFit } from "#lib/ride/fit_export.ts";
import { parseFit } from "#lib/ride/fit_import.ts";
import { Recorder } from "#lib/ride/recorder.ts";
import { PAUSE_MS } from "#lib/ride/sample.ts";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { summarize } from "#lib/ride/summary.ts";
import { timelineOf } from "#lib/ride/timeline.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { START_MS } from "./ride_samples.ts";

const RIDES = 24;

/** How long each ride is: more with SMARTBIKE_RIDE_SECONDS. */
const SECONDS = Number(Deno.env.get("SMARTBIKE_RIDE_SECONDS") ?? 120);

Deno.test(`${RIDES} rides one after another are ${RIDES} rides on record, each with its own figures`, async () => {
  const clock = new FakeClock(START_MS);
  using bike = new Bike({ clock });
  await using store = new SqliteRideStore(":memory:");
  const end = new AbortController();
  const ended: string[] = [];
  {
    await using recorder = new Recorder(store, { clock });
    recorder.onRideEnded.add(({ id }) => ended.push(id));
    sampleBike(bike, {
      bikeId: "000001",
      add: (sample) => recorder.add(sample),
      now: () => clock.now(),
    }, end.signal);
    const trainer = bike.source("kickr");
    for (let ride = 1; ride <= RIDES; ride++) {
      for (let second = 0; second < SECONDS; second++) {
        trainer.report({
          powerWatts: 100 + ride,
          cadenceRpm: 80,
          speedMetersPerSecond: 8,
        });
        await clock.advance(1000);
      }
      trainer.report({ powerWatts: 0, cadenceRpm: 0, speedMetersPerSecond: 0 });
      await clock.advance(PAUSE_MS + 5000);
    }
    assert.equal(recorder.counts.dropped, 0);
  }
  end.abort();
  const rides = (await store.rides()).toReversed();
  assert.equal(rides.length, RIDES);
  assert.deepEqual(ended, rides.map(({ id }) => id));
  for (const [i, ride] of rides.entries()) {
    const records = timelineOf(await store.samples(ride));
    const summary = summarize(records);
    assert.equal(summary.recordedSeconds, SECONDS);
    assert.equal(summary.powerWatts?.average, 101 + i);
    const again = timelineOf(parseFit(toFit(records), "x.fit", "000001"));
    assert.equal(summarize(again).powerWatts?.average, 101 + i);
  }
});
