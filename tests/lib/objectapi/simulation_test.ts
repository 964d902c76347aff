import assert from "node:assert/strict";
import { runSimulation } from "#lib/objectapi/simulation.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

Deno.test("a script does things at their times, until it ends", async () => {
  const clock = new FakeClock();
  const end = new AbortController();
  const done: string[] = [];
  await runSimulation(
    (simulation) => {
      simulation.every(1000, () => done.push("tick"));
      simulation.after(2500, () => done.push("once"));
    },
    [],
    { signal: end.signal, clock },
  );
  await clock.advance(999);
  assert.deepEqual(done, []);
  await clock.advance(2001);
  assert.deepEqual(done, ["tick", "tick", "once", "tick"]);
  end.abort();
  await clock.advance(10_000);
  assert.equal(done.length, 4);
  assert.equal(clock.timerCount, 0);
});

Deno.test("an action that throws or takes long keeps none of the others away", async () => {
  const clock = new FakeClock();
  const end = new AbortController();
  let count = 0;
  await runSimulation(
    (simulation) =>
      simulation.every(1000, async () => {
        count++;
        if (count === 1) throw new RangeError("mistake of a script");
        await new Promise(() => {});
      }),
    [],
    { signal: end.signal, clock },
  );
  await clock.advance(3000);
  assert.equal(count, 3);
  end.abort();
});
