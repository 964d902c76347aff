import assert from "node:assert/strict";
import { secondsOfRide } from "#lib/app/resume_ride.ts";
import { BikeView } from "#lib/dashboard/bike_view.ts";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { madeUpRide, START_MS } from "../ride/ride_samples.ts";

const SECONDS = 120;
const END_MS = START_MS + SECONDS * 1000;

async function storedSeconds(nowMs: number, isEnded = false) {
  await using store = new SqliteRideStore(":memory:");
  const samples = madeUpRide({ seconds: SECONDS });
  await store.append(samples);
  if (isEnded) await store.endRides(END_MS + 200_000);
  return await secondsOfRide(store, samples[0]?.bike ?? "", nowMs);
}

Deno.test("the page of a program that starts anew goes on with the ride that was recorded", async () => {
  const view = new BikeView("000001");
  const atMs = END_MS + 20_000;
  view.take({ kind: "value", name: "powerWatts", value: 200 }, atMs);
  view.tick(atMs / 1000, atMs, true);
  assert.equal(view.snapshot(atMs, true).ride.movingSeconds, 1);
  view.ride.resume(await storedSeconds(atMs));
  const { ride } = view.snapshot(atMs, true);
  assert.equal(ride.startedSecond, START_MS / 1000);
  assert.equal(ride.movingSeconds, SECONDS + 1);
  assert.equal(view.ride.history.after(0).length, SECONDS + 1);
  view.tick(atMs / 1000 + 1, atMs + 1000, true);
  assert.equal(view.snapshot(atMs, true).ride.movingSeconds, SECONDS + 2);
});

Deno.test("a ride that is over is not gone on with", async () => {
  assert.deepEqual(await storedSeconds(END_MS + 121_000), []);
  assert.deepEqual(await storedSeconds(END_MS, true), []);
});
