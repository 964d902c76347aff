/**
 * A recorder that is killed at random instants. SMARTBIKE_KILLS says how often;
 * with a hundred or more it prints its figures.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { timelineOf } from "#lib/ride/timeline.ts";
import { fc } from "../../property.ts";
import { START_MS } from "./ride_samples.ts";

const KILLS = Number(Deno.env.get("SMARTBIKE_KILLS") ?? 6);
const ROOT = new URL("../../../", import.meta.url);

/** Rides a second each 5 ms, at 40 times the speed, from where it is asked to; says what it has stored. */
function riderScript(path: string): string {
  return `
import { systemClock } from "#lib/base/clock.ts";
import { SpeedUpClock } from "#lib/base/speed_up_clock.ts";
import { Recorder } from "#lib/ride/recorder.ts";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
const store = new SqliteRideStore(${JSON.stringify(path)});
const recorder = new Recorder(store, { clock: new SpeedUpClock(systemClock, 40) });
let second = Number(Deno.args[0]);
console.log(0);
setInterval(() => {
  const timeMs = ${START_MS} + second++ * 1000;
  for (const [metric, value] of [["power", 200], ["cadence", 90], ["speed", 8]]) {
    recorder.add({ bike: "000001", metric, timeMs, value });
  }
  console.log(recorder.counts.stored);
}, 5);`.replaceAll("#lib/", new URL("lib/", ROOT).href);
}

/** Rides from a second on until it is killed; the count of samples that it said were stored. */
async function rideUntilKilled(
  script: string,
  second: number,
  afterMs: number,
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--quiet",
      "-A",
      "--config",
      new URL("deno.json", ROOT).pathname,
      script,
      String(second),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let stored = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    timer ??= setTimeout(() => child.kill("SIGKILL"), afterMs);
    stored = Number(text.trim().split("\n").at(-1) ?? stored);
  }
  await child.status;
  return stored;
}

Deno.test("a recorder that is killed at random instants leaves a whole store, and goes on with the ride", async () => {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-kills-" });
  const path = `${folder}/rides.db`;
  const script = `${folder}/rider.ts`;
  await Deno.writeTextFile(script, riderScript(path));
  const waits = fc.sample(fc.integer({ min: 1, max: 400 }), {
    numRuns: KILLS,
    seed: 20,
  });
  let before = 0;
  let ridden = 0;
  try {
    for (const [kill, waitMs] of waits.entries()) {
      const said = await rideUntilKilled(script, before / 3, waitMs);
      const database = new DatabaseSync(path);
      const { integrity_check: whole } =
        database.prepare("PRAGMA integrity_check").get() ?? {};
      database.close();
      assert.equal(whole, "ok", `kill ${kill}`);
      await using store = new SqliteRideStore(path);
      const [ride, ...more] = await store.rides();
      assert.equal(more.length, 0, `kill ${kill}`);
      const samples = ride ? await store.samples(ride) : [];
      // What it said was stored is there; a second is there whole or not at all.
      assert.ok(
        samples.length >= before + said,
        `kill ${kill}: ${samples.length} of ${before + said}`,
      );
      assert.equal(samples.length % 3, 0, `kill ${kill}`);
      assert.equal(
        timelineOf(samples).length,
        samples.length / 3,
        `kill ${kill}`,
      );
      before = samples.length;
      ridden += said;
    }
    assert.ok(before > 0);
    if (KILLS >= 100) {
      Deno.stdout.writeSync(
        new TextEncoder().encode(
          `${KILLS} kills: ${before} samples in one ride, ${ridden} of them acknowledged, none lost, none twice\n`,
        ),
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
