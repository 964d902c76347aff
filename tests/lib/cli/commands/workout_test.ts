import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";

const FILES = {
  "w/easy.zwo":
    '<workout_file><name>Easy</name><workout>\n<SteadyState Duration="600" Power="0.5"/>\n<Cooldown Duration="300" PowerLow="0.3" PowerHigh="0.5"/>\n<SteadyState Duration="5" Power="9"/></workout></workout_file>',
  "w/bad.erg": "[COURSE DATA]\n0 100\n5 hard\n",
  "w/hill.crs": "[COURSE HEADER]\n;DISTANCE GRADE WIND\n[COURSE DATA]\n1 5 0\n",
  "w/notes.txt": "nothing",
};

async function run(...args: string[]) {
  const io = new FakeCliIo({ files: FILES });
  const code = await runCli(["workout", ...args], compose(io));
  return { code, out: io.out, error: io.error };
}

Deno.test("workout list names the program's own workouts and the files of a folder", async () => {
  const { code, out } = await run("list", "w");
  assert.equal(code, 0);
  assert.match(out, /^NAME +LENGTH +WHAT\nramped +20:00 +resistance/);
  assert.match(out, /w\/easy\.zwo +15:05 +Easy/);
  assert.match(out, /w\/bad\.erg +- +Cannot read "bad\.erg": line 3: "hard"/);
  assert.doesNotMatch(out, /notes/);
});

Deno.test("workout show prints steps in watts of the rider, and what the bike will not do", async () => {
  const { code, out } = await run("show", "w/easy.zwo", "--ftp", "250");
  assert.equal(code, 0);
  assert.match(out, /^Easy \(zwo\): 15:05, 3 steps\naverage /);
  assert.match(out, /^0:00 +10:00 +125 W$/m);
  assert.match(out, /^10:00 +5:00 +75 W to 125 W$/m);
  assert.match(out, /^notice line 3: A cool-down that climbs/m);
  assert.match(
    out,
    /^notice: 1 of 3 steps ask for more than the bike's limit of 2000 W/m,
  );
});

Deno.test("workout show --json gives steps, total, average, normalized and notices", async () => {
  const { code, out } = await run("show", "w/easy.zwo", "--json");
  assert.equal(code, 0);
  const json = JSON.parse(out);
  assert.equal(json.totalS, 905);
  assert.equal(json.steps.length, 3);
  assert.deepEqual(json.notices.map(({ code }: { code: string }) => code), [
    "cooldown_direction",
  ]);
  assert.ok(json.normalized > json.average);
});

Deno.test("workout show takes a course of distances as a road", async () => {
  const { out } = await run("show", "w/hill.crs", "--json");
  const { totalM, climbM } = JSON.parse(out);
  assert.deepEqual([totalM, climbM], [1000, 50]);
});

Deno.test("workout show refuses a bad file with its line and the reason", async () => {
  const { code, error } = await run("show", "w/bad.erg");
  assert.equal(code, 1);
  assert.match(
    error,
    /Cannot read "bad\.erg": line 3: "hard" stands there, expected a number/,
  );
});

Deno.test("workout show refuses a file that is not there, and a name that is none", async () => {
  assert.match((await run("show", "w/none.zwo")).error, /no such file/);
  const { code, error } = await run("show", "rampt");
  assert.equal(code, 2);
  assert.match(error, /expected a file, or one of ramped/);
});

Deno.test("workout refuses a verb and an FTP that are none", async () => {
  assert.match((await run("shwo", "ftp")).error, /Cannot shwo workouts/);
  const { code, error } = await run("show", "ftp", "--ftp", "many");
  assert.equal(code, 2);
  assert.match(error, /expected a number from 50 to 600/);
});
