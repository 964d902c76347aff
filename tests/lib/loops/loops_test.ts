import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import type { ActuatorName, BikeReport } from "#lib/bike/values.ts";
import { ClimbLoop } from "#lib/loops/climb_loop.ts";
import { FanLoop } from "#lib/loops/fan_loop.ts";
import { GearBox } from "#lib/loops/gear_box.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** A bike whose devices follow their commands. */
class TestBike implements Disposable {
  readonly clock = new FakeClock();
  readonly bike = new Bike({ clock: this.clock });
  readonly sent: (readonly [ActuatorName, unknown])[] = [];
  readonly #device = this.bike.source("kickr");
  #report: BikeReport = {};

  constructor(names: readonly ActuatorName[]) {
    for (const name of names) {
      this.#device.actuator(name, (value) => {
        this.sent.push([name, value]);
        return Promise.resolve();
      });
    }
  }

  press(button: string): void {
    this.#device.reportButton(button, true);
    this.#device.reportButton(button, false);
  }

  async ride(seconds: number, report: BikeReport = {}): Promise<void> {
    this.#report = { ...this.#report, ...report };
    for (let i = 0; i < seconds; i++) {
      this.#device.report(this.#report);
      await this.clock.advance(1000);
    }
  }

  values(name: ActuatorName): readonly unknown[] {
    return this.sent.flatMap(([own, value]) => own === name ? [value] : []);
  }

  [Symbol.dispose](): void {
    this.bike.close();
  }
}

const CURVE = {
  source: "heart-rate",
  from: 100,
  to: 200,
  minPercent: 20,
  maxPercent: 80,
  slewPercentPerSecond: 10,
} as const;

const HEART = (rateBpm: number) => ({
  heartRate: { rateBpm, rrIntervalsMs: [] },
  cadenceRpm: 90,
});

const ROAD = {
  gradePercent: 4,
  windSpeedMetersPerSecond: 0,
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.51,
};

Deno.test("a fan follows the heart rate along its curve, never faster than it may", async () => {
  using test = new TestBike(["fanPercent"]);
  using _loop = new FanLoop(test.bike, CURVE, test.clock);
  await test.ride(10, HEART(150));
  assert.deepEqual(test.values("fanPercent"), [10, 20, 30, 40, 50]);
  await test.ride(10, HEART(90));
  assert.equal(test.values("fanPercent").at(-1), 20);
});

Deno.test("a fan is off 30 seconds after the ride, and never before", async () => {
  using test = new TestBike(["fanPercent"]);
  using _loop = new FanLoop(test.bike, CURVE, test.clock);
  await test.ride(10, HEART(150));
  await test.ride(29, { ...HEART(150), cadenceRpm: 0 });
  assert.equal(test.values("fanPercent").at(-1), 50);
  await test.ride(4);
  assert.equal(test.values("fanPercent").at(-1), 0);
  assert.equal(test.bike.holder("fan"), undefined);
});

Deno.test("a person's fan command comes before the loop's", async () => {
  using test = new TestBike(["fanPercent"]);
  using _loop = new FanLoop(test.bike, CURVE, test.clock);
  await test.ride(8, HEART(150));
  const app = test.bike.controller("app");
  const set = app.set("fanPercent", 100);
  await test.ride(1);
  await set;
  await test.ride(8, HEART(200));
  assert.equal(test.values("fanPercent").at(-1), 100);
});

Deno.test("a fan that a person sets stays so until it is released, or the ride is over", async () => {
  using test = new TestBike(["fanPercent"]);
  using _loop = new FanLoop(test.bike, CURVE, test.clock);
  await test.ride(8, HEART(150));
  const app = test.bike.controller("app");
  const first = app.set("fanPercent", 100);
  await test.ride(60);
  await first;
  assert.equal(test.values("fanPercent").at(-1), 100);
  app.release();
  await test.ride(3);
  assert.deepEqual(test.values("fanPercent").slice(-3), [90, 80, 70]);
  const second = app.set("fanPercent", 35);
  await test.ride(60);
  await second;
  assert.equal(test.values("fanPercent").at(-1), 35);
  await test.ride(35, { ...HEART(150), cadenceRpm: 0 });
  assert.equal(test.values("fanPercent").at(-1), 0);
});

Deno.test("the inclination follows the road in steps of a half, two percent a second, and is level when the app is gone", async () => {
  using test = new TestBike(["simulation", "inclinePercent"]);
  using _loop = new ClimbLoop(test.bike, test.clock);
  const app = test.bike.controller("app");
  void app.set("simulation", { ...ROAD, gradePercent: 5.3 });
  await test.ride(6, { cadenceRpm: 80 });
  assert.deepEqual(test.values("inclinePercent"), [2, 4, 5.5]);
  app.lose();
  await test.ride(5);
  assert.deepEqual(test.values("inclinePercent").slice(3), [3.5, 1.5, 0]);
});

Deno.test("the inclination is level when the rider rests for ten seconds", async () => {
  using test = new TestBike(["simulation", "inclinePercent"]);
  using _loop = new ClimbLoop(test.bike, test.clock);
  void test.bike.controller("app").set("simulation", ROAD);
  await test.ride(5, { cadenceRpm: 80 });
  await test.ride(9, { cadenceRpm: 0 });
  assert.equal(test.values("inclinePercent").at(-1), 4);
  await test.ride(5);
  assert.equal(test.values("inclinePercent").at(-1), 0);
});

Deno.test("the inclination never goes past the bike's limit", async () => {
  using test = new TestBike(["simulation", "inclinePercent"]);
  test.bike.limits.set("inclinePercent", { min: -2, max: 3 });
  using _loop = new ClimbLoop(test.bike, test.clock);
  void test.bike.controller("app").set("simulation", {
    ...ROAD,
    gradePercent: 12,
  });
  await test.ride(8, { cadenceRpm: 80 });
  assert.equal(Math.max(...test.values("inclinePercent").map(Number)), 3);
});

Deno.test("a gear makes the app's road steeper at once, and neither the inclination nor what others see", async () => {
  using test = new TestBike(["simulation", "inclinePercent"]);
  using gears = new GearBox(test.bike, { clock: test.clock });
  using _loop = new ClimbLoop(test.bike, test.clock);
  const app = test.bike.controller("app");
  void app.set("simulation", ROAD);
  await test.ride(4, { cadenceRpm: 80 });
  test.press("RIGHT");
  test.press("RIGHT");
  await test.ride(4);
  assert.equal(gears.gear, 14);
  assert.deepEqual(test.values("simulation").at(-1), {
    ...ROAD,
    gradePercent: 5,
  });
  assert.deepEqual(test.bike.read("simulation").value, ROAD);
  assert.equal(test.values("inclinePercent").at(-1), 4);
  void app.set("simulation", { ...ROAD, gradePercent: 2 });
  await test.ride(1);
  assert.deepEqual(test.values("simulation").at(-1), {
    ...ROAD,
    gradePercent: 3,
  });
});

Deno.test("gears stop at both ends, and no gear drives the road past a limit", async () => {
  using test = new TestBike(["simulation"]);
  test.bike.limits.set("gradePercent", { min: -5, max: 5 });
  using gears = new GearBox(test.bike, { clock: test.clock });
  void test.bike.controller("app").set("simulation", ROAD);
  await test.ride(2, { cadenceRpm: 80 });
  gears.shift(99);
  assert.equal(gears.gear, 24);
  gears.select(NaN);
  assert.equal(gears.gear, 24);
  await test.ride(2);
  assert.deepEqual(test.values("simulation").at(-1), {
    ...ROAD,
    gradePercent: 5,
  });
  gears.select(-3);
  assert.equal(gears.gear, 1);
});

Deno.test("a trainer without a road gets a power that follows cadence and gear", async () => {
  using test = new TestBike(["targetPowerWatts"]);
  using gears = new GearBox(test.bike, { clock: test.clock });
  await test.ride(2, { cadenceRpm: 90 });
  gears.shift(1);
  await test.ride(4);
  const light = Number(test.values("targetPowerWatts").at(-1));
  gears.shift(4);
  await test.ride(1);
  const heavy = Number(test.values("targetPowerWatts").at(-1));
  assert.ok(light > 50 && heavy > light * 1.4, `${light} ${heavy}`);
  assert.equal(gears.way, "power");
});

Deno.test("a trainer with a brake alone gets a resistance by gear", async () => {
  using test = new TestBike(["resistancePercent"]);
  using gears = new GearBox(test.bike, { clock: test.clock });
  gears.shift(2);
  await test.ride(2, { cadenceRpm: 90 });
  assert.deepEqual(test.values("resistancePercent"), [36]);
  assert.equal(gears.way, "resistance");
});

Deno.test("a gear changes nothing while a workout holds a power", async () => {
  using test = new TestBike(["targetPowerWatts", "simulation"]);
  using gears = new GearBox(test.bike, { clock: test.clock });
  void test.bike.controller("workout").set("targetPowerWatts", 200);
  await test.ride(2, { cadenceRpm: 90 });
  gears.shift(3);
  await test.ride(2);
  assert.deepEqual(test.sent, [["targetPowerWatts", 200]]);
});
