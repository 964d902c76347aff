/**
 * Keys of a real terminal while a workout or a road is ridden.
 *
 * Not emulated: a process that is cannot start another one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { PROGRAM_WORDS, ProgramProcess, startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { Pty } from "../support/pty.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

const ZWO = `<workout_file><name>Mine</name><workout>
<SteadyState Duration="600" Power="0.5"/>
<SteadyState Duration="600" Power="0.3"/>
</workout></workout_file>`;

const CRS = `[COURSE HEADER]
UNITS = METRIC
[END COURSE HEADER]
[COURSE DATA]
5.0 2.0 0
[END COURSE DATA]
`;

/** Starts the program with a terminal as its standard input. */
function startOn(tty: string, args: readonly string[]): ProgramProcess {
  const script = 'exec "$@" < "$0"';
  return new ProgramProcess(
    ["sh", "-c", script, tty, ...PROGRAM_WORDS, ...args],
    {},
  );
}

/** Runs a file on a simulated bike, from a terminal. */
async function withKeys(
  { command, file }: { readonly command: string; readonly file: string },
  work: (rider: {
    readonly run: ProgramProcess;
    readonly press: (keys: string) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await using broker = await Mosquitto.start();
  await using tty = await Pty.start();
  const path = await Deno.makeTempFile({
    suffix: command === "route" ? ".crs" : ".zwo",
  });
  const where = ["--bike", "000001", "--broker", broker.url];
  try {
    await Deno.writeTextFile(path, file);
    await using bike = startProgram([
      ...["driver", "simulated", "--gears", ...where],
    ]);
    await bike.seen(/trainer is connected/);
    const rider = command === "route" ? [] : ["--ftp", "200"];
    await using run = startOn(tty.path, [
      ...[command, "run", path, ...rider, ...where],
    ]);
    await within("the keys", run.seen(/keys: \+ and -/));
    await work({ run, press: (keys) => tty.send(keys) });
    await tty.send("q");
    assert.equal((await within("the end", run.result)).code, 0);
    await within("the end of the ride", bike.seen(/has ended/));
  } finally {
    await Deno.remove(path);
  }
}

const REQUIRES = { programs: ["mosquitto", "socat"] };

testWith(
  REQUIRES,
  "keys of a terminal make a workout harder and easier, pause it, skip, go back, and end it",
  () =>
    withKeys({ command: "workout", file: ZWO }, async ({ run, press }) => {
      for (
        const [keys, line] of [
          ["+", /step 1 of 2: 105 W/],
          ["--", /step 1 of 2: 95 W/],
          [" ", /paused, step 1 of 2: 95 W/],
          [" s", /step 2 of 2: 57 W/],
          ["x+=", /step 2 of 2: 63 W/],
        ] as const
      ) {
        await press(keys);
        await within(`${line}`, run.seen(line));
      }
      const before = run.out.length;
      await press("b");
      await within(
        "the first step",
        run.seen(new RegExp(`^[^]{${before},}step 1 of 2`)),
      );
    }),
);

testWith(
  REQUIRES,
  "keys of a terminal shift the gear while a road is ridden",
  () =>
    withKeys({ command: "route", file: CRS }, async ({ run, press }) => {
      await press("++");
      await within("gear 14", run.seen(/gear 14/));
      await press("-");
      await within("gear 13", run.seen(/gear 14[^]*gear 13/));
      await press(" ");
      await within("the pause", run.seen(/paused/));
    }),
);
