import assert from "node:assert/strict";
import { PeripheralLocks } from "#lib/driver/peripheral_lock.ts";
import type {
  PeripheralMemory,
  RememberedPeripheral,
} from "#lib/driver/peripheral_memory.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const AA = { address: "AA", name: "TICKR 1" };
const BB = { address: "BB", name: "TICKR 2" };

function setUp() {
  const clock = new FakeClock();
  const locks = new PeripheralLocks({ driver: "strap", clock });
  return { clock, locks, one: locks.of("one"), other: locks.of("other") };
}

Deno.test("what one instance keeps to is closed to the others, not to itself", () => {
  const { locks, one, other } = setUp();
  one.keep(AA);
  assert.equal(one.address, "AA");
  assert(!one.except.has("AA"));
  assert(other.except.has("AA"));
  assert(locks.of("late").except.has("AA"));
});

Deno.test("an instance that asks for its lock again finds what it keeps to", () => {
  const { locks, one } = setUp();
  one.keep(AA);
  assert.equal(locks.of("one").address, "AA");
});

Deno.test("who keeps to another peripheral lets go of the one before", () => {
  const { one, other } = setUp();
  one.keep(AA);
  one.keep(BB);
  assert.deepEqual([...other.except], ["BB"]);
});

Deno.test("who searches hears of changes in the set it was given", () => {
  const { locks, one, other } = setUp();
  const { except } = other;
  one.keep(AA);
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
  one.keep(AA);
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

/** Locks of a driver that remembers what its instances had. */
function setUpMemory(known: Record<string, RememberedPeripheral>) {
  const clock = new FakeClock();
  const remembered = new Map(Object.entries(known));
  const memory: PeripheralMemory = {
    recall: ({ device }) => remembered.get(device),
    remember: ({ device }, peripheral) => remembered.set(device, peripheral),
  };
  const locks = new PeripheralLocks({ driver: "strap", clock, memory });
  return { clock, locks, remembered };
}

Deno.test("what an instance remembers is closed to the others until it is given up", () => {
  const { locks } = setUpMemory({ one: AA });
  const other = locks.of("other");
  const one = locks.of("one");
  assert.deepEqual(one.remembered, AA);
  assert(other.except.has("AA") && !one.except.has("AA"));
  one.release();
  assert.equal(one.remembered, undefined);
  assert(!other.except.has("AA"));
});

Deno.test("what an instance keeps to is remembered, in place of what it had", () => {
  const { locks, remembered } = setUpMemory({ one: AA });
  const one = locks.of("one");
  one.keep(BB);
  assert.deepEqual(remembered.get("one"), BB);
  assert.equal(one.remembered, undefined);
  assert(!locks.of("other").except.has("AA"));
});

Deno.test("what the operator has chosen is closed to the others, and not remembered", () => {
  const { locks, remembered } = setUpMemory({ one: BB, other: AA });
  const other = locks.of("other");
  const one = locks.of("one", "aa");
  assert.deepEqual([one.remembered, other.remembered], [undefined, undefined]);
  assert(other.except.has("AA") && !one.except.has("AA"));
  one.keep(AA);
  assert.deepEqual(remembered.get("one"), BB);
});

Deno.test("two instances that remember or choose the same do not keep each other from it", () => {
  const both = setUpMemory({ one: AA, other: AA }).locks;
  assert.deepEqual(both.of("one").remembered, AA);
  assert.equal(both.of("other").remembered, undefined);
  assert(!both.of("one").except.has("AA"));
  const { locks } = setUpMemory({});
  const one = locks.of("one", "AA");
  const other = locks.of("other", "AA");
  assert(!one.except.has("AA") && other.except.has("AA"));
});

Deno.test("a remembered peripheral that turned out to be something else is not looked for", () => {
  const { locks } = setUpMemory({ one: AA });
  const one = locks.of("one");
  one.reject("AA");
  assert.equal(one.remembered, undefined);
});

Deno.test("the remembered peripheral is looked for half a minute, however often, and longer where there was no radio", async () => {
  const { clock, locks } = setUpMemory({ one: AA });
  assert.equal(locks.of("one").look(), 30_000);
  await clock.advance(20_000);
  assert.equal(locks.of("one").look(), 10_000);
  locks.of("one").postpone();
  await clock.advance(60_000);
  assert.equal(locks.of("one").look(), 30_000);
});
