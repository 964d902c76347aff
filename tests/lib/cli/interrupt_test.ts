import assert from "node:assert/strict";
import { untilInterrupted } from "#lib/cli/interrupt.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

Deno.test("untilInterrupted ends the program at once on a second signal, but not on the same one delivered twice", async () => {
  for (
    const [interrupt, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const
  ) {
    const io = new FakeCliIo();
    const { promise: cleanup, resolve: cleanUp } = Promise.withResolvers<
      void
    >();
    const clock = new FakeClock();
    const done = untilInterrupted(io, async (signal) => {
      await untilAborted(signal);
      await cleanup;
    }, clock);
    io.interrupt(interrupt);
    await clock.advance(10);
    io.interrupt(interrupt);
    assert.deepEqual(io.exits, []);
    await clock.advance(1000);
    io.interrupt(interrupt);
    assert.deepEqual(io.exits, [code]);
    cleanUp();
    await done;
    assert.equal(io.listenerCount, 0);
  }
});

Deno.test("untilInterrupted hands on an error, unless a signal came first", async () => {
  const io = new FakeCliIo();
  const fail = () => Promise.reject(new RangeError("odd"));
  await assert.rejects(untilInterrupted(io, fail), RangeError);
  const interrupted = untilInterrupted(io, async (signal) => {
    await untilAborted(signal);
    await fail();
  });
  io.interrupt("SIGINT");
  await interrupted;
});

Deno.test("untilInterrupted ends the program where its work does not end within four seconds of the signal", async () => {
  const io = new FakeCliIo();
  const clock = new FakeClock();
  const { promise: cleanup, resolve: cleanUp } = Promise.withResolvers<void>();
  const done = untilInterrupted(io, () => cleanup, clock);
  await clock.advance(60_000);
  io.interrupt("SIGTERM");
  await clock.advance(3999);
  assert.deepEqual(io.exits, []);
  await clock.advance(1);
  assert.deepEqual(io.exits, [0]);
  cleanUp();
  await done;
  assert.equal(clock.timerCount, 0);
});
