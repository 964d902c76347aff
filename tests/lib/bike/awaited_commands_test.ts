import assert from "node:assert/strict";
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";

/** A bike whose fan and trainer are configured, and not there. */
function setUp(options: Omit<BikeOptions, "clock"> = {}) {
  const clock = new FakeClock();
  const bike = new Bike({ ...options, clock });
  const app = bike.controller("app");
  const trainer = bike.source("trainer", {
    actuators: ["resistancePercent", "targetPowerWatts", "inclinePercent"],
  });
  trainer.setConnected(false);
  const resistance = new FakeActuator<number>();
  /** The trainer is there. */
  const connect = () => {
    trainer.actuator("resistancePercent", resistance.carryOut);
    trainer.setConnected(true);
  };
  return { app, bike, clock, connect, resistance, trainer };
}

function isDisconnected(error: unknown): boolean {
  return error instanceof DeviceError && error.reason === "disconnected";
}

Deno.test("a command for a device that is being connected to is carried out as soon as that is there", async () => {
  const { app, clock, connect, resistance } = setUp();
  const set = app.set("resistancePercent", 24);
  await clock.advance(4999);
  assert.deepEqual(resistance.values, []);
  connect();
  assert.equal(await set, 24);
  assert.deepEqual(resistance.values, [24]);
  assert.equal(clock.timerCount, 0);
});

Deno.test("a command for a device that was lost is carried out as soon as that is back", async () => {
  const { app, connect, resistance, trainer } = setUp();
  connect();
  trainer.setConnected(false);
  const set = app.set("resistancePercent", 24);
  await settle();
  assert.deepEqual(resistance.values, []);
  trainer.setConnected(true);
  assert.equal(await set, 24);
});

Deno.test("of commands that wait for a device only the newest is carried out", async () => {
  const { app, bike, connect, resistance } = setUp();
  const first = assert.rejects(app.set("resistancePercent", 10), {
    code: "superseded",
    message:
      'Cannot set "resistancePercent": a newer command for "targetPowerWatts" came before "trainer" was connected',
  });
  const second = assert.rejects(app.set("targetPowerWatts", 200), {
    code: "superseded",
    actuator: "targetPowerWatts",
  });
  const third = bike.controller("game").set("resistancePercent", 30);
  await Promise.all([first, second]);
  connect();
  assert.equal(await third, 30);
  assert.deepEqual(resistance.values, [30]);
});

Deno.test("a command that another device of the channel carries out takes the place of one that waits", async () => {
  const { app, bike, connect, resistance } = setUp();
  const waiting = assert.rejects(app.set("resistancePercent", 10), {
    code: "superseded",
  });
  const roller = bike.source("roller");
  roller.actuator("targetPowerWatts", () => Promise.resolve());
  await app.set("targetPowerWatts", 200);
  await waiting;
  connect();
  await settle();
  assert.deepEqual(resistance.values, []);
});

Deno.test("a command whose device does not come within five seconds fails, and is not carried out later", async () => {
  const { app, clock, connect, resistance } = setUp();
  const late = assert.rejects(app.set("resistancePercent", 24), (error) => {
    assert(isDisconnected(error));
    assert.match(
      String(error),
      /"trainer" was not connected within 5000 ms, send it again/,
    );
    return true;
  });
  await clock.advance(5000);
  await late;
  connect();
  await clock.advance(1000);
  assert.deepEqual(resistance.values, []);
});

Deno.test("a command waits no longer for its device and its turn together than for one of them", async () => {
  const { app, bike, clock, connect, resistance, trainer } = setUp();
  connect();
  await app.set("resistancePercent", 1);
  const roller = bike.source("roller");
  const power = new FakeActuator<number>();
  power.isSlow = true;
  roller.actuator("targetPowerWatts", power.carryOut);
  trainer.setConnected(false);
  await clock.advance(1000);
  const running = app.set("targetPowerWatts", 200);
  const waiting = assert.rejects(app.set("resistancePercent", 24), {
    code: "expired",
  });
  await clock.advance(4000);
  trainer.setConnected(true);
  await clock.advance(1001);
  power.answer();
  await Promise.all([running, waiting]);
  assert.deepEqual(resistance.values, [1]);
});

Deno.test("the time that a command may wait is that of its channel's pace", async () => {
  const { app, clock } = setUp({ pace: { brake: { maxAgeMs: 1000 } } });
  const late = assert.rejects(app.set("resistancePercent", 24), isDisconnected);
  await clock.advance(1000);
  await late;
});

Deno.test("a limit that is narrowed while a command waits for its device holds for it", async () => {
  const { app, bike, connect, resistance } = setUp();
  const waiting = assert.rejects(app.set("resistancePercent", 90), {
    code: "out_of_range",
  });
  bike.limits.set("resistancePercent", { max: 50 });
  connect();
  await waiting;
  assert.deepEqual(resistance.values, []);
});

Deno.test("what is not allowed is refused at once, though the device is not there", async () => {
  const { app } = setUp();
  await assert.rejects(app.set("resistancePercent", 101), {
    code: "out_of_range",
  });
});

Deno.test("a command of lower priority is refused while another one waits", async () => {
  const { app, bike, connect, resistance } = setUp();
  const set = app.set("resistancePercent", 24);
  const low = bike.controller("low", { priority: -1 });
  await assert.rejects(low.set("resistancePercent", 90), { code: "held" });
  connect();
  assert.equal(await set, 24);
  assert.deepEqual(resistance.values, [24]);
});

Deno.test("a command that no configured device can carry out is refused at once", async () => {
  const { app, connect } = setUp();
  await assert.rejects(app.set("fanPercent", 50), { code: "unavailable" });
  connect();
  await assert.rejects(app.set("inclinePercent", 5), { code: "unavailable" });
});

Deno.test("a command whose device comes without the actuator is refused in time", async () => {
  const { app, clock, connect } = setUp();
  const refused = assert.rejects(app.set("inclinePercent", 5), {
    code: "unavailable",
  });
  connect();
  await clock.advance(5000);
  await refused;
});

Deno.test("a command whose device is taken off the bike is refused at once", async () => {
  const { app, clock, trainer } = setUp();
  const refused = assert.rejects(app.set("resistancePercent", 24), {
    code: "unavailable",
  });
  trainer.close();
  await refused;
  assert.equal(clock.timerCount, 0);
});

Deno.test("a command whose controller is lost, gives up or is closed is not carried out", async () => {
  for (const end of ["lose", "release", "close"] as const) {
    const { app, connect, resistance } = setUp();
    const refused = assert.rejects(app.set("resistancePercent", 24), {
      code: "closed",
    });
    app[end]();
    await refused;
    connect();
    await settle();
    assert.deepEqual(resistance.values, []);
  }
});

Deno.test("a bike that is closed lets no command wait", async () => {
  const { app, bike, clock } = setUp();
  const refused = assert.rejects(app.set("resistancePercent", 24), {
    code: "closed",
  });
  bike.close();
  await refused;
  assert.equal(clock.timerCount, 0);
});

Deno.test("a command that waits comes before the last value of a fan that comes back", async () => {
  const { app, bike, clock } = setUp();
  const fan = bike.source("fan");
  const speed = new FakeActuator<number>();
  fan.actuator("fanPercent", speed.carryOut, { isRestored: true });
  await app.set("fanPercent", 60);
  fan.setConnected(false);
  const set = app.set("fanPercent", 20);
  await clock.advance(1000);
  fan.setConnected(true);
  await clock.advance(1000);
  assert.equal(await set, 20);
  assert.deepEqual(speed.values, [60, 20]);
});

/** A bike that goes to a safe resistance after its trainer was away. */
async function setUpFailSafe() {
  const parts = setUp({
    failSafe: { values: { resistancePercent: 5 }, afterDeviceLoss: true },
  });
  const { app, clock, connect, trainer } = parts;
  connect();
  await app.set("resistancePercent", 60);
  trainer.setConnected(false);
  await clock.advance(10_000);
  return parts;
}

Deno.test("a command that waits for its device comes before the safe value", async () => {
  const { app, clock, resistance, trainer } = await setUpFailSafe();
  const set = app.set("resistancePercent", 30);
  trainer.setConnected(true);
  await clock.advance(10_000);
  assert.equal(await set, 30);
  assert.deepEqual(resistance.values, [60, 30]);
});

Deno.test("a command that has waited in vain does not keep the device from its safe value", async () => {
  const { app, clock, resistance, trainer } = await setUpFailSafe();
  const late = assert.rejects(app.set("resistancePercent", 30), isDisconnected);
  await clock.advance(5000);
  await late;
  trainer.setConnected(true);
  await clock.advance(10_000);
  assert.deepEqual(resistance.values, [60, 5]);
});
