import assert from "node:assert/strict";
import { BikeView } from "#lib/dashboard/bike_view.ts";
import { testWith } from "../../support/requires.ts";
import { BedBike, DashboardBed } from "./dashboard_bed.ts";
import { EventReader } from "./event_reader.ts";

const START = 1_800_000_000;

/** Rides at 200 W for some seconds, of which those from 10 to 30 were not heard. */
function rideWithGap(seconds: number): BikeView {
  const view = new BikeView("000001");
  for (let at = 0; at < seconds; at++) {
    const isHeard = at < 10 || at >= 30;
    const nowMs = (START + at) * 1000;
    if (isHeard) {
      view.take({ kind: "value", name: "powerWatts", value: 200 }, nowMs);
    }
    view.tick(START + at, nowMs, isHeard);
  }
  return view;
}

function fill(view: BikeView, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const timeMs = (START + at) * 1000 + 250;
    const past = { kind: "past", name: "powerWatts", value: 200 } as const;
    view.take({ ...past, timeMs }, (START + 60) * 1000);
  }
}

Deno.test("reports that were kept while the broker was away fill the gap of a ride, and count in its sums", () => {
  const view = rideWithGap(60);
  const whole = () => view.snapshot((START + 60) * 1000, true).ride;
  assert.equal(whole().movingSeconds, 40);
  assert.equal(view.ride.takeFilled(), undefined);
  fill(view, 10, 30);
  assert.equal(view.ride.takeFilled(), START + 10);
  assert.equal(view.ride.takeFilled(), undefined);
  const { movingSeconds, workKilojoules, startedSecond } = whole();
  assert.deepEqual(
    [movingSeconds, workKilojoules, startedSecond],
    [60, 12, START],
  );
  assert.deepEqual(
    view.ride.history.after(0).map(([, watts]) => watts),
    Array(60).fill(200),
  );
});

Deno.test("what was heard in time is not changed by a report that comes late", () => {
  const view = rideWithGap(60);
  const timeMs = (START + 5) * 1000;
  const late = { kind: "past", name: "powerWatts", value: 900 } as const;
  view.take({ ...late, timeMs }, timeMs);
  view.take({ ...late, timeMs: 0 }, timeMs);
  assert.equal(view.ride.takeFilled(), undefined);
  assert.equal(view.ride.history.after(0)[5]?.[1], 200);
});

Deno.test("a ride goes on over a lost broker that comes back within half an hour, and over no longer one", () => {
  for (const [minutes, isOne] of [[20, true], [31, false]] as const) {
    const view = rideWithGap(60);
    let at = 60;
    for (; at < minutes * 60; at++) {
      view.tick(START + at, (START + at) * 1000, false);
    }
    const nowMs = (START + at) * 1000;
    view.take({ kind: "value", name: "powerWatts", value: 150 }, nowMs);
    view.tick(START + at, nowMs, true);
    const { startedSecond } = view.snapshot(nowMs, true).ride;
    assert.equal(startedSecond === START, isOne, `${minutes} minutes`);
  }
});

testWith(
  { programs: ["mosquitto"] },
  "a page gets the seconds again that were filled after the broker was away",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    bike.trainer.report({ powerWatts: 210, cadenceRpm: 90 });
    const url = new URL("/api/bikes/000001/events", bed.server.url);
    await using reader = await EventReader.open(url);
    await reader.next("sample");
    await bed.broker.kill();
    const isEmpty = ({ data }: { readonly data: unknown }) =>
      Array.isArray(data) && data[1] === null;
    const { data: missed } = await reader.next("sample", isEmpty);
    assert.ok(Array.isArray(missed));
    await bed.broker.restart();
    bike.trainer.report({ powerWatts: 215 });
    await bed.seen(
      "000001",
      ({ values: { powerWatts } }) =>
        powerWatts.state === "live" && powerWatts.value === 215,
    );
    const second = Number(missed[0]);
    await bike.endpoint.publish(
      "bike/000001/power/history",
      JSON.stringify({ value: 199, unitName: "W", timestamp: second + 0.5 }),
      { qos: 1 },
    );
    const { data: rows } = await reader.next(
      "history",
      ({ data }) => Array.isArray(data) && data[0]?.[0] === second,
    );
    assert.ok(Array.isArray(rows));
    assert.equal(rows[0][1], 199);
  },
);
