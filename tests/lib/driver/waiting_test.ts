import assert from "node:assert/strict";
import { TimeoutError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { Timer } from "#lib/driver/timer.ts";
import { until } from "#lib/driver/until.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const NEVER = new AbortController().signal;

Deno.test("until takes the first event that says something, and then listens no more", async () => {
  const hook = new EventHook<[value: number]>("value");
  const big = until(hook, (value) => value > 10 ? value : undefined, NEVER);
  for (const value of [1, 11, 12]) hook.fire(value);
  assert.equal(await big, 11);
  assert.equal(hook.size, 0);
});

Deno.test("until rejects with the signal's reason, and then listens no more", async () => {
  const hook = new EventHook<[]>("nothing");
  const end = new AbortController();
  const waiting = until(hook, () => undefined, end.signal);
  const reason = new RangeError("enough");
  end.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
  await assert.rejects(
    until(hook, () => 1, end.signal),
    (error) => error === reason,
  );
  assert.equal(hook.size, 0);
});

Deno.test("a Timer aborts with a TimeoutError when its time is over", async () => {
  const clock = new FakeClock();
  using timer = new Timer(clock, "answer", 1000);
  await clock.advance(999);
  assert(!timer.signal.aborted);
  await clock.advance(1);
  assert(timer.signal.reason instanceof TimeoutError);
  assert.equal(timer.signal.reason.timeoutMs, 1000);
});

Deno.test("a Timer that is disposed aborts at once, and leaves no timer", () => {
  const clock = new FakeClock();
  const timer = new Timer(clock, "answer", 1000);
  timer[Symbol.dispose]();
  assert(timer.signal.aborted);
  assert.equal(clock.timerCount, 0);
});
