import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import type { FailSafeOptions } from "#lib/bike/fail_safe.ts";
import { ConfigError, DeviceError } from "#lib/base/errors.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const SAFE = { inclinePercent: 0, resistancePercent: 5 };

function setUp(options: Partial<FailSafeOptions> = {}) {
  const clock = new FakeClock();
  const failSafe = { values: SAFE, ...options };
  const bike = new Bike({ clock, failSafe });
  const device = bike.source("kickr");
  const incline = new FakeActuator<number>();
  const resistance = new FakeActuator<number>();
  device.actuator("inclinePercent", incline.carryOut);
  device.actuator("resistancePercent", resistance.carryOut);
  const app = bike.controller("app", { silenceMs: 60_000 });
  return { app, bike, clock, device, incline, resistance };
}

Deno.test("what a lost controller held goes to its safe value after the grace time, and nothing else does", async () => {
  const { app, clock, incline, resistance } = setUp();
  await app.set("inclinePercent", 8);
  app.lose();
  await clock.advance(4999);
  assert.deepEqual(incline.values, [8]);
  await clock.advance(1);
  assert.deepEqual(incline.values, [8, 0]);
  assert.deepEqual(resistance.values, []);
});

Deno.test("nothing happens where no fail-safe is configured", async () => {
  const { app, clock, incline } = setUp({ values: {} });
  await app.set("inclinePercent", 8);
  app.lose();
  await clock.advance(60_000);
  assert.deepEqual(incline.values, [8]);
});

Deno.test("a controller that falls silent is lost, one that says it is there is not", async () => {
  const { app, clock, incline } = setUp();
  await app.set("inclinePercent", 8);
  await clock.advance(59_999);
  app.keepAlive();
  await clock.advance(59_999);
  assert.deepEqual(incline.values, [8]);
  await clock.advance(5001);
  assert.deepEqual(incline.values, [8, 0]);
});

Deno.test("a controller that came back in time keeps its values", async () => {
  const { app, clock, incline } = setUp();
  await app.set("inclinePercent", 8);
  app.lose();
  await clock.advance(4000);
  await app.set("inclinePercent", 9);
  await clock.advance(50_000);
  assert.deepEqual(incline.values, [8, 9]);
});

Deno.test("another controller's command keeps the safe value away", async () => {
  const { app, bike, clock, incline } = setUp();
  await app.set("inclinePercent", 8);
  app.lose();
  const other = bike.controller("other").set("inclinePercent", 3);
  await clock.advance(50_000);
  await other;
  assert.deepEqual(incline.values, [8, 3]);
});

Deno.test("a controller that was released or closed in order leaves actuators as they are", async () => {
  const { app, clock, incline } = setUp();
  await app.set("inclinePercent", 8);
  app.close();
  await clock.advance(60_000);
  assert.deepEqual(incline.values, [8]);
});

Deno.test("the loss of a controller whose channel another one has taken changes nothing", async () => {
  const { app, bike, clock, incline } = setUp();
  await app.set("inclinePercent", 8);
  const other = bike.controller("other").set("inclinePercent", 3);
  app.lose();
  await clock.advance(60_000);
  await other;
  assert.deepEqual(incline.values, [8, 3]);
});

Deno.test("a safe value waits for a device that is away", async () => {
  const { app, clock, device, incline } = setUp();
  await app.set("inclinePercent", 8);
  device.setConnected(false);
  app.lose();
  await clock.advance(60_000);
  assert.deepEqual(incline.values, [8]);
  device.setConnected(true);
  await clock.advance(0);
  assert.deepEqual(incline.values, [8, 0]);
});

Deno.test("a safe value waits for the driver to be started again", async () => {
  const { app, bike, clock, device } = setUp();
  await app.set("inclinePercent", 8);
  device.close();
  app.lose();
  await clock.advance(60_000);
  const incline = new FakeActuator<number>();
  bike.source("kickr").actuator("inclinePercent", incline.carryOut);
  await clock.advance(0);
  assert.deepEqual(incline.values, [0]);
});

Deno.test("a safe value that the device refuses is tried three times", async () => {
  const { app, clock, incline } = setUp();
  await app.set("inclinePercent", 8);
  incline.refusal = new DeviceError("Cannot set it", "kickr", "refused");
  app.lose();
  await clock.advance(3_600_000);
  assert.deepEqual(incline.values, [8, 0, 0, 0]);
});

Deno.test("a safe value keeps within limits that were narrowed later", async () => {
  const { app, bike, clock, incline } = setUp();
  await app.set("inclinePercent", 8);
  bike.limits.set("inclinePercent", { min: 2 });
  app.lose();
  await clock.advance(5000);
  assert.deepEqual(incline.values, [8, 2]);
});

Deno.test("a device that was away goes to safe values where that is wanted", async () => {
  const { app, clock, device, incline } = setUp({ afterDeviceLoss: true });
  await app.set("inclinePercent", 8);
  device.setConnected(false);
  await clock.advance(30_000);
  device.setConnected(true);
  await clock.advance(0);
  assert.deepEqual(incline.values, [8, 0]);
});

Deno.test("a safe value that is not allowed, or the second one of a channel, is refused", () => {
  assert.throws(() => setUp({ values: { inclinePercent: 20 } }), ConfigError);
  assert.throws(
    () => setUp({ values: { resistancePercent: 0, targetPowerWatts: 50 } }),
    ConfigError,
  );
});
