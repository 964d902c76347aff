/**
 * All drivers at once: on a simulated ride, on what was captured of it, and on
 * the captured session of a real trainer.
 *
 * @module
 */
import assert from "node:assert/strict";
import { driver as cadence } from "#drivers/cadence.ts";
import { driver as climb } from "#drivers/climb.ts";
import { driver as fan } from "#drivers/fan.ts";
import { driver as heartRate } from "#drivers/heart_rate.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { Bike } from "#lib/bike/bike.ts";
import { liveValue } from "#lib/bike/reading.ts";
import type { ActuatorName, BikeValues, MetricName } from "#lib/bike/values.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import type { BleCentral } from "#lib/hardware/ble.ts";
import { recordCentral } from "#lib/simulator/capture/record_central.ts";
import { ReplayCentral } from "#lib/simulator/capture/replay_central.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { parseFaults } from "#lib/simulator/faults.ts";
import {
  simulatedRide,
  type SimulatedRideOptions,
} from "#lib/simulator/simulated_ride.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { ROOT } from "../support/source_files.ts";

const ALL = [heartRate, trainer, climb, fan, cadence];

/** A bike with drivers on a radio. */
function ride(
  ble: BleCentral,
  clock: FakeClock,
  drivers: readonly DriverDefinition[] = ALL,
) {
  const bike = new Bike({ clock });
  const hardware = { ...absentHardware("this is a test"), ble };
  const host = new DriverHost({ bike, hardware, clock });
  for (const definition of drivers) host.start({ definition });
  const app = bike.controller("app");
  return {
    bike,
    live: <K extends MetricName>(name: K): BikeValues[K] | undefined =>
      liveValue(bike.read(name)),
    set: async <K extends ActuatorName>(name: K, value: BikeValues[K]) => {
      const outcome = Promise.allSettled([app.set(name, value)]);
      await clock.advance(3000);
      const [result] = await outcome;
      if (result.status === "rejected") throw result.reason;
      return result.value;
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      bike.close();
      await ble[Symbol.asyncDispose]();
    },
  };
}

/** A simulated ride and a bike on it, with all that passes written down. */
function simulate(options: SimulatedRideOptions = {}) {
  const clock = new FakeClock();
  const simulated = simulatedRide({ ...options, clock });
  const lines: string[] = [];
  const central = recordCentral(
    simulated.central,
    (line) => lines.push(line),
    clock,
  );
  const bench = ride(central, clock);
  return {
    clock,
    lines,
    simulated,
    ...bench,
    [Symbol.asyncDispose]: async () => {
      await bench[Symbol.asyncDispose]();
      await simulated[Symbol.asyncDispose]();
      assert.equal(clock.timerCount, 0);
    },
  };
}

Deno.test("all drivers find their devices, and the bike has the values of the ride", async () => {
  await using bench = simulate();
  await bench.clock.advance(60_000);
  const { state } = bench.simulated.ride;
  const near = (name: MetricName, value: unknown, expected: number) => {
    assert(typeof value === "number", `there is no ${name}`);
    assert(Math.abs(value - expected) < 0.1 * expected + 1, `${name} ${value}`);
  };
  const { live } = bench;
  near(
    "speedMetersPerSecond",
    live("speedMetersPerSecond"),
    state.speedMetersPerSecond,
  );
  near("cadenceRpm", live("cadenceRpm"), state.cadenceRpm);
  near("powerWatts", live("powerWatts"), state.powerWatts);
  near("heartRate", live("heartRate")?.rateBpm, state.rider.heartRateBpm);
  assert(bench.bike.devices.every(({ isConnected }) => isConnected));
});

Deno.test("what the bike is set to is what the ride feels", async () => {
  await using bench = simulate();
  const { ride } = bench.simulated;
  await bench.clock.advance(10_000);
  assert.equal(await bench.set("resistancePercent", 40), 40);
  assert.deepEqual(ride.controls.brake, { mode: "resistance", percent: 40 });
  assert.equal(await bench.set("fanPercent", 60), 60);
  assert.equal(ride.controls.fanPercent, 60);
  assert.equal(await bench.set("inclinePercent", -4.5), -4.5);
  await bench.clock.advance(5000);
  assert(Math.abs(ride.controls.inclinePercent + 4.5) <= 0.01 + 1e-9);
  assert.equal(await bench.set("targetPowerWatts", 190), 190);
  assert.deepEqual(ride.controls.brake, { mode: "power", watts: 190 });
  const road = {
    gradePercent: 2,
    windSpeedMetersPerSecond: 1,
    rollingResistanceCoefficient: 0.004,
    windResistanceKgPerMeter: 0.51,
  };
  assert.deepEqual(await bench.set("simulation", road), road);
  assert.equal(ride.controls.brake.mode, "simulation");
});

Deno.test("with all faults the drivers go on: each device is there again in the end, and no value is impossible", async () => {
  await using bench = simulate({ faults: parseFaults("all"), seed: 9 });
  const { bike, clock } = bench;
  const lost = new Set<string>();
  for (let seconds = 0; seconds < 600; seconds += 10) {
    await clock.advance(10_000);
    for (const { device, isConnected } of bike.devices) {
      if (!isConnected) lost.add(device);
    }
    const power = bench.live("powerWatts") ?? 0;
    assert(Math.abs(power) < 2 ** 15);
  }
  assert(lost.size >= 2, `only ${[...lost]} was lost`);
  bench.simulated.faults[Symbol.dispose]();
  await clock.advance(120_000);
  assert(bike.devices.every(({ isConnected }) => isConnected));
});

Deno.test("drivers on a capture of a ride report what they reported on the ride", async () => {
  const valuesOf = async (
    { bike, live }: Pick<ReturnType<typeof ride>, "bike" | "live">,
    clock: FakeClock,
  ) => {
    const values = new Set<string>();
    bike.onChanged.add((name) => {
      const value = live(name);
      if (value !== undefined) values.add(`${name} ${JSON.stringify(value)}`);
    });
    await clock.advance(60_000);
    return values;
  };
  const recorded = simulate({ seed: 2 });
  const original = await valuesOf(recorded, recorded.clock);
  await recorded[Symbol.asyncDispose]();
  const clock = new FakeClock();
  const replay = ReplayCentral.open(recorded.lines.join("\n"), "a.jsonl", {
    clock,
  });
  await using bench = ride(replay, clock);
  const again = await valuesOf(bench, clock);
  assert(again.size > 50, `${again.size} values`);
  const strange = [...again].filter((value) => !original.has(value));
  assert.deepEqual(strange, []);
  assert(replay.ended.aborted);
});

Deno.test("the trainer's driver runs on the captured session of a real trainer, and can set it", async () => {
  const clock = new FakeClock();
  const text = await Deno.readTextFile(
    new URL("tests/fixtures/gatt/session.jsonl", ROOT),
  );
  const replay = ReplayCentral.open(text, "session.jsonl", { clock });
  await using bench = ride(replay, clock, [trainer]);
  await clock.advance(20_000);
  assert(bench.bike.devices.every(({ isConnected }) => isConnected));
  const speed = bench.live("speedMetersPerSecond") ?? NaN;
  assert(speed > 6 && speed < 8, `${speed} m/s`);
  assert.equal(await bench.set("targetPowerWatts", 150), 150);
});
