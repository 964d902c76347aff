import assert from "node:assert/strict";
import { SpeedUpClock } from "#lib/base/speed_up_clock.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

Deno.test("a clock that is sped up shows and keeps time faster", async () => {
  const real = new FakeClock(1_000_000);
  await real.advance(500);
  const clock = new SpeedUpClock(real, 60);
  const [nowMs, monotonicMs] = [clock.now(), clock.monotonicMs()];
  const calls: number[] = [];
  clock.setTimeout(() => calls.push(clock.monotonicMs() - monotonicMs), 60_000);
  const stop = clock.setTimeout(() => calls.push(-1), 1000);
  stop();
  await real.advance(999);
  assert.deepEqual(calls, []);
  await real.advance(1);
  assert.deepEqual(calls, [60_000]);
  assert.equal(clock.now() - nowMs, 60_000);
});

Deno.test("a clock cannot be sped up by what is no factor", () => {
  for (const factor of [0, -1, NaN, Infinity]) {
    assert.throws(() => new SpeedUpClock(new FakeClock(), factor), RangeError);
  }
});
