import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** A trainer that needs two seconds between two target powers. */
function setUp() {
  const clock = new FakeClock();
  const bike = new Bike({ clock });
  const device = bike.source("kickr");
  const power = new FakeActuator<number>();
  const resistance = new FakeActuator<number>();
  device.actuator("targetPowerWatts", power.carryOut, { minIntervalMs: 2000 });
  device.actuator("resistancePercent", resistance.carryOut);
  return { app: bike.controller("app"), bike, clock, power, resistance };
}

Deno.test("a device that needs more time than its channel gives gets it, and then the newest command", async () => {
  const { app, clock, power } = setUp();
  await app.set("targetPowerWatts", 200);
  const second = assert.rejects(app.set("targetPowerWatts", 210), {
    code: "superseded",
  });
  await clock.advance(1999);
  const third = app.set("targetPowerWatts", 220);
  await second;
  assert.deepEqual(power.values, [200]);
  await clock.advance(1);
  assert.equal(await third, 220);
  assert.deepEqual(power.values, [200, 220]);
});

Deno.test("another actuator of the same channel waits no longer than the channel's own time", async () => {
  const { app, clock, power, resistance } = setUp();
  await app.set("targetPowerWatts", 200);
  const waiting = assert.rejects(app.set("targetPowerWatts", 210), {
    code: "superseded",
  });
  const stop = app.set("resistancePercent", 0);
  await waiting;
  await clock.advance(100);
  assert.equal(await stop, 0);
  assert.deepEqual([power.values, resistance.values], [[200], [0]]);
});

Deno.test("the time between two commands counts from the last of the same kind, whatever came in between", async () => {
  const { app, clock, power } = setUp();
  await app.set("targetPowerWatts", 200);
  await clock.advance(500);
  await app.set("resistancePercent", 0);
  const next = app.set("targetPowerWatts", 210);
  await clock.advance(1499);
  assert.deepEqual(power.values, [200]);
  await clock.advance(1);
  assert.equal(await next, 210);
});

Deno.test("a bike that is closed while a command waits its time leaves no timer", async () => {
  const { app, bike, clock } = setUp();
  await app.set("targetPowerWatts", 200);
  const waiting = assert.rejects(app.set("targetPowerWatts", 210), {
    code: "closed",
  });
  bike.close();
  await waiting;
  assert.equal(clock.timerCount, 0);
});
