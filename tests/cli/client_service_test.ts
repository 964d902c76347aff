/**
 * The README's two terminals, as processes, with every kind of broker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BROKERS } from "../support/brokers.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { testWith } from "../support/requires.ts";

const HI = '{"content":"hi"}';

for (const { name, requires, reportsNoSubscribers, start } of BROKERS) {
  testWith(requires, `service and client work over the ${name}`, async (t) => {
    await using broker = await start();
    const { host } = new URL(broker.url);
    await using service = startProgram(["service", "--broker", host]);
    await service.seen(/\n/);
    await useService(t, host);
    await watchService(t, host);
    await t.step(
      "service ends on SIGTERM with 0, after its one line",
      async () => {
        service.kill("SIGTERM");
        const { code, out, error } = await service.result;
        assert.deepEqual([code, error], [0, ""]);
        assert.equal(
          out,
          `Serving io.world.Hello on mqtt://${host} (MQTT 5)\n`,
        );
      },
    );
    await missService(t, host, reportsNoSubscribers);
  });
}

function argumentsFor(host: string, args: readonly string[]) {
  return ["client", "--broker", host, "io.world.Hello", ...args];
}

async function useService(t: Deno.TestContext, host: string) {
  const client = (...args: readonly string[]) =>
    runProgram(argumentsFor(host, args));

  await t.step("call prints the result", async () => {
    const { code, out, error } = await client("call", "say", HI, "Soon");
    assert.deepEqual([code, out, error], [0, "1\n", ""]);
  });

  await t.step(
    "call takes enums by value, and --json behind the arguments",
    async () => {
      const { code, out, error } = await client(
        "call",
        "say",
        HI,
        "1",
        "--json",
      );
      assert.deepEqual([code, out, error], [0, "2\n", ""]);
    },
  );

  await t.step("set changes what watch and get print", async () => {
    const args = argumentsFor(host, ["watch", "last", "--count", "2"]);
    await using watch = startProgram(args);
    await watch.seen(/"hi"/);
    const set = await client("set", "last", '{"content":"x"}');
    assert.deepEqual(set, { code: 0, out: "", error: "" });
    const { out } = await watch.result;
    assert.equal(out, 'last = {"content":"hi"}\nlast = {"content":"x"}\n');
    const get = await client("get", "last");
    assert.deepEqual(get, { code: 0, out: '{"content":"x"}\n', error: "" });
  });
}

async function watchService(t: Deno.TestContext, host: string) {
  await t.step(
    "watch shows the current value, then changes and signals, until SIGINT",
    async () => {
      const args = argumentsFor(host, ["watch", "--json"]);
      await using watch = startProgram(args);
      await watch.seen(/"x"/);
      await runProgram(argumentsFor(host, ["call", "say", HI, "Now"]));
      await watch.seen(/justSaid/);
      watch.kill("SIGINT");
      const { code, out, error } = await watch.result;
      assert.deepEqual([code, error], [0, ""]);
      const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
      assert.deepEqual(lines, [
        { property: "last", value: { content: "x" } },
        { property: "last", value: { content: "hi" } },
        { signal: "justSaid", args: [{ content: "hi" }] },
      ]);
    },
  );

  await t.step(
    "a client of MQTT 3.1.1 calls the service of MQTT 5",
    async () => {
      const args = ["--protocol", "3.1.1", "call", "say", HI, "Never"];
      const { code, out } = await runProgram(argumentsFor(host, args));
      assert.deepEqual([code, out], [0, "3\n"]);
    },
  );
}

async function missService(
  t: Deno.TestContext,
  host: string,
  isNotified: boolean,
) {
  await t.step(
    "without a service, call and set fail where the broker reports, else call times out",
    async () => {
      const limit = ["--timeout", "3s"];
      const [call, set] = await Promise.all([
        runProgram(argumentsFor(host, ["call", "say", HI, "Soon", ...limit])),
        runProgram(argumentsFor(host, ["set", "last", HI])),
      ]);
      assert.deepEqual([call.code, call.out, set.out], [1, "", ""]);
      assert.equal(set.code, isNotified ? 1 : 0);
      if (isNotified) {
        const why = "nobody serves io.world.Hello on this broker\n";
        assert.equal(call.error, `smartbike: Cannot call "say": ${why}`);
        assert.equal(set.error, `smartbike: Cannot set "last": ${why}`);
      } else {
        assert.match(
          call.error,
          /no answer after 3000 ms\nCheck that the service is running/,
        );
        assert.equal(set.error, "");
      }
    },
  );
}
