import assert from "node:assert/strict";
import { ReconnectPace } from "#lib/mqtt/reconnect_pace.ts";

const LOST = {
  accepted: true,
  error: undefined,
  wantsOtherVersion: false,
  takenOver: false,
};
const TAKEN_OVER = { ...LOST, takenOver: true };
const slow = { random: () => 0 };

Deno.test("ReconnectPace waits at most two seconds, however long the broker is away", () => {
  const pace = new ReconnectPace(slow, slow);
  const waits = Array.from({ length: 50 }, () => pace.nextMs(LOST, 0));
  assert.deepEqual(waits.slice(0, 5), [250, 500, 1000, 2000, 2000]);
  assert.equal(Math.max(...waits), 2000);
});

Deno.test("ReconnectPace starts over after a connection that lasted, and waits longer after short ones", () => {
  const pace = new ReconnectPace(slow, slow);
  const waits = [1, 2, 3, 4].map(() => {
    pace.succeeded(10);
    return pace.nextMs(LOST, 0);
  });
  assert.deepEqual(waits, [250, 500, 1000, 2000]);
  pace.succeeded(5000);
  assert.equal(pace.nextMs(LOST, 0), 250);
});

Deno.test("ReconnectPace waits longer and longer, but no minute, while another client takes the client id over", () => {
  const pace = new ReconnectPace(slow, slow);
  const waits = Array.from({ length: 8 }, () => {
    pace.succeeded(1000);
    return pace.nextMs(TAKEN_OVER, 0);
  });
  assert.deepEqual(waits.slice(0, 5), [1000, 2000, 4000, 8000, 15_000]);
  assert.equal(Math.max(...waits), 15_000);
  pace.succeeded(30_000);
  assert.equal(pace.nextMs(TAKEN_OVER, 0), 1000);
});

Deno.test("ReconnectPace counts a try that took long as part of the wait", () => {
  const pace = new ReconnectPace(slow, slow);
  assert.equal(pace.nextMs(LOST, 3000), 20);
});
