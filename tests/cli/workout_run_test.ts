/**
 * Workouts that the program has a simulated bike ride, with the trainer's own
 * frames.
 *
 * @module
 */
import assert from "node:assert/strict";
import { capturedWrites } from "../support/captured_writes.ts";
import { type ProgramProcess, startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";

const ZWO = `<workout_file><name>Mine</name><workout>
<SteadyState Duration="4" Power="0.25"/>
<FreeRide Duration="3"/>
<SteadyState Duration="600" Power="0.3" Cadence="95"/>
</workout></workout_file>`;

/** How the characteristic begins that trainers are commanded by. */
const TRAINER = "00002ad9";

/** A simulated bike whose frames are captured, and a workout that is run on it. */
async function withRun(
  work: (ride: {
    readonly bike: ProgramProcess;
    readonly workout: ProgramProcess;
    readonly broker: Mosquitto;
  }) => Promise<void>,
): Promise<readonly string[]> {
  await using broker = await Mosquitto.start();
  const folder = await Deno.makeTempDir({ prefix: "smartbike-workout-" });
  const capture = `${folder}/frames.jsonl`;
  await Deno.writeTextFile(`${folder}/mine.zwo`, ZWO);
  const where = ["--bike", "000001", "--broker", broker.url];
  try {
    await using bike = startProgram([
      "driver",
      "simulated",
      ...where,
      "--capture",
      capture,
    ]);
    await bike.seen(/trainer is connected/);
    await using workout = startProgram([
      "workout",
      "run",
      `${folder}/mine.zwo`,
      "--ftp",
      "200",
      ...where,
    ]);
    await workout.seen(/step 3 of 3: 60 W, 95 rpm/);
    await work({ bike, workout, broker });
    bike.kill("SIGTERM");
    assert.equal((await bike.result).code, 0);
    return await capturedWrites(capture, TRAINER);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asserts that the brake held both powers, was free between them, and is free at the end. */
function assertRidden(frames: readonly string[]): void {
  const kinds = frames.filter((hex) => /^(05|11)/.test(hex));
  const first = kinds.indexOf("053200");
  const free = kinds.findIndex((hex, i) => i > first && hex.startsWith("11"));
  const second = kinds.findIndex((hex, i) => i > free && hex.startsWith("05"));
  assert.ok(first >= 0 && first < free && free < second, String(kinds));
  assert.match(kinds.at(-1) ?? "", /^1100000000/, String(kinds));
}

testWith(
  { programs: ["mosquitto"] },
  "Ctrl-C ends a workout, and the trainer's brake is let go",
  async () => {
    const frames = await withRun(async ({ bike, workout }) => {
      workout.kill("SIGINT");
      assert.equal((await workout.result).code, 0);
      await bike.seen(/has ended/);
    });
    assertRidden(frames);
  },
);

testWith(
  { programs: ["mosquitto"] },
  "a workout whose program crashes is ended by the bike, and the trainer's brake is let go",
  async () => {
    const frames = await withRun(async ({ bike, workout }) => {
      workout.kill("SIGKILL");
      await bike.seen(/has ended/);
    });
    assertRidden(frames);
  },
);

testWith(
  { programs: ["mosquitto"] },
  "a workout ends when the broker is gone, and the trainer's brake is let go",
  async () => {
    const frames = await withRun(async ({ bike, broker }) => {
      await broker.kill();
      await bike.seen(/has ended/);
    });
    assertRidden(frames);
  },
);
