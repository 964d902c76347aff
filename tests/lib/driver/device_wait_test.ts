import assert from "node:assert/strict";
import { waitForDevice } from "#lib/driver/device_wait.ts";
import { startLog } from "#lib/base/logger.ts";
import { driverOf, setUp } from "./setup.ts";

const ADVICE = { level: "warn", advice: "plug it in" } as const;

/** Waits in a driver for as long as is said, and gives what was said after each step. */
async function wait(foundAfterMs: number, steps: readonly number[]) {
  const lines: string[] = [];
  await using _log = await startLog({ write: (line) => lines.push(line) });
  const { clock, host } = setUp();
  const found = Promise.withResolvers<void>();
  const stop = clock.setTimeout(() => found.resolve(), foundAfterMs);
  host.start({
    definition: driverOf(async (context) => {
      await waitForDevice(context, ADVICE, () => found.promise);
      await new Promise((resolve) =>
        context.signal.addEventListener("abort", resolve)
      );
    }),
  });
  const counts: number[] = [];
  for (const ms of steps) {
    await clock.advance(ms);
    counts.push(lines.length);
  }
  stop();
  found.resolve();
  await clock.advance(0);
  await host[Symbol.asyncDispose]();
  assert.equal(clock.timerCount, 0);
  return { counts, lines };
}

Deno.test("a long wait says after half a minute, once, what to do", async () => {
  const { counts, lines } = await wait(900_000, [29_999, 1, 600_000]);
  assert.deepEqual(counts, [0, 1, 1]);
  assert.deepEqual(lines, [
    "warning driver: thing is not found yet: plug it in\n",
  ]);
});

Deno.test("a short wait says nothing", async () => {
  const { counts } = await wait(29_000, [29_000, 600_000]);
  assert.deepEqual(counts, [0, 0]);
});
