import assert from "node:assert/strict";
import { toFit } from "#lib/ride/fit_export.ts";
import { summarize } from "#lib/ride/summary.ts";
import { timelineOf } from "#lib/ride/timeline.ts";
import { decodeFit, type NamedFields } from "../../support/fit_decoder.ts";
import { madeUpRide, START_MS } from "./ride_samples.ts";

const SECONDS = 120;
const RECORDS = timelineOf(madeUpRide({ seconds: SECONDS }));
const FILE = toFit(RECORDS, { ftpWatts: 200 });

function mean(records: readonly NamedFields[], name: string): number {
  return records.reduce((sum, one) => sum + Number(one[name]), 0) /
    records.length;
}

Deno.test("a reader that shares no code with ours finds each second of a ride in its FIT file", () => {
  const messages = decodeFit(FILE);
  const records = messages.get("record") ?? [];
  assert.equal(records.length, SECONDS);
  for (const [i, record] of records.entries()) {
    const { power, heartrate, cadence, speed = NaN, distance } = RECORDS[i] ??
      assert.fail();
    assert.deepEqual(record["timestamp"], new Date(START_MS + i * 1000));
    assert.equal(record["power"], power);
    assert.equal(record["heart_rate"], heartrate);
    assert.equal(record["cadence"], cadence);
    assert.ok(Math.abs(Number(record["speed"]) - speed) < 0.001);
    assert.ok(Math.abs(Number(record["distance"]) - distance) < 0.006);
  }
  assert.deepEqual(
    (messages.get("event") ?? []).map(({ event, event_type }) => [
      event,
      event_type,
    ]),
    [["timer", "start"], ["timer", "stop_all"]],
  );
  assert.equal(messages.get("hrv")?.length, SECONDS);
});

Deno.test("a reader that shares no code with ours finds a session that equals its records", () => {
  const messages = decodeFit(FILE);
  const records = messages.get("record") ?? [];
  const [session = {}] = messages.get("session") ?? [];
  for (const key of ["session", "lap", "activity", "file_id"]) {
    assert.equal(messages.get(key)?.length, 1, key);
  }
  assert.equal(session["sport"], "cycling");
  assert.equal(session["sub_sport"], "indoor_cycling");
  assert.deepEqual(session["start_time"], new Date(START_MS));
  assert.equal(session["avg_power"], Math.round(mean(records, "power")));
  assert.equal(
    session["max_power"],
    Math.max(...records.map(({ power }) => Number(power))),
  );
  assert.equal(
    session["avg_heart_rate"],
    Math.round(mean(records, "heart_rate")),
  );
  assert.equal(session["avg_cadence"], Math.round(mean(records, "cadence")));
  assert.equal(session["total_distance"], records.at(-1)?.["distance"]);
  assert.equal(session["total_work"], mean(records, "power") * SECONDS);
  assert.equal(session["threshold_power"], 200);
  assert.equal(
    session["normalized_power"],
    Math.round(summarize(RECORDS).normalizedPowerWatts ?? NaN),
  );
});

Deno.test("a reader that shares no code with ours refuses a FIT file with a wrong bit", () => {
  for (const at of [5, 13, FILE.length - 4, FILE.length - 1]) {
    const wrong = Uint8Array.from(FILE);
    wrong[at] = (wrong[at] ?? 0) ^ 1;
    assert.throws(() => decodeFit(wrong), /CRC mismatch/, `byte ${at}`);
  }
});
