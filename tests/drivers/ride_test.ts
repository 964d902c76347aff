/**
 * Whole rides: all drivers on the simulated devices, with everything going
 * wrong that the simulator knows.
 */
import assert from "node:assert/strict";
import { driver as cadence } from "#drivers/cadence.ts";
import { driver as climb } from "#drivers/climb.ts";
import { driver as fan } from "#drivers/fan.ts";
import { driver as heartRate } from "#drivers/heart_rate.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { Bike } from "#lib/bike/bike.ts";
import { liveValue } from "#lib/bike/reading.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { type FaultName, parseFaults } from "#lib/simulator/faults.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

/** How long a device may be within reach before a driver has it: the longest wait of a driver, and some seconds to connect, in seconds. */
const REACHABLE_SECONDS = 45;

/** A bike on a simulated ride, with all its drivers. */
function startRide(seed: number, faults: readonly FaultName[]) {
  const clock = new FakeClock();
  const ride = simulatedRide({ seed, faults, clock });
  const bike = new Bike({ clock: ride.clock });
  const host = new DriverHost({
    bike,
    hardware: { ...absentHardware("this is a test"), ble: ride.central },
    clock: ride.clock,
  });
  const mistakes: unknown[] = [];
  host.onStatusChanged.add(({ error }) => {
    if (error !== undefined && !(error instanceof SmartbikeError)) {
      mistakes.push(error);
    }
  });
  for (const definition of [heartRate, trainer, climb, fan, cadence]) {
    host.start({ definition });
  }
  return {
    clock,
    ride,
    bike,
    mistakes,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      bike.close();
      await ride[Symbol.asyncDispose]();
      assert.equal(clock.timerCount, 0, "timers are left running");
    },
  };
}

type Rig = ReturnType<typeof startRide>;

/** Counts for how many seconds each device has been within reach without its driver having it. */
class Reach {
  readonly #rig: Rig;
  readonly #seconds = new Map<string, number>();

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  check(): void {
    const { bike, ride } = this.#rig;
    const pairs = [
      ["heart-rate", ride.strap],
      ["trainer", ride.trainer],
      ["climb", ride.trainer],
      ["fan", ride.fan],
      ["cadence", ride.pod],
    ] as const;
    for (const [id, { peripheral }] of pairs) {
      const status = bike.devices.find(({ device }) => device === id);
      const isLost = peripheral.isAwake && !status?.isConnected;
      const seconds = isLost ? (this.#seconds.get(id) ?? 0) + 1 : 0;
      this.#seconds.set(id, seconds);
      assert(seconds <= REACHABLE_SECONDS, `${id} is lost for ${seconds} s`);
    }
  }
}

Deno.test("all devices of a ride are found, report, and follow their commands", async () => {
  await using rig = startRide(3, []);
  const { bike, clock, ride } = rig;
  const app = bike.controller("app");
  await clock.advance(90_000);
  const done = Promise.all([
    app.set("inclinePercent", -10),
    app.set("fanPercent", 60),
    app.set("targetPowerWatts", 180),
  ]);
  await clock.advance(10_000);
  assert.deepEqual(await done, [-10, 60, 180]);
  const { speedMetersPerSecond, rider: { heartRateBpm } } = ride.ride.state;
  const speed = liveValue(bike.read("speedMetersPerSecond")) ?? NaN;
  const heart = liveValue(bike.read("heartRate"))?.rateBpm ?? NaN;
  assert(Math.abs(speed - speedMetersPerSecond) < 1, `${speed} m/s`);
  assert(Math.abs(heart - heartRateBpm) < 10, `${heart} bpm`);
  assert.equal(bike.read("heartRate").device, "heart-rate");
  assert.equal(bike.read("cadenceRpm").device, "cadence");
  assert(bike.devices.every(({ isConnected }) => isConnected));
});

for (
  const [seed, faults, highest] of [
    [1, "drop-outs,late-answers,sleep", 30],
    [2, "drop-outs,sleep", 30],
    [3, "all", Infinity],
  ] as const
) {
  Deno.test(`no device is lost for long in half an hour of ${faults}, and no value goes astray`, async () => {
    await using rig = startRide(seed, parseFaults(faults));
    const { bike, clock, mistakes } = rig;
    const reach = new Reach(rig);
    const app = bike.controller("app");
    let liveSeconds = 0;
    for (let second = 0; second < 1800; second++) {
      if (second % 7 === 0) {
        app.set("inclinePercent", second % 20 - 10).catch(() => {});
        app.set("fanPercent", second % 101).catch(() => {});
        app.set("targetPowerWatts", 100 + second % 100).catch(() => {});
      }
      await clock.advance(1000);
      reach.check();
      const speed = liveValue(bike.read("speedMetersPerSecond"));
      if (speed === undefined) continue;
      liveSeconds++;
      assert(speed >= 0 && speed < highest, `${speed} m/s`);
    }
    assert.deepEqual(mistakes, []);
    assert(liveSeconds > 1500, `speed was live for ${liveSeconds} s`);
  });
}
