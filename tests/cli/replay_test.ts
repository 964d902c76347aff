/**
 * Captures and replays, as processes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import { shortNameOf } from "#lib/gatt/uuids.ts";
import { BikeFollower, valueOf } from "../support/bike_follower.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";
import { ROOT } from "../support/source_files.ts";
import { within } from "../support/within.ts";

const REQUIRES = { programs: ["mosquitto"] };
const BIKE = "000001";

async function setUp(keep: AsyncDisposableStack) {
  const broker = keep.use(await Mosquitto.start());
  const follower = new BikeFollower(BIKE);
  keep.use(follower.endpoint);
  await follower.connect(broker.url);
  const { host } = new URL(broker.url);
  return { follower, common: ["--broker", host, "--log-level", "error"] };
}

/** The heart rates in a capture. */
async function capturedRates(file: string): Promise<readonly unknown[]> {
  const lines = (await Deno.readTextFile(file)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line))
    .filter(({ dir, char }) =>
      dir === "notify" && shortNameOf(char ?? "") === "2a37"
    )
    .map(({ hex }) =>
      decodeHeartRateMeasurement(Uint8Array.fromHex(hex)).heartRateBpm
    );
}

testWith(
  REQUIRES,
  "a session of a real trainer is replayed, and ends by itself",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { follower, common } = await setUp(keep);
    const file = new URL("tests/fixtures/gatt/session.jsonl", ROOT).pathname;
    const replay = runProgram(
      ["driver", "replay", file, "trainer", "--speed-up", "20", ...common],
    );
    assert.deepEqual(await within("the replay", replay), {
      code: 0,
      out: follower.endpoint.brokerUrl.replace(
        /.*/,
        (url) => `Bike ${BIKE} on ${url} (MQTT 5): trainer\n`,
      ),
      error: "",
    });
    const watts = follower.on("power/report").map(valueOf);
    assert.deepEqual(watts.slice(0, 3), [125, 120, 121]);
    await follower.seen("cadence/report", (text) => valueOf(text) === 72);
  },
);

testWith(
  REQUIRES,
  "what was captured of a ride is what its replay reports",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { follower, common } = await setUp(keep);
    const folder = await Deno.makeTempDir();
    keep.defer(() => Deno.remove(folder, { recursive: true }));
    const file = `${folder}/ride.jsonl`;
    const names = ["heart-rate", "fan"];
    const ride = keep.use(startProgram([
      ...["driver", "simulated", ...names, "--capture", file],
      ...["--speed-up", "20", ...common],
    ]));
    await follower.seen(
      "heartrate/report",
      (text) => Number(valueOf(text)) > 75,
    );
    ride.kill("SIGTERM");
    assert.equal((await ride.result).code, 0);
    const count = follower.on("heartrate/report").length;
    const replay = await within(
      "the replay",
      runProgram([
        "driver",
        "replay",
        file,
        ...names,
        "--speed-up",
        "20",
        ...common,
      ]),
    );
    assert.deepEqual([replay.code, replay.error], [0, ""]);
    const replayed = follower.on("heartrate/report").map(valueOf).slice(count);
    assert.ok(replayed.length > 5);
    const captured = await capturedRates(file);
    assert.deepEqual(replayed.filter((rate) => !captured.includes(rate)), []);
    assert.equal(replayed.at(-1), captured.at(-1));
  },
);

Deno.test("a file that is no capture is refused with its line, and one that is not there", async () => {
  const readme = new URL("README.md", ROOT).pathname;
  const bad = await runProgram(["driver", "replay", readme]);
  assert.equal(bad.code, 2);
  assert.match(bad.error, /Cannot replay ".*README.md": in line 1 /);
  const absent = await runProgram(["driver", "replay", "nothing.jsonl"]);
  assert.equal(absent.code, 2);
  assert.match(absent.error, /there is no such file/);
});

Deno.test("options that belong to another world are refused", async () => {
  for (
    const args of [["fan", "--seed", "1"], ["fan", "--speed-up", "2"], [
      "replay",
    ]]
  ) {
    const { code, error } = await runProgram(["driver", ...args]);
    assert.equal(code, 2);
    assert.match(error, /^smartbike: Cannot /);
  }
});
