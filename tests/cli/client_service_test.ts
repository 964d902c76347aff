/**
 * The README's two terminals, as processes, with every kind of broker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BROKERS } from "../support/brokers.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { testWith } from "../support/requires.ts";

for (const { name, requires, tellsNoSubscribers, start } of BROKERS) {
  testWith(requires, `service and client work over the ${name}`, async (t) => {
    await using broker = await start();
    const url = new URL(broker.url);
    const client = (...args: readonly string[]) =>
      runProgram(["client", "--broker", url.host, "io.world.Hello", ...args]);
    const hi = '{"content":"hi"}';

    await using service = startProgram(["service", "--broker", url.host]);
    await service.seen(/\n/);

    await t.step("call prints the result", async () => {
      const { code, out, error } = await client("call", "say", hi, "Soon");
      assert.deepEqual([code, out, error], [0, "1\n", ""]);
    });

    await t.step(
      "call takes enums by value, and --json behind the arguments",
      async () => {
        const { code, out, error } = await client(
          "call",
          "say",
          hi,
          "1",
          "--json",
        );
        assert.deepEqual([code, out, error], [0, "2\n", ""]);
      },
    );

    await t.step("set changes what get prints", async () => {
      const args = ["client", "--broker", url.host, "io.world.Hello", "watch"];
      await using watch = startProgram([...args, "last", "--count", "2"]);
      await watch.seen(/"hi"/);
      const set = await client("set", "last", '{"content":"x"}');
      assert.deepEqual(set, { code: 0, out: "", error: "" });
      const watched = await watch.result;
      assert.equal(
        watched.out,
        'last = {"content":"hi"}\nlast = {"content":"x"}\n',
      );
      const get = await client("get", "last");
      assert.deepEqual(get, { code: 0, out: '{"content":"x"}\n', error: "" });
    });

    await t.step(
      "watch shows the current value, then changes and signals, until SIGINT",
      async () => {
        const args = ["client", "--broker", url.host, "--json"];
        await using watch = startProgram([...args, "io.world.Hello", "watch"]);
        await watch.seen(/"x"/);
        await client("call", "say", hi, "Now");
        await watch.seen(/justSaid/);
        watch.kill("SIGINT");
        const { code, out, error } = await watch.result;
        assert.deepEqual([code, error], [0, ""]);
        assert.deepEqual(
          out.trimEnd().split("\n").map((line) => JSON.parse(line)),
          [
            { property: "last", value: { content: "x" } },
            { property: "last", value: { content: "hi" } },
            { signal: "justSaid", args: [{ content: "hi" }] },
          ],
        );
      },
    );

    await t.step("both speak MQTT 3.1.1 where they are told to", async () => {
      const args = ["--protocol", "3.1.1"];
      const { code, out } = await client(...args, "call", "say", hi, "Never");
      assert.deepEqual([code, out], [0, "3\n"]);
    });

    await t.step(
      "service ends on SIGTERM with 0, after its one line",
      async () => {
        service.kill("SIGTERM");
        const { code, out, error } = await service.result;
        assert.deepEqual([code, error], [0, ""]);
        assert.equal(
          out,
          `Serving io.world.Hello on mqtt://${url.host} (MQTT 5)\n`,
        );
      },
    );

    await t.step(
      "without a service, call and set fail where the broker tells, else call times out",
      async () => {
        const call = await client(
          "call",
          "say",
          hi,
          "Soon",
          "--timeout",
          "500ms",
        );
        const set = await client("set", "last", hi);
        assert.deepEqual([call.code, call.out, set.out], [1, "", ""]);
        if (tellsNoSubscribers) {
          assert.match(
            call.error,
            /^smartbike: Cannot call "say": nobody serves io.world.Hello/,
          );
          assert.match(
            set.error,
            /^smartbike: Cannot set "last": nobody serves io.world.Hello/,
          );
          assert.equal(set.code, 1);
        } else {
          assert.match(
            call.error,
            /no answer after 500 ms\nPerhaps nobody serves it/,
          );
          assert.deepEqual([set.code, set.error], [0, ""]);
        }
      },
    );
  });
}
