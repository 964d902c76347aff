import assert from "node:assert/strict";
import { PeripheralLocks } from "#lib/host/peripheral_lock.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  const locks = new PeripheralLocks(clock);
  return { clock, locks, one: locks.of("one"), other: locks.of("other") };
}

Deno.test("what one instance keeps to is closed to the others, not to itself", () => {
  const { locks, one, other } = setUp();
  one.keep("AA");
  assert.equal(one.address, "AA");
  assert(!one.except.has("AA"));
  assert(other.except.has("AA"));
  assert(locks.of("late").except.has("AA"));
});

Deno.test("an instance that asks for its lock again finds what it keeps to", () => {
  const { locks, one } = setUp();
  one.keep("AA");
  assert.equal(locks.of("one").address, "AA");
});

Deno.test("who keeps to another peripheral lets go of the one before", () => {
  const { one, other } = setUp();
  one.keep("AA");
  one.keep("BB");
  assert.deepEqual([...other.except], ["BB"]);
});

Deno.test("who searches hears of changes in the set it was given", () => {
  const { locks, one, other } = setUp();
  const { except } = other;
  one.keep("AA");
  assert(except.has("AA"));
  locks.release("one");
  assert(!except.has("AA"));
});

Deno.test("a rejected peripheral is closed to all for five minutes", async () => {
  const { clock, one, other } = setUp();
  one.reject("AA");
  assert(one.except.has("AA") && other.except.has("AA"));
  await clock.advance(299_999);
  assert(one.except.has("AA"));
  await clock.advance(1);
  assert(!one.except.has("AA") && !other.except.has("AA"));
});

Deno.test("a peripheral that is rejected again waits five minutes from then on", async () => {
  const { clock, one } = setUp();
  one.reject("AA");
  await clock.advance(200_000);
  one.reject("AA");
  await clock.advance(200_000);
  assert(one.except.has("AA"));
  await clock.advance(100_000);
  assert(!one.except.has("AA"));
});

Deno.test("a kept peripheral stays closed to others when its rejection ends", async () => {
  const { clock, one, other } = setUp();
  other.reject("AA");
  one.keep("AA");
  await clock.advance(300_000);
  assert(other.except.has("AA"));
  assert(!one.except.has("AA"));
});

Deno.test("locks that are disposed wait for nothing", () => {
  const { clock, locks, one } = setUp();
  one.reject("AA");
  one.reject("BB");
  locks[Symbol.dispose]();
  assert.equal(clock.timerCount, 0);
});
