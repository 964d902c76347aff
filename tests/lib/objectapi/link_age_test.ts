import assert from "node:assert/strict";
import type { Clock } from "#lib/base/clock.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { LinkAge } from "#lib/objectapi/link_age.ts";

/** A link on a clock that jumps, as that of a program that stood still. */
function setUp() {
  let nowMs = 0;
  let echoes = 0;
  const clock: Clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    setTimeout: () => () => {},
  };
  const end = new AbortController();
  const age = new LinkAge(new MqttJsEndpoint({}), {
    clock,
    patienceMs: 5000,
    askForEcho: () => echoes++,
    signal: end.signal,
  });
  return {
    age,
    echoes: () => echoes,
    wait: (ms: number) => {
      for (; ms > 1000; ms -= 1000) {
        nowMs += 1000;
        age.mayBeOlderThan(0);
      }
      nowMs += ms;
    },
    jump: (ms: number) => nowMs += ms,
  };
}

Deno.test("LinkAge takes messages for new while nothing stands still", () => {
  const { age, wait } = setUp();
  wait(60_000);
  assert.equal(age.mayBeOlderThan(1), false);
});

Deno.test("LinkAge takes messages for old after the program stood still, until an echo comes", () => {
  const { age, echoes, jump } = setUp();
  jump(25_000);
  assert.equal(age.mayBeOlderThan(5000), true);
  assert.equal(echoes(), 1);
  assert.equal(age.mayBeOlderThan(60_000), false);
  age.caughtUp();
  assert.equal(age.mayBeOlderThan(5000), false);
});

Deno.test("LinkAge takes messages for new again where no echo ever comes", () => {
  const { age, jump, wait } = setUp();
  jump(25_000);
  assert.equal(age.mayBeOlderThan(5000), true);
  wait(5001);
  assert.equal(age.mayBeOlderThan(5000), false);
});

Deno.test("LinkAge takes messages for old while an own one is not acknowledged", () => {
  const { age, wait } = setUp();
  const acknowledged = age.sent();
  wait(5000);
  assert.equal(age.mayBeOlderThan(5000), false);
  wait(1);
  assert.equal(age.mayBeOlderThan(5000), true);
  acknowledged();
  assert.equal(age.mayBeOlderThan(5000), true);
  age.caughtUp();
  assert.equal(age.mayBeOlderThan(5000), false);
});
