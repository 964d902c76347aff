/**
 * A discovery that BlueZ has stopped without a word is started again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { FakeClock } from "../../../fakes/fake_clock.ts";
import { within } from "../../../support/within.ts";
import { searchesOf, setUp, test, untilSearch } from "./setup.ts";

/** A central that waits for the first strap, and the time it lives in. */
async function setUpSearch(keep: AsyncDisposableStack) {
  const clock = new FakeClock();
  const setup = keep.use(await setUp({ central: { clock } }));
  const { bluez, central, strap } = setup;
  const adapter = bluez.adapter("hci0");
  /** When discovery was started, in milliseconds. */
  const starts: number[] = [];
  adapter.onStarted.add(() => starts.push(clock.monotonicMs()));
  strap.sleep();
  const end = new AbortController();
  const { signal } = end;
  const waiting = central.connect({ namePrefix: "TICKR 4" }, { signal });
  // Whoever needs it awaits it; it may end before.
  waiting.catch(() => {});
  await untilSearch(bluez, [[]]);
  /** Lets time pass until something is so. */
  const passUntil = (what: string, isSo: () => boolean) =>
    within(
      what,
      (async () => {
        while (!isSo()) await clock.advance(100);
      })(),
    );
  return { ...setup, adapter, clock, end, passUntil, starts, waiting };
}

for (const isForgotten of [true, false]) {
  const who = isForgotten ? "and forgot who asked" : "and means to run still";
  test(`a discovery that BlueZ stopped ${who} is started again, and finds what wakes then`, async () => {
    await using keep = new AsyncDisposableStack();
    const { adapter, passUntil, starts, strap, waiting } = await setUpSearch(
      keep,
    );
    adapter.stopDiscovering(isForgotten);
    await passUntil("another start", () => starts.length === 2);
    assert(Number(starts[1]) >= 10_000);
    strap.wake();
    await using connection = await within("a connection", waiting);
    assert.equal(connection.name, "TICKR 4A2B");
  });
}

test("a discovery that goes on by itself after a rest is left alone, and keeps no timer", async () => {
  await using keep = new AsyncDisposableStack();
  const { adapter, clock, passUntil, starts } = await setUpSearch(keep);
  adapter.stopDiscovering(false);
  await passUntil("the wait", () => clock.timerCount === 1);
  await clock.advance(5000);
  adapter.resumeDiscovering();
  await passUntil("the end of the wait", () => clock.timerCount === 0);
  await clock.advance(120_000);
  assert.equal(starts.length, 1);
});

test("a discovery that cannot be had is started less and less often", async () => {
  await using keep = new AsyncDisposableStack();
  const { adapter, passUntil, starts } = await setUpSearch(keep);
  adapter.isDeaf = true;
  adapter.stopDiscovering(true);
  await passUntil("four more starts", () => starts.length === 5);
  const waits = starts.map((ms, at) => ms - Number(starts[at - 1])).slice(1);
  for (const [at, leastMs] of [10_000, 20_000, 40_000, 60_000].entries()) {
    assert(Number(waits[at]) >= leastMs, `${waits} from ${leastMs}`);
  }
});

test("a discovery that has stopped is not started again where nobody looks any more", async () => {
  await using keep = new AsyncDisposableStack();
  const { adapter, bluez, clock, end, passUntil, starts } = await setUpSearch(
    keep,
  );
  adapter.stopDiscovering(true);
  await passUntil("the wait", () => clock.timerCount === 1);
  end.abort();
  await passUntil("the end of the wait", () => clock.timerCount === 0);
  await clock.advance(120_000);
  assert.equal(starts.length, 1);
  assert.deepEqual(searchesOf(bluez), []);
});

test("a central that is closed while a discovery rests, or whose radio or BlueZ goes, leaves no timer", async () => {
  for (const end of ["close", "unplug", "power off", "kill"] as const) {
    await using keep = new AsyncDisposableStack();
    const { adapter, bluez, central, clock, passUntil, waiting } =
      await setUpSearch(keep);
    adapter.stopDiscovering(true);
    await passUntil("the wait", () => clock.timerCount === 1);
    if (end === "close") await central[Symbol.asyncDispose]();
    else if (end === "kill") await bluez.kill();
    else if (end === "unplug") bluez.removeAdapter("hci0");
    else adapter.setPowered(false);
    await assert.rejects(within("the end", waiting));
    assert.equal(clock.timerCount, 0);
  }
});
