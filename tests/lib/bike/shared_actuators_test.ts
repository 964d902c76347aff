import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  const bike = new Bike({ clock });
  const app = bike.controller("app");
  const add = (id: string, priority: number) => {
    const device = bike.source(id, { priority });
    const actuator = new FakeActuator<number>();
    device.actuator("inclinePercent", actuator.carryOut);
    return { device, actuator };
  };
  return { clock, bike, app, add };
}

Deno.test("of two devices with the same actuator the one with the higher priority is driven", async () => {
  const { app, add } = setUp();
  const trainer = add("trainer", 0);
  const climb = add("climb", 10);
  await app.set("inclinePercent", 2);
  assert.deepEqual(trainer.actuator.values, []);
  assert.deepEqual(climb.actuator.values, [2]);
});

Deno.test("an actuator whose first device is gone is driven by the other one", async () => {
  const { app, add, clock } = setUp();
  const trainer = add("trainer", 0);
  const climb = add("climb", 10);
  climb.device.setConnected(false);
  await app.set("inclinePercent", 2);
  assert.deepEqual(trainer.actuator.values, [2]);
  climb.device.setConnected(true);
  const set = app.set("inclinePercent", 3);
  await clock.advance(250);
  await set;
  assert.deepEqual(climb.actuator.values, [3]);
});

Deno.test("a device that goes does not end a command that another one carries out", async () => {
  const { app, add } = setUp();
  const trainer = add("trainer", 10);
  const climb = add("climb", 0);
  trainer.actuator.isSlow = true;
  const set = app.set("inclinePercent", 2);
  await settle();
  climb.device.setConnected(false);
  trainer.actuator.answer();
  assert.equal(await set, 2);
});

Deno.test("a command waits for any of the devices that have the actuator, and is refused when none is left", async () => {
  const { app, add } = setUp();
  const trainer = add("trainer", 0);
  const climb = add("climb", 10);
  trainer.device.setConnected(false);
  climb.device.setConnected(false);
  const set = app.set("inclinePercent", 2);
  climb.device.close();
  trainer.device.setConnected(true);
  assert.equal(await set, 2);
  trainer.device.close();
  await assert.rejects(app.set("inclinePercent", 2), { code: "unavailable" });
});

Deno.test("a driver that runs again replaces the actuator it gave before", async () => {
  const { app, add } = setUp();
  const { device, actuator } = add("climb", 0);
  const again = new FakeActuator<number>();
  device.actuator("inclinePercent", again.carryOut);
  await app.set("inclinePercent", 2);
  assert.deepEqual([actuator.values, again.values], [[], [2]]);
});

Deno.test("a fan that comes back gets its last speed again, if its driver wants that", async () => {
  const { bike, app, clock } = setUp();
  for (const isRestored of [true, false]) {
    using fan = bike.source("fan");
    const actuator = new FakeActuator<number>();
    fan.actuator("fanPercent", actuator.carryOut, { isRestored });
    await app.set("fanPercent", 60);
    fan.setConnected(false);
    await clock.advance(1000);
    fan.setConnected(true);
    await clock.advance(1000);
    assert.deepEqual(actuator.values, isRestored ? [60, 60] : [60]);
  }
});

Deno.test("a command given while the fan comes back wins over its last speed", async () => {
  const { bike, app, clock } = setUp();
  const fan = bike.source("fan");
  const actuator = new FakeActuator<number>();
  fan.actuator("fanPercent", actuator.carryOut, { isRestored: true });
  await app.set("fanPercent", 60);
  fan.setConnected(false);
  fan.setConnected(true);
  const set = app.set("fanPercent", 20);
  set.catch(() => {});
  await clock.advance(1000);
  assert.equal(await set, 20);
  assert.equal(actuator.values.at(-1), 20);
});

Deno.test("a limit that was narrowed while a device was away is kept when it comes back", async () => {
  const { app, add, bike, clock } = setUp();
  const { device, actuator } = add("climb", 0);
  await app.set("inclinePercent", 15);
  await settle();
  device.setConnected(false);
  bike.limits.set("inclinePercent", { max: 10 });
  device.setConnected(true);
  await clock.advance(1000);
  assert.deepEqual(actuator.values, [15, 10]);
});
