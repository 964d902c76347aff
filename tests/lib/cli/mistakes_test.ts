/**
 * What a stranger types wrong, and what is said of it: the place, what was
 * found, and what may stand there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";

const MISTAKES: readonly (readonly [command: string, says: RegExp])[] = [
  ["help foo", /the help of "foo": there is no such command$/m],
  ["strat", /"strat".* did you mean "start"\?$/m],
  ["bike", /: VERB is missing, expected watch, set, stop$/m],
  ["bike set", /: NAME is missing, expected incline, resistance, power, fan$/m],
  ["bike set fan", /^smartbike: Cannot set fan: NUMBER is missing/],
  ["bike set fan high", /Cannot set "fan" to "high": expected one number$/m],
  ["broker-config", /: BROKER is missing, expected mosquitto$/m],
  ["completions", /: SHELL is missing, expected bash, zsh, fish$/m],
  ["config", /: ACTION is missing, expected show, check, schema$/m],
  ["route show", /: FILE is missing, expected one file$/m],
  ["workout show", /: WORKOUT is missing, expected one workout$/m],
  ["workout show a.zwo", /"a\.zwo": there is no such file or folder$/m],
  ["workout run a.zwo", /"a\.zwo": there is no such file or folder$/m],
  ["route show a.gpx", /"a\.gpx": there is no such file or folder$/m],
  ["workout ride a.zwo", /Cannot ride workouts: .*, did you mean "run"\?$/m],
  ["route start a.gpx", /, did you mean "run"\?$/m],
  [
    "rides import --db :memory:",
    /: FILE is missing, expected one file or more$/m,
  ],
  [
    "rides list --db /nowhere/rides.db",
    /"\/nowhere\/rides\.db": there is no such file/,
  ],
  ["driver trainr", /"trainr": there is none, did you mean "trainer"\?$/m],
  ["driver simulatd", /"simulatd": there is none, did you mean "simulated"\?/],
  ["driver lst", /"lst": there is none, did you mean "list"\?$/m],
  ["driver fan lst", /"lst": there is none, expected heart-rate/],
  ["client test.bed.Bed gett name", /"gett".* did you mean "get"\?$/m],
  [
    "client test.bed.Bed get nme",
    /"nme" of test\.bed\.Bed, did you mean "name"\?$/m,
  ],
  [
    "generate empty --out src",
    /"empty": there are no definitions, expected \.idl/,
  ],
  [
    "service --module empty",
    /"empty": there are no definitions, expected \.idl/,
  ],
  ["status --timeout soon", /--timeout "soon"/],
];

for (const [command, says] of MISTAKES) {
  Deno.test(`smartbike ${command} ends with a word on what is wrong`, async () => {
    const io = new FakeCliIo({ files: { "empty/notes.txt": "" } });
    const code = await runCli(command.split(" "), compose(io));
    assert.ok(code === 1 || code === 2, `${code}`);
    assert.equal(io.out, "");
    assert.match(io.error, says);
    assert.doesNotMatch(io.error, /""|unexpected error|os error/);
  });
}

Deno.test("check says of a file that is no definition what a definition is named", async () => {
  const io = new FakeCliIo({ files: { "README.md": "# Bike" } });
  io.listDirectory = (path) =>
    Promise.reject(
      Object.assign(new Deno.errors.NotADirectory(path), { code: "ENOTDIR" }),
    );
  assert.equal(await runCli(["check", "README.md"], compose(io)), 1);
  assert.match(
    io.out + io.error,
    /"README\.md": its name does not say .* expected a name like io\.module\.yaml/,
  );
});
