/**
 * A ride whose record stands on a disk that gets full.
 *
 * @module
 */
import assert from "node:assert/strict";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { BikeFollower } from "../support/bike_follower.ts";
import { startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";
import { SmallDisk } from "../support/small_disk.ts";

const BIKE = "000001";

/** The longest time between two samples of the power, in milliseconds. */
async function longestGapMs(path: string): Promise<number> {
  await using store = new SqliteRideStore(path);
  const rides = await store.rides();
  assert.equal(rides.length, 1);
  const [ride] = rides;
  const samples = ride ? await store.samples(ride) : [];
  const times = samples.flatMap(({ metric, timeMs }) =>
    metric === "power" ? [timeMs] : []
  );
  assert.ok(times.length > 60, `there are ${times.length} samples`);
  return Math.max(...times.map((time, i) => time - (times[i - 1] ?? time)));
}

testWith(
  { programs: ["mosquitto", "mount"], root: true },
  "a disk that is full is reported on the bike's status, the ride goes on, and nothing of it is missing when there is room again",
  async () => {
    await using broker = await Mosquitto.start();
    await using disk = await SmallDisk.mount();
    const follower = new BikeFollower(BIKE);
    await using _endpoint = follower.endpoint;
    await follower.connect(broker.url);
    const path = `${disk.path}/rides.db`;
    await using bike = startProgram([
      ...["driver", "simulated", "--bike", BIKE, "--broker", broker.url],
      ...["--db", path, "--speed-up", "20"],
    ]);
    await follower.seen(
      "ride/report",
      (text) => JSON.parse(text).value === "started",
    );
    disk.fill();
    const status = await follower.seen(
      "ride/status",
      (text) => JSON.parse(text).value === "failed",
    );
    const { error } = JSON.parse(status);
    assert.equal(error.code, "store");
    assert.match(error.message, /rides\.db": .*full, expected a place/);
    const before = follower.on("power/report").length;
    await follower.seen(
      "power/report",
      () => follower.on("power/report").length > before + 60,
    );
    await follower.command("fan", "40");
    await follower.seen("fan/report", (text) => JSON.parse(text).value === 40);
    disk.free();
    await follower.seen(
      "ride/status",
      (text) => JSON.parse(text).value === "ok",
    );
    bike.kill("SIGTERM");
    assert.equal((await bike.result).code, 0);
    assert.ok(await longestGapMs(path) < 10_000);
  },
);
