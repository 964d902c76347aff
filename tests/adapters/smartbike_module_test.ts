import assert from "node:assert/strict";
import { Bike as BikeHub } from "#lib/bike/bike.ts";
import { Controllers } from "#adapters/smartbike/controllers.ts";
import {
  bikeDescriptor,
  isHeartRate,
  isMeasurement,
} from "#adapters/smartbike/api.gen.ts";
import { BikeObject } from "#adapters/smartbike/bike.ts";
import { loadModules } from "#lib/idl/load.ts";
import { diskReader } from "../lib/idl/files.ts";
import { FakeActuator } from "../fakes/fake_actuator.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

function setUp() {
  const hub = new BikeHub({ clock: new FakeClock() });
  const device = hub.source("kickr");
  const { carryOut } = new FakeActuator<number>();
  device.actuator("inclinePercent", carryOut);
  return { hub, device };
}

Deno.test("the module smartbike resolves without a finding and describes everything", async () => {
  const file = "adapters/smartbike/smartbike.module.yaml";
  const { findings, modules } = await loadModules([file], diskReader);
  assert.deepEqual(findings, []);
  const described = modules.flatMap((module) => [
    module,
    ...module.structs.flatMap((one) => [one, ...one.fields]),
    ...module.enums.flatMap((one) => [one, ...one.members]),
    ...module.interfaces.flatMap((one) => [
      one,
      ...one.properties,
      ...one.operations.flatMap((call) => [call, ...call.params]),
      ...one.signals.flatMap((call) => [call, ...call.params]),
    ]),
  ]);
  assert.ok(described.length > 100);
  for (const { name, description } of described) {
    assert.notEqual(description, "", name);
  }
});

Deno.test("every property of smartbike.Bike is read-only", () => {
  for (const [name, property] of Object.entries(bikeDescriptor.properties)) {
    assert.ok(property.readonly, name);
  }
});

Deno.test("values before the first report can be sent as they are", () => {
  const { hub } = setUp();
  const bike = new BikeObject(hub);
  assert.ok(isMeasurement(bike.getPowerWatts()));
  assert.ok(isHeartRate(bike.getHeartRate()));
});

Deno.test("a Bike that was closed reports nothing, and holds nothing", async () => {
  const { hub, device } = setUp();
  const bike = new BikeObject(hub);
  let count = 0;
  bike.onPowerWattsChanged.add(() => count++);
  await bike.setIncline(1, "app");
  bike.close();
  device.report({ powerWatts: 1 });
  assert.equal(count, 0);
  assert.equal(hub.holder("incline"), undefined);
});

Deno.test("Controllers.get calls clients without a name by one name", () => {
  const { hub } = setUp();
  assert.equal(new Controllers(hub).get("").id, "apigear");
});

Deno.test("Controllers forgets clients that hold nothing, and never one that holds a channel", async () => {
  const { hub } = setUp();
  const controllers = new Controllers(hub);
  await controllers.get("app").set("inclinePercent", 1);
  for (let index = 0; index < 200; index++) controllers.get(`client ${index}`);
  assert.equal(controllers.find("client 0"), undefined);
  assert.ok(controllers.find("client 199"));
  assert.equal(hub.holder("incline"), "app");
  assert.ok(controllers.find("app"));
});
