import assert from "node:assert/strict";
import {
  orAborted,
  untilAborted,
  untilInterrupted,
  within,
} from "#lib/cli/interrupt.ts";
import { TimeoutError } from "#lib/errors.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";

Deno.test("untilInterrupted ends the program at once on a second signal, but not on the same one told twice", async () => {
  for (
    const [interrupt, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const
  ) {
    const io = new FakeCliIo();
    const { promise: cleanup, resolve: cleanUp } = Promise.withResolvers<
      void
    >();
    let time = 0;
    const done = untilInterrupted(io, async (signal) => {
      await untilAborted(signal);
      await cleanup;
    }, { now: () => time });
    io.interrupt(interrupt);
    time += 10;
    io.interrupt(interrupt);
    assert.deepEqual(io.exits, []);
    time += 1000;
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

Deno.test("orAborted gives the promise's value, or throws the signal's reason", async () => {
  const end = new AbortController();
  const never = new Promise<never>(() => {});
  assert.equal(await orAborted(Promise.resolve(1), end.signal), 1);
  const waiting = orAborted(never, end.signal);
  end.abort(new RangeError("enough"));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(orAborted(never, end.signal), /enough/);
});

Deno.test("within throws a TimeoutError that names the action, and aborts the work", async () => {
  let aborted = false;
  const work = async (signal: AbortSignal) => {
    await untilAborted(signal);
    aborted = true;
  };
  await assert.rejects(within("get x", { timeoutMs: 1 }, work), (error) => {
    assert.ok(error instanceof TimeoutError);
    assert.deepEqual([error.operation, error.timeoutMs], ["get x", 1]);
    return true;
  });
  assert.ok(aborted);
});
