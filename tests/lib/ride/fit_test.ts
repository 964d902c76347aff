import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import FitParser from "fit-file-parser";
import { FileError } from "#lib/base/store_errors.ts";
import { toFit } from "#lib/ride/fit_export.ts";
import { parseFit } from "#lib/ride/fit_import.ts";
import { FIT_EPOCH_MS } from "#lib/ride/fit_file.ts";
import { readFit } from "#lib/ride/fit_reader.ts";
import { summarize } from "#lib/ride/summary.ts";
import { timelineOf } from "#lib/ride/timeline.ts";
import { madeUpRide, START_MS } from "./ride_samples.ts";

const RECORDS = timelineOf(madeUpRide({ seconds: 120 }));

/** Messages by an independent reader. */
async function readIndependently(bytes: Uint8Array) {
  const parser = new FitParser({ mode: "list", force: false });
  const fit = await parser.parseAsync(Buffer.from(bytes));
  const list = (value: unknown): readonly Record<string, unknown>[] =>
    Array.isArray(value) ? value : [];
  return {
    fileIds: list(fit.file_ids),
    sessions: list(fit.sessions),
    laps: list(fit.laps),
    records: list(fit.records),
    events: list(fit.events),
    hrv: list(fit.hrv),
  };
}

function mean(values: readonly unknown[]): number {
  return values.reduce((sum: number, value) => sum + Number(value), 0) /
    values.length;
}

Deno.test("an independent reader reads the FIT file of a ride, with its checksums", async () => {
  const fit = await readIndependently(toFit(RECORDS, { ftpWatts: 200 }));
  assert.equal(fit.records.length, RECORDS.length);
  const [session] = fit.sessions;
  assert.equal(session?.["sport"], "cycling");
  assert.equal(session?.["sub_sport"], "indoor_cycling");
  assert.equal(fit.fileIds[0]?.["type"], "activity");
  assert.deepEqual(
    fit.events.map(({ event_type }) => event_type),
    ["start", "stop_all"],
  );
  assert.equal(fit.laps.length, 1);
});

Deno.test("the session of a FIT file equals its records", async () => {
  const { records, sessions: [session] } = await readIndependently(
    toFit(RECORDS, { ftpWatts: 200 }),
  );
  const power = records.map(({ power }) => Number(power));
  assert.equal(session?.["avg_power"], Math.round(mean(power)));
  assert.equal(session?.["max_power"], Math.max(...power));
  assert.equal(
    session?.["avg_heart_rate"],
    Math.round(mean(records.map(({ heart_rate }) => heart_rate))),
  );
  assert.equal(
    session?.["avg_cadence"],
    Math.round(mean(records.map(({ cadence }) => cadence))),
  );
  assert.equal(session?.["total_distance"], records.at(-1)?.["distance"]);
  assert.equal(
    Number(session?.["total_work"]),
    power.reduce((sum, watts) => sum + watts, 0),
  );
  assert.equal(
    session?.["normalized_power"],
    Math.round(summarize(RECORDS).normalizedPowerWatts ?? 0),
  );
});

Deno.test("a FIT file comes back as the ride that it was", () => {
  const again = timelineOf(parseFit(toFit(RECORDS), "x.fit", "000001"));
  assert.equal(again.length, RECORDS.length);
  for (const [i, { timeMs, power = 0, distance, beatsMs }] of again.entries()) {
    const before = RECORDS[i];
    assert.equal(timeMs, before?.timeMs);
    assert.equal(power, Math.round(before?.power ?? NaN));
    assert.ok(Math.abs(distance - (before?.distance ?? NaN)) < 0.006);
    assert.deepEqual(beatsMs, before?.beatsMs);
  }
});

Deno.test("a FIT file has the messages that readers expect, in their order", () => {
  const order = [...readFit(toFit(RECORDS), "x.fit")].map(({ message }) =>
    message
  );
  const [first, second] = order;
  assert.deepEqual([first, second], [0, 21]);
  assert.deepEqual(order.slice(-4), [21, 19, 18, 34]);
  assert.deepEqual(new Set(order.slice(2, -4)), new Set([20, 78]));
});

Deno.test("beats that fill no message are marked as unused", () => {
  const hrv = [...readFit(toFit(RECORDS), "x.fit")]
    .filter(({ message }) => message === 78);
  assert.equal(hrv.length, RECORDS.length);
  assert.deepEqual(hrv[0]?.fields.get(0), [500, 490]);
});

Deno.test("a FIT file counts from the end of 1989", () => {
  const [, , record] = readFit(toFit(RECORDS), "x.fit");
  assert.equal(
    record?.fields.get(253),
    (START_MS - FIT_EPOCH_MS) / 1000,
  );
});

Deno.test("a ride without records makes a FIT file that can be read", async () => {
  const fit = await readIndependently(toFit([]));
  assert.equal(fit.sessions.length, 1);
});

Deno.test("a FIT file that is cut anywhere, or has a wrong bit, is refused", () => {
  const bytes = toFit(RECORDS.slice(0, 3));
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(
      () => parseFit(bytes.subarray(0, length), "x.fit", "1"),
      FileError,
      `cut to ${length}`,
    );
  }
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    try {
      parseFit(damaged, "x.fit", "1");
    } catch (error) {
      assert.ok(error instanceof FileError, `bit of byte ${at}: ${error}`);
    }
  }
});
