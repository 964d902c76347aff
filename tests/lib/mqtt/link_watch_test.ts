import assert from "node:assert/strict";
import { keepAliveLimits } from "#lib/mqtt/keep_alive.ts";
import { LinkWatch, type WatchLimits } from "#lib/mqtt/link_watch.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** A watch that notes what it does, and when. */
function watching(limits: WatchLimits, slackMs = 0) {
  const clock = new FakeClock();
  const done: string[] = [];
  const note = (what: string) => done.push(`${what} ${clock.monotonicMs()}`);
  const watch = new LinkWatch(clock, {
    ping: () => note("ping"),
    expire: (afterMs) => note(`expired after ${afterMs} at`),
    resumed: (silentMs) => note(`resumed after ${silentMs} at`),
    slackMs: () => slackMs,
  });
  watch.start(limits);
  return { clock, watch, done };
}

Deno.test("LinkWatch with the default keep-alive gives a silent connection up after 12 seconds", async () => {
  const { clock, done } = watching(keepAliveLimits());
  await clock.advance(60_000);
  assert.deepEqual(done, [
    "ping 5000",
    "ping 10000",
    "expired after 12000 at 12000",
  ]);
  assert.equal(clock.timerCount, 0);
});

Deno.test("LinkWatch keeps a connection on which something comes", async () => {
  const { clock, watch, done } = watching(keepAliveLimits(10));
  for (let second = 0; second < 60; second += 10) {
    await clock.advance(10_000);
    watch.heard();
  }
  assert.deepEqual(done.filter((what) => what.startsWith("expired")), []);
  await clock.advance(12_000);
  assert.equal(done.at(-1), "expired after 12000 at 72000");
});

Deno.test("LinkWatch says when an answer comes that was overdue, and not when it comes in time", async () => {
  const { clock, watch, done } = watching(keepAliveLimits());
  await clock.advance(5100);
  watch.heard();
  await clock.advance(8000);
  watch.heard();
  watch.heard();
  assert.deepEqual(done.filter((what) => what.startsWith("resumed")), [
    "resumed after 8000 at 13100",
  ]);
});

Deno.test("LinkWatch bears silence for longer while a large message is on its way", async () => {
  const { clock, done } = watching({ silenceMs: 1000 }, 500);
  await clock.advance(60_000);
  assert.deepEqual(done, ["expired after 1500 at 1500"]);
});

Deno.test("LinkWatch.start with a longest time ends what goes on for longer", async () => {
  const { clock, watch, done } = watching({ silenceMs: 300, totalMs: 1000 });
  for (let at = 0; at < 1000; at += 200) {
    watch.heard();
    await clock.advance(200);
  }
  assert.deepEqual(done, ["expired after 200 at 1000"]);
});

Deno.test("LinkWatch.stop ends the watch", async () => {
  const { clock, watch, done } = watching(keepAliveLimits(1));
  watch.stop();
  await clock.advance(60_000);
  assert.deepEqual(done, []);
});

Deno.test("keepAliveLimits obeys a broker that wants more pings, and not one that wants more patience", () => {
  assert.deepEqual(keepAliveLimits(10, 4), { silenceMs: 12_000, pingMs: 2000 });
  assert.deepEqual(keepAliveLimits(10, 600), {
    silenceMs: 12_000,
    pingMs: 5000,
  });
  assert.deepEqual(keepAliveLimits(0, 0), {
    silenceMs: Infinity,
    pingMs: Infinity,
  });
});

Deno.test("LinkWatch gives a connection another chance after the process itself stood still", async () => {
  const clock = new FakeClock();
  const done: string[] = [];
  // Timers of a process that stood still fire late: all at once, when it goes on.
  let frozenMs = 0;
  const standing = {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs() + frozenMs,
    setTimeout: (callback: () => void, delayMs: number) =>
      clock.setTimeout(callback, delayMs),
  };
  const watch = new LinkWatch(standing, {
    ping: () => done.push("ping"),
    expire: () => done.push("expired"),
    slackMs: () => 0,
  });
  watch.start(keepAliveLimits(10));
  frozenMs = 60_000;
  await clock.advance(5000);
  assert.deepEqual(done, ["ping"]);
  await clock.advance(12_000);
  assert.equal(done.at(-1), "expired");
});
