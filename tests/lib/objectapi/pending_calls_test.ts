import assert from "node:assert/strict";
import { systemClock } from "#lib/base/clock.ts";
import { PendingCalls } from "#lib/objectapi/pending_calls.ts";

/** Calls whose timer ends with the test. */
function makeCalls<Reply>(): PendingCalls<Reply> & Disposable {
  return Object.assign(new PendingCalls<Reply>(systemClock), {
    [Symbol.dispose](this: PendingCalls<Reply>) {
      this.close(() => new RangeError("the test is over"));
    },
  });
}

const options = { operation: "m/I/op", timeoutMs: 60_000, connection: 1 };

Deno.test("PendingCalls finds a call by its correlation until it settles", async () => {
  using calls = makeCalls<number>();
  const call = calls.add(options);
  assert.equal(calls.get(call.correlation), call);
  assert.equal(calls.get("another"), undefined);
  call.resolve(1);
  assert.equal(calls.get(call.correlation), undefined);
  assert.equal(calls.size, 0);
  assert.equal(await call.reply, 1);
});

Deno.test("PendingCalls keeps the first of two replies", async () => {
  using calls = makeCalls<number>();
  const call = calls.add(options);
  call.resolve(1);
  call.resolve(2);
  call.reject(new RangeError("late"));
  assert.equal(await call.reply, 1);
});

Deno.test("PendingCalls never gives a correlation twice, and only letters, digits and the signs of base64", () => {
  using first = makeCalls<void>();
  using second = makeCalls<void>();
  const calls = [first, second].flatMap((list) =>
    Array.from({ length: 1000 }, () => list.add(options))
  );
  assert.equal(new Set(calls.map(({ correlation }) => correlation)).size, 2000);
  for (const call of calls) {
    assert.match(call.correlation, /^[A-Za-z0-9+/]{16,32}$/);
    call.resolve();
  }
});

Deno.test("PendingCalls rejects with a TimeoutError when the time is over", async () => {
  using calls = makeCalls<void>();
  const call = calls.add({ ...options, timeoutMs: 1 });
  await assert.rejects(call.reply, {
    name: "TimeoutError",
    operation: "m/I/op",
    timeoutMs: 1,
  });
});

Deno.test("PendingCalls fails each call at its own time, whichever was added first", async () => {
  using calls = makeCalls<void>();
  const late = calls.add({ ...options, timeoutMs: Infinity });
  const later = calls.add(options);
  const soon = calls.add({ ...options, timeoutMs: 1 });
  await assert.rejects(soon.reply, { name: "TimeoutError" });
  assert.deepEqual([late.settled, later.settled], [false, false]);
  for (const call of [late, later]) call.resolve();
});

Deno.test("PendingCalls rejects with the reason of an aborted signal", async () => {
  using calls = makeCalls<void>();
  const reason = new RangeError("enough");
  const { reply, settled } = calls.add({
    ...options,
    signal: AbortSignal.abort(reason),
  });
  assert.equal(settled, true);
  await assert.rejects(reply, reason);
});

Deno.test("PendingCalls aborts whenSettled of a call that has settled or settles", () => {
  using calls = makeCalls<void>();
  const call = calls.add(options);
  const before = call.whenSettled();
  assert.equal(before.aborted, false);
  call.resolve();
  assert.equal(before.aborted, true);
  assert.equal(call.whenSettled().aborted, true);
});

Deno.test("PendingCalls.rejectBefore fails only calls of earlier connections", async () => {
  using calls = makeCalls<void>();
  const old = calls.add(options);
  const young = calls.add({ ...options, connection: 2 });
  calls.rejectBefore(2, () => new RangeError("lost"));
  await assert.rejects(old.reply, { message: "lost" });
  assert.equal(young.settled, false);
  young.resolve();
});
