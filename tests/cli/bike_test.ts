/**
 * `smartbike bike`: a bike whose object is off, commanded by its topics.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { runProgram, startProgram } from "../support/cli.ts";

Deno.test("bike sets an actuator of a bike without an object, and prints what the bike answers", async () => {
  await using broker = await EmbeddedBroker.listen();
  const at = ["--broker", broker.url, "--bike", "000001"];
  await using bike = startProgram(
    ["driver", "simulated", ...at, "--without-record", "--without-object"],
  );
  await bike.seen(/Bike 000001/);
  await bike.seen(/climb is connected/);
  const run = (...words: readonly string[]) =>
    runProgram(["bike", ...words, ...at]);

  const set = await run("set", "incline", "6");
  assert.deepEqual([set.code, set.out, set.error], [0, "set to 6\n", ""]);
  const refused = await run("set", "incline", "99");
  assert.deepEqual([refused.code, refused.out], [1, ""]);
  assert.match(refused.error, /inclinePercent.* 99: it may go from -10 to 19/);
  const stopped = await run("stop");
  assert.deepEqual([stopped.code, stopped.out], [0, "done\n"]);
  const watched = await run("watch", "--count", "1");
  assert.equal(watched.code, 0);
  assert.match(watched.out, /W/);
});

Deno.test("bike says that nothing was heard of a bike that is not there", async () => {
  await using broker = await EmbeddedBroker.listen();
  const { code, error } = await runProgram(
    ["bike", "stop", "--broker", broker.url, "--bike", "000009"],
  );
  assert.equal(code, 1);
  assert.match(error, /Cannot command bike "000009": nothing was heard of it/);
});

for (const command of [["watch"], ["bike", "watch"]]) {
  Deno.test(`${command.join(" ")} says beside its lines that nothing is heard of a bike`, async () => {
    await using broker = await EmbeddedBroker.listen();
    await using watch = startProgram(
      [...command, "--broker", broker.url, "--bike", "000009"],
    );
    await watch.seen(/^smartbike: Waiting for bike 000009: nothing was heard/m);
    watch.kill("SIGINT");
    assert.equal((await watch.result).out, "");
  });
}

for (
  const [words, problem] of [
    [["sett", "fan", "1"], /expected watch, set, stop, did you mean "set"/],
    [["set", "fam", "1"], /expected incline, resistance, power, fan/],
    [["set", "fan", "much"], /Cannot set "fan" to "much": expected one number/],
    [["set", "fan", "1", "2"], /Cannot set "fan" to "1 2": expected one/],
    [["stop", "now"], /Cannot stop "now": expected no more/],
  ] as const
) {
  Deno.test(`bike refuses "${words.join(" ")}"`, async () => {
    const { code, error } = await runProgram(["bike", ...words]);
    assert.equal(code, 2);
    assert.match(error, problem);
  });
}
