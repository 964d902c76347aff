import assert from "node:assert/strict";
import { orAborted, untilAborted, within } from "#lib/base/deadline.ts";
import { TimeoutError } from "#lib/base/errors.ts";

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
