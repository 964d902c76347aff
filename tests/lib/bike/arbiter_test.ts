import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  const pace = { minIntervalMs: 0 };
  const bike = new Bike({ clock, pace: { incline: pace, fan: pace } });
  const device = bike.source("kickr");
  const incline = new FakeActuator<number>();
  device.actuator("inclinePercent", incline.carryOut);
  device.actuator("fanPercent", new FakeActuator<number>().carryOut);
  return { bike, clock, incline };
}

Deno.test("a channel belongs to nobody before the first command, then to whose command was accepted last", async () => {
  const { bike } = setUp();
  const holders: (string | undefined)[] = [];
  bike.onHolderChanged.add((channel, holder) =>
    holders.push(`${channel} ${holder}`)
  );
  assert.equal(bike.holder("incline"), undefined);
  const app = bike.controller("app");
  const game = bike.controller("game");
  await app.set("inclinePercent", 1);
  await app.set("inclinePercent", 2);
  await game.set("inclinePercent", 3);
  assert.equal(bike.holder("incline"), "game");
  assert.equal(bike.holder("fan"), undefined);
  assert.deepEqual(holders, ["incline app", "incline game"]);
});

Deno.test("a command that is not allowed takes no channel", async () => {
  const { bike } = setUp();
  const app = bike.controller("app");
  await assert.rejects(app.set("inclinePercent", 99));
  assert.equal(bike.holder("incline"), undefined);
});

Deno.test("a higher priority takes a channel over", async () => {
  const { bike } = setUp();
  await bike.controller("app").set("inclinePercent", 1);
  await bike.controller("coach", { priority: 1 }).set("inclinePercent", 2);
  assert.equal(bike.holder("incline"), "coach");
});

Deno.test("a lower priority is refused until the holder has not commanded for some time", async () => {
  const { bike, clock, incline } = setUp();
  const app = bike.controller("app");
  const coach = bike.controller("coach", { priority: 1 });
  await coach.set("inclinePercent", 2);
  await clock.advance(9999);
  await assert.rejects(app.set("inclinePercent", 1), { code: "held" });
  await clock.advance(1);
  await app.set("inclinePercent", 1);
  assert.deepEqual(incline.values, [2, 1]);
});

Deno.test("an exclusive hold keeps the same priority out until it is released, other channels excepted", async () => {
  const { bike, clock } = setUp();
  const workout = bike.controller("workout", { isExclusive: true });
  const app = bike.controller("app");
  await workout.set("inclinePercent", 2);
  await clock.advance(3_600_000);
  await assert.rejects(app.set("inclinePercent", 1), { code: "held" });
  await app.set("fanPercent", 1);
  workout.release();
  assert.equal(bike.holder("incline"), undefined);
  await app.set("inclinePercent", 1);
});

Deno.test("a higher priority takes an exclusive hold over", async () => {
  const { bike } = setUp();
  const workout = bike.controller("workout", { isExclusive: true });
  await workout.set("inclinePercent", 2);
  await bike.controller("coach", { priority: 1 }).set("inclinePercent", 0);
  assert.equal(bike.holder("incline"), "coach");
});

Deno.test("a controller that is closed has released what it held, and its commands are refused", async () => {
  const { bike } = setUp();
  const app = bike.controller("app");
  await app.set("inclinePercent", 1);
  app.close();
  assert.equal(bike.holder("incline"), undefined);
  await assert.rejects(app.set("inclinePercent", 2), { code: "closed" });
});

Deno.test("two controllers of the same id do not hold each other's channels", async () => {
  const { bike } = setUp();
  const first = bike.controller("app");
  const second = bike.controller("app", { isExclusive: true });
  await second.set("inclinePercent", 1);
  first.close();
  assert.equal(bike.holder("incline"), "app");
});
