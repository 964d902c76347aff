/**
 * A fan that follows its rider, on a simulated bike that the program runs, with
 * the frames of the fan.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BikeFollower, valueOf } from "../support/bike_follower.ts";
import { captured, capturedWrites } from "../support/captured_writes.ts";
import { type ProgramProcess, startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";

const BIKE = "000001";

/** How the characteristic begins that a HEADWIND is commanded by. */
const FAN = "a026e038";

/** How fast the fan may change by default, in percent a second. */
const SLEW = 10;

/** The percents of frames that set a speed. */
function percents(frames: readonly string[]): readonly number[] {
  return frames.filter((hex) => /^02..$/.test(hex))
    .map((hex) => Number.parseInt(hex.slice(2), 16));
}

/** A simulated bike whose fan follows the power, its frames captured. */
async function withFan(
  work: (ride: {
    readonly bike: ProgramProcess;
    readonly follower: BikeFollower;
    readonly capture: string;
  }) => Promise<void>,
): Promise<readonly number[]> {
  await using broker = await Mosquitto.start();
  const folder = await Deno.makeTempDir({ prefix: "smartbike-fan-" });
  const capture = `${folder}/frames.jsonl`;
  const follower = new BikeFollower(BIKE);
  await using _endpoint = follower.endpoint;
  await follower.connect(broker.url);
  try {
    await using bike = startProgram([
      ...["driver", "simulated", "--bike", BIKE, "--broker", broker.url],
      ...["--fan-follows", "power", "--capture", capture, "--speed-up", "4"],
    ]);
    await follower.seen("fan/report", (text) => Number(valueOf(text)) >= 30);
    await work({ bike, follower, capture });
    bike.kill("SIGTERM");
    assert.equal((await bike.result).code, 0);
    return percents(await capturedWrites(capture, FAN));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testWith(
  { programs: ["mosquitto"] },
  "a fan that follows the power gets it in frames that rise slowly, and is off when the program ends",
  async () => {
    const reported: unknown[] = [];
    const frames = await withFan(({ follower }) => {
      reported.push(...follower.on("fan/report").map(valueOf));
      return Promise.resolve();
    });
    assert.ok(frames.length >= 4, String(frames));
    for (const [i, percent] of frames.entries()) {
      assert.ok(percent - (frames[i - 1] ?? 0) <= SLEW, String(frames));
    }
    assert.ok(
      frames.slice(0, 3).every((percent) => reported.includes(percent)),
      `${frames} but ${reported}`,
    );
    assert.equal(frames.at(-1), 0, String(frames));
  },
);

testWith(
  { programs: ["mosquitto"] },
  "a fan that follows the power stays as a command over MQTT sets it",
  async () => {
    const frames = await withFan(async ({ follower, capture }) => {
      await follower.command("fan", "100");
      await captured(capture, FAN, /^0264$/);
      const count = follower.on("power/report").length;
      await follower.seen(
        "power/report",
        () => follower.on("power/report").length > count + 20,
      );
    });
    assert.equal(frames.at(-1), 100, String(frames));
  },
);
