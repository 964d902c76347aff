/**
 * Commands that come before the device of a driver is there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { driver as climb } from "#drivers/climb.ts";
import { driver as fan } from "#drivers/fan.ts";
import { driver as generic } from "#drivers/generic.ts";
import { driver as heartRate } from "#drivers/heart_rate.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import type { ActuatorName } from "#lib/bike/values.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { FAN, KICKR, TRAINER } from "./devices.ts";
import type { DeviceScript } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

const CASES: readonly (readonly [
  DriverDefinition,
  DeviceScript,
  readonly Exclude<ActuatorName, "simulation">[],
])[] = [
  [trainer, TRAINER, ["resistancePercent", "targetPowerWatts"]],
  [climb, KICKR, ["inclinePercent"]],
  [fan, FAN, ["fanPercent"]],
  [generic, KICKR, ["resistancePercent", "targetPowerWatts", "inclinePercent"]],
];

for (const [driver, script, actuators] of CASES) {
  Deno.test(`commands that come before the device of ${driver.name} is found are carried out once it is there`, async () => {
    for (const actuator of actuators) {
      await using bench = new TestBench();
      await bench.start(driver);
      const set = bench.app.set(actuator, 10);
      await bench.pass(2000);
      bench.add(script);
      await bench.pass(2500);
      assert.equal(await set, 10, actuator);
    }
  });
}

Deno.test("every actuator that a device brings is one that its driver lets commands wait for", async () => {
  for (const [driver, script] of CASES) {
    await using bench = new TestBench();
    const given: ActuatorName[] = [];
    await bench.start({
      ...driver,
      run: (context) => {
        const { device } = context;
        const actuator = device.actuator.bind(device);
        device.actuator = (name, ...rest) => {
          given.push(name);
          actuator(name, ...rest);
        };
        return driver.run(context);
      },
    });
    bench.add(script);
    await bench.pass(3000);
    assert(given.length > 0);
    for (const name of given) {
      assert(
        driver.source?.actuators?.includes(name),
        `${driver.name} ${name}`,
      );
    }
  }
});

Deno.test("a command that no driver could ever carry out is refused at once", async () => {
  await using bench = new TestBench();
  await bench.start(heartRate);
  await assert.rejects(bench.app.set("fanPercent", 50), {
    code: "unavailable",
  });
});
