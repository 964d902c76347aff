/**
 * What needs no broker, as processes.
 *
 * @module
 */
import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { runProgram } from "../support/cli.ts";

Deno.test("the demo shows a property set and changed, a call, a signal, a result and a ride, and ends with 0", async () => {
  const { code, out, error } = await runProgram(["demo"]);
  assert.deepEqual([code, error], [0, ""]);
  const lines = out.split("\n").filter(Boolean).map((line) =>
    line.replace(/:\d+$/, "").replace(/ +/g, " ")
  );
  assert.deepEqual(lines.slice(0, 8), [
    "broker listens on mqtt://127.0.0.1",
    "service serves io.world.Hello",
    "client is connected, by a connection of its own",
    'client sets property last = {"content":"hello"}',
    'client hears it changed last = {"content":"hello"}',
    'client calls operation say({"content":"hi"}, Soon)',
    'client receives signal justSaid({"content":"hi"})',
    "client gets the result 1",
  ]);
  const ride = lines.slice(8);
  assert.equal(ride[0], "bike 000001 rides, with simulated devices");
  assert.equal(ride[1], " km/h rpm watts bpm incline fan");
  const moving = ride.filter((line) =>
    /^ [1-9][\d.]*( \d[\d.]*){5}$/.test(line)
  );
  assert(moving.length > 15, out);
  assert(ride.includes("client setIncline(6) → 6"), out);
  assert(ride.some((line) => line.includes("refused: Cannot call")), out);
  assert.match(moving.at(-1) ?? "", / 6\.0 60$/);
});

Deno.test("the version is that of deno.json, and says that it runs from source", async () => {
  const { code, out } = await runProgram(["--version"]);
  assert.deepEqual([code, out], [
    0,
    `smartbike ${config.version} (from source)\n`,
  ]);
});

Deno.test("help goes to standard output with 0, a usage error to standard error with 2", async () => {
  const [help, mistake, argument] = await Promise.all([
    runProgram(["client", "--help"]),
    runProgram(["clinet"]),
    runProgram(["client", "io.world.Hello", "call", "say", "hi", "Soon"]),
  ]);
  assert.deepEqual([help.code, help.error], [0, ""]);
  assert.match(help.out, /^Usage: smartbike client/);
  assert.deepEqual([mistake.code, mistake.out], [2, ""]);
  assert.match(mistake.error, /did you mean "client"\?/);
  assert.deepEqual([argument.code, argument.out], [2, ""]);
  assert.match(
    argument.error,
    /^smartbike: Cannot call "say": got hi for msg, expected Message as JSON\n/,
  );
});

Deno.test("list prints the members of hello with their types", async () => {
  const { code, out, error } = await runProgram([
    "client",
    "io.world.Hello",
    "list",
  ]);
  assert.deepEqual([code, error], [0, ""]);
  assert.match(out, /property +last: Message/);
  assert.match(out, /operation +say\(msg: Message, when: When\): int/);
  assert.match(out, /signal +justSaid\(msg: Message\)/);
});
