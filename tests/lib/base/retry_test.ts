import assert from "node:assert/strict";
import { Backoff } from "#lib/base/retry.ts";

/** So many waits of a back-off. */
const waits = (backoff: Backoff, count: number) =>
  Array.from({ length: count }, () => backoff.nextMs());

Deno.test("Backoff.nextMs doubles up to the longest wait", () => {
  const backoff = new Backoff({ firstMs: 10, longestMs: 70, random: () => 0 });
  assert.deepEqual(waits(backoff, 5), [10, 20, 40, 70, 70]);
});

Deno.test("Backoff.nextMs starts at 1 second and ends at 1 minute by default", () => {
  const backoff = new Backoff({ random: () => 0 });
  assert.deepEqual(waits(backoff, 8), [
    1000,
    2000,
    4000,
    8000,
    16_000,
    32_000,
    60_000,
    60_000,
  ]);
});

Deno.test("Backoff.nextMs shortens a wait by at most a half", () => {
  const backoff = new Backoff({ firstMs: 1000, random: () => 0.999_999 });
  assert.equal(backoff.nextMs(), 500);
  const own = new Backoff({ firstMs: 1000, longestMs: 1000 });
  for (const wait of waits(own, 100)) assert.ok(wait >= 500 && wait <= 1000);
});

Deno.test("Backoff.succeeded starts over after a success that lasted, and only then", () => {
  const backoff = new Backoff({ firstMs: 10, random: () => 0 });
  waits(backoff, 2);
  backoff.succeeded(29_999);
  assert.deepEqual(waits(backoff, 2), [40, 80]);
  backoff.succeeded(30_000);
  assert.deepEqual(waits(backoff, 2), [10, 20]);
  backoff.succeeded(0);
  assert.deepEqual(waits(backoff, 1), [40]);
  const own = new Backoff({ firstMs: 10, steadyMs: 5, random: () => 0 });
  waits(own, 2);
  own.succeeded(5);
  assert.deepEqual(waits(own, 1), [10]);
});

Deno.test("Backoff.nextMs stays finite after any number of tries", () => {
  const backoff = new Backoff({ longestMs: 60_000, random: () => 0 });
  assert.equal(waits(backoff, 5000).at(-1), 60_000);
});
