import assert from "node:assert/strict";
import type { Fleet } from "#lib/dashboard/fleet.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";
import { BedBike, DashboardBed } from "./dashboard_bed.ts";
import { EventReader, type ServerEvent } from "./event_reader.ts";

const NEEDS = { programs: ["mosquitto"] };

function events(bed: DashboardBed, after = ""): Promise<EventReader> {
  const path = `/api/bikes/000001/events${after && `?after=${after}`}`;
  return EventReader.open(new URL(path, bed.server.url));
}

function powerOf({ data }: ServerEvent): unknown {
  const text = JSON.stringify(data);
  return /"powerWatts":\{"state":"(\w+)","value":(\w+)/.exec(text)?.slice(1)
    .join(" ");
}

/** Waits until so many seconds of a ride are there. */
async function ridden(fleet: Fleet, count: number): Promise<void> {
  for (let seen = 0; seen < count; seen++) {
    await within("a second", fleet.onSample.next());
  }
}

testWith(
  NEEDS,
  "a stream brings the bike at once, and then each change of it",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    bike.trainer.report({ powerWatts: 210 });
    await bed.seen("000001", ({ values }) => values.powerWatts.value === 210);
    await using reader = await events(bed);
    assert.equal(powerOf(await reader.next("bike")), "live 210");
    bike.trainer.report({ powerWatts: 222 });
    await reader.next("bike", (event) => powerOf(event) === "live 222");
  },
);

testWith(
  NEEDS,
  "a number whose device goes is gone on the page at once",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    bike.trainer.report({ powerWatts: 210 });
    await using reader = await events(bed);
    await reader.next("bike", (event) => powerOf(event) === "live 210");
    bike.trainer.setConnected(false);
    await reader.next("bike", (event) => powerOf(event) === "gone null");
  },
);

testWith(
  NEEDS,
  "without the broker numbers are stale, and live again once it is back",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    bike.trainer.report({ powerWatts: 210 });
    await using reader = await events(bed);
    await reader.next("bike", (event) => powerOf(event) === "live 210");
    await bed.broker.kill();
    await reader.next("bike", (event) => powerOf(event) === "stale 210");
    await reader.next(
      "status",
      ({ data }) => JSON.stringify(data).includes('"isConnected":false'),
    );
    await bed.broker.restart();
    bike.trainer.report({ powerWatts: 215 });
    await reader.next("bike", (event) => powerOf(event) === "live 215");
  },
);

testWith(
  NEEDS,
  "whoever comes back gets the seconds that were missed, and no other",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    bike.trainer.report({ powerWatts: 210, cadenceRpm: 90 });
    const first = await events(bed);
    const { id } = await first.next("sample");
    await first[Symbol.asyncDispose]();
    await ridden(bed.fleet, 3);
    await using again = await EventReader.open(
      new URL("/api/bikes/000001/events", bed.server.url),
      { "last-event-id": id },
    );
    const { data } = await again.next("history");
    assert.ok(Array.isArray(data) && data.length >= 3);
    const seconds = data.map(([second]) => Number(second));
    assert.deepEqual(
      seconds,
      seconds.map((_, index) => Number(id) + 1 + index),
    );
    const response = await bed.ask(`/api/bikes/000001/history?after=${id}`);
    const { rows } = await response.json();
    assert.deepEqual(rows.slice(0, data.length), data);
  },
);

testWith(
  NEEDS,
  "a page that does not read holds nobody back and piles nothing up",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    bike.trainer.report({ powerWatts: 1 });
    await bed.seen("000001", ({ values }) => values.powerWatts.value === 1);
    const { hostname, port } = new URL(bed.server.url);
    using slow = await Deno.connect({ hostname, port: Number(port) });
    await slow.write(new TextEncoder().encode(
      `GET /api/bikes/000001/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`,
    ));
    await using reader = await events(bed);
    for (let watts = 2; watts < 8; watts++) {
      bike.trainer.report({ powerWatts: watts });
      await reader.next("bike", (event) => powerOf(event) === `live ${watts}`);
    }
  },
);

testWith(
  NEEDS,
  "a page gets at most four states a second, the newest last",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    bike.trainer.report({ powerWatts: 1 });
    await using reader = await events(bed);
    await reader.next("bike");
    const started = performance.now();
    for (let watts = 1; watts <= 100; watts++) {
      bike.trainer.report({ powerWatts: watts, speedMetersPerSecond: watts });
    }
    let count = 0;
    await reader.next("bike", (event) => {
      count++;
      return powerOf(event) === "live 100";
    });
    const seconds = (performance.now() - started) / 1000;
    assert.ok(count <= 2 + seconds * 4, `${count} states in ${seconds} s`);
  },
);
