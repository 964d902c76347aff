/**
 * A bike whose behavior changes while it runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { commandedBike } from "./commanded_bike.ts";

Deno.test("a value that is live gets stale after the new time, whether that is shorter or longer", async () => {
  for (const powerWatts of [1000, 9000]) {
    const { bike, clock, device } = commandedBike();
    device.report({ powerWatts: 200 });
    await clock.advance(500);
    bike.behave({ staleAfterMs: { powerWatts } });
    await clock.advance(powerWatts - 501);
    assert.equal(bike.read("powerWatts").state, "live");
    await clock.advance(1);
    assert.equal(bike.read("powerWatts").state, "stale");
  }
});

Deno.test("a value that is older than the new time is stale at once", async () => {
  const { bike, clock, device } = commandedBike({
    staleAfterMs: { powerWatts: Infinity },
  });
  device.report({ powerWatts: 200 });
  await clock.advance(60_000);
  bike.behave({});
  await clock.advance(1);
  assert.equal(bike.read("powerWatts").state, "stale");
});

Deno.test("a command that waits is carried out when a shorter interval has passed", async () => {
  const { app, bike, clock, incline } = commandedBike({
    pace: { incline: { minIntervalMs: 4000 } },
  });
  await app.set("inclinePercent", 1);
  const second = app.set("inclinePercent", 2);
  await clock.advance(100);
  assert.deepEqual(incline.values, [1]);
  bike.behave({ pace: { incline: { minIntervalMs: 100 } } });
  assert.equal(await second, 2);
});

Deno.test("a command has the new age and the new time to be answered in", async () => {
  const { app, bike, clock, incline } = commandedBike();
  incline.isSlow = true;
  const first = assert.rejects(app.set("inclinePercent", 1), {
    code: "timeout",
    message: /10000 ms/,
  });
  const second = assert.rejects(app.set("inclinePercent", 2), {
    refusal: "expired",
    message: /longer than 9000 ms/,
  });
  bike.behave({ pace: { incline: { maxAgeMs: 9000, timeoutMs: 700 } } });
  await clock.advance(10_000);
  await Promise.all([first, second]);
  const third = assert.rejects(app.set("inclinePercent", 3), {
    code: "timeout",
    message: /700 ms/,
  });
  await clock.advance(1000);
  await third;
});

Deno.test("a command keeps those of lower priority away for the new time", async () => {
  const { bike, clock } = commandedBike();
  const app = bike.controller("game", { priority: 1 });
  const loop = bike.controller("loop");
  await app.set("inclinePercent", 1);
  await clock.advance(1000);
  await assert.rejects(loop.set("inclinePercent", 2), { refusal: "held" });
  bike.behave({ holdMs: 1000 });
  assert.equal(await loop.set("inclinePercent", 2), 2);
});

Deno.test("a controller that is lost later goes to the new safe value, after the new time", async () => {
  const { app, bike, clock, incline } = commandedBike();
  bike.behave({ failSafe: { values: { inclinePercent: 0 }, afterMs: 300 } });
  await app.set("inclinePercent", 8);
  app.lose();
  await clock.advance(300);
  assert.deepEqual(incline.values, [8, 0]);
});

Deno.test("while a lost controller is waited for, a safe value may come, change or go", async () => {
  const { app, bike, clock, power, resistance } = commandedBike({
    failSafe: { values: { resistancePercent: 5 } },
  });
  await app.set("resistancePercent", 50);
  app.lose();
  bike.behave({ failSafe: { values: { resistancePercent: 7 } } });
  await clock.advance(5000);
  assert.deepEqual(resistance.values, [50, 7]);
  await clock.advance(100);
  await app.set("resistancePercent", 60);
  app.lose();
  bike.behave({ failSafe: { values: { targetPowerWatts: 90 } } });
  await clock.advance(5000);
  assert.deepEqual([resistance.values, power.values], [[50, 7, 60], [90]]);
  await clock.advance(100);
  await app.set("targetPowerWatts", 150);
  app.lose();
  bike.behave({});
  await clock.advance(60_000);
  assert.deepEqual(power.values, [90, 150]);
});

Deno.test("a safe value that cannot be used changes nothing at all", async () => {
  const { app, bike, clock, incline } = commandedBike({
    failSafe: { values: { inclinePercent: 2 } },
  });
  assert.throws(
    () => bike.behave({ failSafe: { values: { inclinePercent: 99 } } }),
    { code: "config" },
  );
  await app.set("inclinePercent", 8);
  app.lose();
  await clock.advance(5000);
  assert.deepEqual(incline.values, [8, 2]);
});
