import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { isSensorName, type SensorReading } from "#lib/bike/sensors.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  const bike = new Bike({ clock });
  const seen: SensorReading[] = [];
  bike.onSensorReported.add((reading) => seen.push(reading));
  return { bike, clock, seen };
}

Deno.test("Bike.onSensorReported fires with each report with its device and time", () => {
  const { bike, clock, seen } = setUp();
  const device = bike.source("arduino");
  const report = { sensor: "oxygen", value: 10.24, unitName: "%" };
  device.reportSensor(report);
  device.reportSensor(report);
  const reading = { ...report, device: "arduino", timeMs: clock.now() };
  assert.deepEqual(seen, [reading, reading]);
  assert.deepEqual(bike.sensors, [reading]);
});

Deno.test("BikeDevice.reportSensor takes numbers that are not finite for none", () => {
  const { bike, seen } = setUp();
  const device = bike.source("arduino");
  device.reportSensor({ sensor: "oxygen", value: NaN, unitName: "%" });
  device.reportSensor({ sensor: "gas", fields: { CO2: Infinity, O2: 21 } });
  const [oxygen, gas] = seen;
  assert.ok(oxygen && "value" in oxygen && gas && "fields" in gas);
  assert.equal(oxygen.value, null);
  assert.deepEqual(gas.fields, { CO2: null, O2: 21 });
});

Deno.test("BikeDevice.reportSensor refuses names that could not stand in a topic", () => {
  const { bike } = setUp();
  const device = bike.source("arduino");
  for (const sensor of ["", "a/b", "+", "Oxygen", "1st", "x".repeat(33)]) {
    assert.equal(isSensorName(sensor), false);
    assert.throws(
      () => device.reportSensor({ sensor, value: 1, unitName: "" }),
      RangeError,
    );
  }
});

Deno.test("Bike.sensors forgets those of a device that was taken off", () => {
  const { bike } = setUp();
  const device = bike.source("arduino");
  device.reportSensor({ sensor: "reps", value: 3, unitName: "" });
  device.close();
  assert.deepEqual(bike.sensors, []);
});
