/**
 * Virtual gears, and an inclination that follows the road, on a simulated bike
 * that the program runs, with the frames of its devices.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BikeFollower, valueOf } from "../support/bike_follower.ts";
import { captured, capturedWrites } from "../support/captured_writes.ts";
import { startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";

const BIKE = "000001";

/** How the characteristics begin that trainers and CLIMBs are commanded by. */
const [TRAINER, CLIMB] = ["00002ad9", "a026e037"];

/** Five kilometres at 4 %. */
const ROAD = `[COURSE HEADER]
UNITS = METRIC
DESCRIPTION = A hill
[END COURSE HEADER]
[COURSE DATA]
5.0 4.0 0
[END COURSE DATA]
`;

/** A grade or a tilt in a frame: 0.01 %, two bytes, the low one first. */
function hexOf(percent: number): string {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setInt16(0, Math.round(percent * 100), true);
  return bytes.toHex();
}

/** Asserts that frames came in an order, others between them or not. */
function assertInOrder(
  frames: readonly string[],
  expected: readonly RegExp[],
): void {
  let at = -1;
  for (const one of expected) {
    at = frames.findIndex((hex, i) => i > at && one.test(hex));
    assert.ok(at >= 0, `${one} is missing in its place: ${frames.join(" ")}`);
  }
}

/** The road that the trainer imitates: no wind, at a grade. */
const road = (percent: number) => new RegExp(`^110000${hexOf(percent)}`);

/** The tilt that the CLIMB is brought to. */
const tilt = (percent: number) => new RegExp(`^66${hexOf(percent)}`);

testWith(
  { programs: ["mosquitto"] },
  "shifts over MQTT reach the trainer as a steeper road, the inclination is the road's, and level when the app is killed",
  async () => {
    await using broker = await Mosquitto.start();
    const folder = await Deno.makeTempDir({ prefix: "smartbike-gears-" });
    const capture = `${folder}/frames.jsonl`;
    await Deno.writeTextFile(`${folder}/hill.crs`, ROAD);
    const where = ["--bike", BIKE, "--broker", broker.url];
    const follower = new BikeFollower(BIKE);
    await using _endpoint = follower.endpoint;
    await follower.connect(broker.url);
    try {
      await using bike = startProgram([
        ...["driver", "simulated", ...where, "--capture", capture],
        ...["--gears", "--climb-follows-road"],
      ]);
      await follower.seen("gear/report", (text) => valueOf(text) === 12);
      await bike.seen(/trainer is connected/);
      await using app = startProgram([
        ...["route", "run", `${folder}/hill.crs`, ...where],
      ]);
      await follower.seen("incline/report", (text) => valueOf(text) === 4);
      await follower.command("gear", "up");
      await follower.seen("gear/report", (text) => valueOf(text) === 13);
      await captured(capture, TRAINER, road(4.5));
      await follower.command("gear", '{"gear": 16}');
      await follower.seen("gear/report", (text) => valueOf(text) === 16);
      await captured(capture, TRAINER, road(6));
      await follower.command("gear", "sideways");
      await follower.command("gear", "down");
      await follower.seen("gear/report", (text) => valueOf(text) === 15);
      await captured(capture, TRAINER, road(5.5));
      const before = follower.on("incline/report").length;
      app.kill("SIGKILL");
      await bike.seen(/has ended/);
      await follower.seen(
        "incline/report",
        () =>
          follower.on("incline/report").slice(before).map(valueOf).includes(0),
      );
      bike.kill("SIGTERM");
      assert.equal((await bike.result).code, 0);
      assert.deepEqual(follower.on("gear/report").map(valueOf), [
        ...[12, 13, 16, 15],
      ]);
      assertInOrder(await capturedWrites(capture, TRAINER), [
        ...[road(4), road(4.5), road(6), road(5.5)],
        // The gear stays when the road is gone.
        road(1.5),
      ]);
      const tilts = await capturedWrites(capture, CLIMB);
      assertInOrder(tilts, [tilt(2), tilt(4), tilt(2), tilt(0)]);
      for (const percent of [4.5, 6, 5.5]) {
        assert.ok(!tilts.some((hex) => tilt(percent).test(hex)), `${tilts}`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
