import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import type { CommandOutcome } from "#lib/bike/controller.ts";
import { describeFailure } from "#lib/bike/command_failure.ts";
import { liveValue } from "#lib/bike/reading.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { commandedBike } from "./commanded_bike.ts";

Deno.test("Controller.set resolves with what the device was really set to, and that becomes the reading", async () => {
  const { app, bike, clock, resistance } = commandedBike();
  resistance.isSlow = true;
  const result = app.set("resistancePercent", 24.2);
  await clock.advance(0);
  assert.equal(bike.read("resistancePercent").state, "unknown");
  resistance.answer(24);
  assert.equal(await result, 24);
  assert.equal(liveValue(bike.read("resistancePercent")), 24);
});

Deno.test("Controller.set resolves with the value itself where the device only says yes", async () => {
  const { app, bike } = commandedBike();
  assert.equal(await app.set("inclinePercent", -2.5), -2.5);
  assert.equal(liveValue(bike.read("inclinePercent")), -2.5);
});

Deno.test("Controller.set rejects with the device's own error, and the reading stays", async () => {
  const { app, bike, clock, resistance } = commandedBike();
  await app.set("resistancePercent", 10);
  const refusal = new DeviceError("Cannot set it: busy", "kickr", "refused", {
    resultCode: 5,
  });
  resistance.refusal = refusal;
  const failed = assert.rejects(
    app.set("resistancePercent", 20),
    (error) => error === refusal,
  );
  await clock.advance(100);
  await failed;
  assert.equal(liveValue(bike.read("resistancePercent")), 10);
});

Deno.test("the queue goes on after a device refused", async () => {
  const { app, clock, resistance } = commandedBike();
  resistance.refusal = new DeviceError("Cannot set it", "kickr", "refused");
  await assert.rejects(app.set("resistancePercent", 20), DeviceError);
  resistance.refusal = undefined;
  const next = app.set("resistancePercent", 30);
  await clock.advance(100);
  assert.equal(await next, 30);
});

Deno.test("Controller.set refuses a value that is not allowed, and the device hears nothing", async () => {
  const { app, incline } = commandedBike();
  await assert.rejects(app.set("inclinePercent", 2.3), { code: "out_of_step" });
  await assert.rejects(app.set("inclinePercent", 20), { code: "out_of_range" });
  assert.deepEqual(incline.values, []);
});

Deno.test("a controller that clamps goes as near as is allowed", async () => {
  const { bike, clock } = commandedBike();
  const game = bike.controller("game", { clamp: true });
  assert.equal(await game.set("inclinePercent", 40), 19);
  const next = game.set("inclinePercent", 2.3);
  await clock.advance(250);
  assert.equal(await next, 2.5);
});

Deno.test("Controller.set says unavailable where no device has the actuator", async () => {
  const { app } = commandedBike();
  await assert.rejects(app.set("fanPercent", 50), { code: "unavailable" });
});

Deno.test("commands that run and wait fail at once when the device goes", async () => {
  const { app, clock, device, incline } = commandedBike();
  incline.isSlow = true;
  const running = assert.rejects(app.set("inclinePercent", 1), DeviceError);
  const waiting = assert.rejects(app.set("inclinePercent", 2), DeviceError);
  await clock.advance(0);
  device.setConnected(false);
  await Promise.all([running, waiting]);
  assert.ok(incline.signals[0]?.aborted);
});

Deno.test("an answer that comes after the device went changes nothing", async () => {
  const { app, bike, clock, device, incline } = commandedBike();
  incline.isSlow = true;
  const running = assert.rejects(app.set("inclinePercent", 1), DeviceError);
  await clock.advance(0);
  device.setConnected(false);
  incline.answer();
  await running;
  assert.equal(bike.read("inclinePercent").state, "unknown");
});

Deno.test("of commands that wait for a channel only the newest is carried out", async () => {
  const { app, clock, incline } = commandedBike();
  incline.isSlow = true;
  const first = app.set("inclinePercent", 1);
  const second = assert.rejects(app.set("inclinePercent", 2), {
    code: "superseded",
  });
  const third = app.set("inclinePercent", 3);
  await second;
  await clock.advance(0);
  incline.answer();
  assert.equal(await first, 1);
  await clock.advance(250);
  incline.answer();
  assert.equal(await third, 3);
  assert.deepEqual(incline.values, [1, 3]);
});

Deno.test("resistance and target power share a channel, and the newest of them wins", async () => {
  const { app, bike, clock, power, resistance } = commandedBike();
  await app.set("resistancePercent", 10);
  const superseded = assert.rejects(app.set("resistancePercent", 20), {
    code: "superseded",
    actuator: "resistancePercent",
  });
  const newest = app.set("targetPowerWatts", 200);
  await superseded;
  await clock.advance(100);
  await newest;
  assert.deepEqual([resistance.values, power.values], [[10], [200]]);
  assert.equal(liveValue(bike.read("targetPowerWatts")), 200);
  assert.equal(bike.read("resistancePercent").state, "unknown");
});

Deno.test("incline and resistance do not wait for each other", async () => {
  const { app, clock, incline, resistance } = commandedBike();
  incline.isSlow = true;
  const slow = app.set("inclinePercent", 1);
  assert.equal(await app.set("resistancePercent", 20), 20);
  await clock.advance(0);
  incline.answer();
  await slow;
  assert.deepEqual(resistance.values, [20]);
});

Deno.test("commands reach an actuator no faster than its channel's pace", async () => {
  const { app, clock, incline } = commandedBike();
  const results = [app.set("inclinePercent", 1), app.set("inclinePercent", 2)];
  await clock.advance(249);
  assert.deepEqual(incline.values, [1]);
  await clock.advance(1);
  assert.deepEqual(incline.values, [1, 2]);
  assert.deepEqual(await Promise.all(results), [1, 2]);
});

Deno.test("a command that waited too long is dropped as expired", async () => {
  const { app, clock, incline } = commandedBike();
  incline.isSlow = true;
  const running = app.set("inclinePercent", 1);
  const waiting = assert.rejects(app.set("inclinePercent", 2), {
    code: "expired",
  });
  await clock.advance(5001);
  incline.answer();
  assert.equal(await running, 1);
  await waiting;
  assert.deepEqual(incline.values, [1]);
});

Deno.test("a device that never answers costs a TimeoutError, and the queue goes on", async () => {
  const { app, clock, incline } = commandedBike();
  incline.isSlow = true;
  const lost = assert.rejects(app.set("inclinePercent", 1), TimeoutError);
  await clock.advance(10_000);
  await lost;
  assert.ok(incline.signals[0]?.aborted);
  incline.isSlow = false;
  assert.equal(await app.set("inclinePercent", 2), 2);
});

Deno.test("a limit that was narrowed while a command waited holds for it", async () => {
  const { app, bike, clock, incline } = commandedBike();
  await app.set("inclinePercent", 1);
  const waiting = assert.rejects(app.set("inclinePercent", 15));
  bike.limits.set("inclinePercent", { max: 10 });
  await clock.advance(250);
  await waiting;
  assert.deepEqual(incline.values, [1]);
});

Deno.test("an actuator that stands outside a narrowed limit is brought back", async () => {
  const { app, bike, clock, incline } = commandedBike();
  await app.set("inclinePercent", 15);
  bike.limits.set("inclinePercent", { max: -1 });
  await clock.advance(250);
  assert.deepEqual(incline.values, [15, -1]);
  assert.equal(liveValue(bike.read("inclinePercent")), -1);
});

Deno.test("a command that runs while its limit is narrowed is brought back afterwards", async () => {
  const { app, bike, clock, incline } = commandedBike();
  incline.isSlow = true;
  const running = app.set("inclinePercent", 15);
  await clock.advance(0);
  bike.limits.set("inclinePercent", { max: 0 });
  incline.answer();
  await running;
  await clock.advance(250);
  assert.deepEqual(incline.values, [15, 0]);
});

Deno.test("Controller.set does not carry out what its caller has given up on, at once or in the queue", async () => {
  const { app, clock, incline } = commandedBike();
  const past = { deadlineMs: clock.now() - 1 };
  await assert.rejects(app.set("inclinePercent", 1, past), { code: "expired" });
  incline.isSlow = true;
  const running = app.set("inclinePercent", 2);
  const soon = { deadlineMs: clock.now() + 1000 };
  const waiting = assert.rejects(app.set("inclinePercent", 3, soon), {
    code: "expired",
  });
  await clock.advance(1001);
  incline.answer();
  await Promise.all([running, waiting]);
  assert.deepEqual(incline.values, [2]);
});

Deno.test("Controller.set waits for a device no longer than its caller", async () => {
  const clock = new FakeClock();
  const bike = new Bike({ clock });
  const device = bike.source("kickr", { actuators: ["inclinePercent"] });
  device.setConnected(false);
  const app = bike.controller("app");
  const failed = assert.rejects(
    app.set("inclinePercent", 1, { deadlineMs: clock.now() + 1000 }),
    { code: "device" },
  );
  await clock.advance(1001);
  await failed;
  device.close();
});

Deno.test("Bike.onCommandEnded fires with each command's end, good and bad", async () => {
  const { app, bike, clock } = commandedBike();
  const seen: CommandOutcome[] = [];
  bike.onCommandEnded.add((outcome) => seen.push(outcome));
  await app.set("inclinePercent", 1);
  await app.set("inclinePercent", 99).catch(() => {});
  const common = {
    controller: "app",
    actuator: "inclinePercent",
    startedMs: clock.now(),
    timeMs: clock.now(),
  };
  const [good, bad] = seen;
  const reading = bike.read("inclinePercent");
  assert.deepEqual(good, { ...common, requested: 1, applied: 1, reading });
  assert.equal(good?.reading, reading);
  assert.equal(bad?.requested, 99);
  assert.equal(bad?.applied, undefined);
  assert.ok(bad?.error instanceof Error);
});

Deno.test("describeFailure gives a device's error with its device and result code", () => {
  const error = new DeviceError("Cannot set it: busy", "kickr", "refused", {
    resultCode: 5,
  });
  assert.deepEqual(describeFailure(error), {
    code: "device",
    message: "Cannot set it: busy",
    device: "kickr",
    resultCode: 5,
  });
});

Deno.test("describeFailure says failed of what a driver should not throw", () => {
  const failure = describeFailure(new TypeError("Cannot read it"));
  assert.deepEqual(failure, { code: "failed", message: "Cannot read it" });
  assert.equal(describeFailure("odd").message, "odd");
});
