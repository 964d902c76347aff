/**
 * What every store of rides does.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { RideStore } from "#lib/ride/ride_store.ts";
import { PAUSE_MS, type Sample } from "#lib/ride/sample.ts";
import { madeUpRide, START_MS } from "./ride_samples.ts";

/** A store that is opened again and again. */
export interface StoreUnderTest {
  /** Opens the store; each test has one that is empty. */
  open(): Promise<RideStore>;
}

/** A behaviour. */
type Contract = (store: StoreUnderTest) => Promise<void>;

function turn(timeMs: number, bike = "000001"): Sample {
  return { bike, metric: "cadence", timeMs, value: 80 };
}

/** What every store does, by its name. */
export const STORE_CONTRACT: Readonly<Record<string, Contract>> = {
  "keeps the samples of a ride as they were": async ({ open }) => {
    await using store = await open();
    const samples = madeUpRide();
    const { stored, rides } = await store.append(samples);
    assert.equal(stored, samples.length);
    assert.deepEqual(rides.map(({ id }) => id), ["000001-20261130T060000Z"]);
    const [ride] = await store.rides();
    assert.ok(ride);
    assert.deepEqual(
      await store.samples(ride),
      samples.filter(({ timeMs }) => timeMs <= ride.endMs)
        .toSorted((a, b) => a.timeMs - b.timeMs),
    );
  },
  "stores a sample of a bike, metric and time once, whoever brings it": async (
    { open },
  ) => {
    await using one = await open();
    await using two = await open();
    const samples = madeUpRide();
    const results = await Promise.all([
      one.append(samples),
      two.append(samples),
      one.append(samples.toReversed()),
    ]);
    const stored = results.reduce((sum, { stored }) => sum + stored, 0);
    assert.equal(stored, samples.length);
    assert.equal((await one.rides()).length, 1);
  },
  "keeps nothing while nobody rides": async ({ open }) => {
    await using store = await open();
    const still: Sample = { ...turn(START_MS), value: 0 };
    assert.deepEqual(await store.append([still]), { stored: 0, rides: [] });
    assert.deepEqual(await store.rides(), []);
  },
  "goes on with a ride after a pause, and begins another after two minutes":
    async (
      { open },
    ) => {
      await using store = await open();
      await store.append([turn(START_MS), turn(START_MS + PAUSE_MS)]);
      await store.append([turn(START_MS + 2 * PAUSE_MS + 1)]);
      const rides = await store.rides();
      assert.deepEqual(rides.map(({ startMs, endMs }) => endMs - startMs), [
        0,
        PAUSE_MS,
      ]);
    },
  "joins two rides when what lay between them comes late": async ({ open }) => {
    await using store = await open();
    const end = START_MS + 3 * PAUSE_MS;
    await store.append([turn(START_MS)]);
    await store.append([turn(end)]);
    assert.equal((await store.rides()).length, 2);
    await store.append([
      turn(START_MS + PAUSE_MS),
      turn(START_MS + 2 * PAUSE_MS),
    ]);
    const rides = await store.rides();
    assert.deepEqual(
      rides.map(({ startMs, endMs }) => [startMs, endMs]),
      [[START_MS, end]],
    );
    const [ride] = rides;
    assert.ok(ride);
    assert.equal((await store.samples(ride)).length, 4);
  },
  "gives the end of a ride to one of those who ask": async ({ open }) => {
    await using one = await open();
    await using two = await open();
    await one.append([turn(START_MS)]);
    assert.deepEqual(await one.endRides(START_MS + PAUSE_MS), []);
    const ended = await Promise.all(
      [one, two].map((store) => store.endRides(START_MS + PAUSE_MS + 1)),
    );
    assert.equal(ended.flat().length, 1);
    assert.equal((await two.rides())[0]?.isEnded, true);
  },
  "keeps the bikes apart": async ({ open }) => {
    await using store = await open();
    await store.append([
      ...madeUpRide(),
      ...madeUpRide({ bike: "constructor" }),
    ]);
    assert.equal((await store.rides()).length, 2);
    const [ride] = await store.rides({ bike: "constructor" });
    assert.ok(ride);
    const samples = await store.samples(ride);
    assert.ok(samples.length > 0);
    assert.ok(samples.every(({ bike }) => bike === "constructor"));
  },
  "adds a ride from elsewhere whole, and once": async ({ open }) => {
    await using store = await open();
    const samples = [
      { ...turn(START_MS), value: 0 },
      turn(START_MS + 1000),
      { ...turn(START_MS + 10 * PAUSE_MS), value: null },
    ];
    const first = await store.add("000002", samples);
    assert.equal(first.isNew, true);
    assert.deepEqual(await store.add("000002", samples), {
      ride: first.ride,
      isNew: false,
    });
    assert.equal((await store.samples(first.ride)).length, 3);
  },
  "deletes a ride and leaves the others": async ({ open }) => {
    await using store = await open();
    await store.append(madeUpRide());
    const later = START_MS + 10 * PAUSE_MS;
    await store.append(madeUpRide({ startMs: later }));
    assert.equal(await store.delete("000001-20261130T060000Z"), true);
    assert.equal(await store.delete("000001-20261130T060000Z"), false);
    const [ride, ...more] = await store.rides();
    assert.deepEqual([ride?.startMs, more.length], [later + 40, 0]);
  },
  "stores nothing of a batch that fails": async ({ open }) => {
    await using store = await open();
    const bad = { ...turn(START_MS + 1), timeMs: NaN };
    await assert.rejects(store.append([turn(START_MS), bad]));
    assert.deepEqual(await store.rides(), []);
  },
};
