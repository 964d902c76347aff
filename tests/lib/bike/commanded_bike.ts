/**
 * A bike with a device whose actuators the test answers for.
 *
 * @module
 */
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** Makes a bike with a tilt and two brakes. */
export function commandedBike(options: BikeOptions = {}) {
  const clock = new FakeClock();
  const bike = new Bike({ clock, ...options });
  const device = bike.source("kickr");
  const incline = new FakeActuator<number>();
  const resistance = new FakeActuator<number>();
  const power = new FakeActuator<number>();
  device.actuator("inclinePercent", incline.carryOut);
  device.actuator("resistancePercent", resistance.carryOut);
  device.actuator("targetPowerWatts", power.carryOut);
  const app = bike.controller("app");
  return { app, bike, clock, device, incline, power, resistance };
}
