import assert from "node:assert/strict";
import { decodeFrame } from "#lib/gatt/catalog.ts";
import { CHARACTERISTICS, shortNameOf } from "#lib/gatt/uuids.ts";
import type { BlePeripheral } from "#lib/hardware/ble.ts";
import {
  type RideControls,
  type RideState,
  standingStart,
  stepRide,
} from "#lib/simulator/ride_model.ts";
import { AMATEUR } from "#lib/simulator/rider.ts";
import { fc } from "../../property.ts";
import { type RideBed, startRide } from "./ride_setup.ts";

const percent = fc.double({ min: 0, max: 100, noNaN: true });
const grade = fc.double({ min: -327.68, max: 327.67, noNaN: true });
const brake: fc.Arbitrary<RideControls["brake"]> = fc.oneof(
  percent.map((percent) => ({ mode: "resistance", percent } as const)),
  fc.integer({ min: 0, max: 65535 }).map((watts) =>
    ({ mode: "power", watts }) as const
  ),
  fc.record({
    gradePercent: grade,
    windSpeedMetersPerSecond: fc.double({ min: -33, max: 33, noNaN: true }),
    rollingResistanceCoefficient: fc.double({ min: 0, max: 7, noNaN: true }),
    windResistanceKilogramsPerMeter: fc.double({
      min: 0,
      max: 66,
      noNaN: true,
    }),
  }).map((road) => ({ mode: "simulation", road }) as const),
);
const moment = fc.record({
  controls: fc.record({
    brake,
    inclinePercent: fc.double({ min: -10, max: 20, noNaN: true }),
    fanPercent: percent,
    massKilograms: fc.double({ min: 0, max: 656, noNaN: true }),
  }),
  wish: fc.record({
    effort: fc.double({ min: 0, max: 5, noNaN: true }),
    isPedalling: fc.boolean(),
  }),
  seconds: fc.double({ min: 0, max: 60, noNaN: true }),
});

function assertPlausible(before: RideState, state: RideState): void {
  const { rider } = state;
  const ranges = [
    [state.speedMetersPerSecond, 0, 40],
    [state.powerWatts, 0, AMATEUR.sprintWatts],
    [state.cadenceRpm, 0, 200],
    [rider.heartRateBpm, AMATEUR.restingBpm, AMATEUR.maximumBpm],
    [rider.reserveJoules, 0, AMATEUR.reserveJoules],
    [rider.heat, 0, 2],
    [state.distanceMeters, before.distanceMeters, Infinity],
    [state.crank.count, before.crank.count, Infinity],
    [state.wheel.count, before.wheel.count, Infinity],
    [state.crank.lastAtSeconds, 0, state.timeSeconds],
  ] as const;
  for (const [index, [value, min, max]] of ranges.entries()) {
    assert(
      value >= min - 1e-6 && value <= max + 1e-6,
      `value ${index} is ${value}`,
    );
  }
}

Deno.test("whatever the machines are set to, and whatever the rider wants, all values stay in range", () => {
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 12 }), (moments) => {
      let state = standingStart();
      for (const { controls, wish, seconds } of moments) {
        const input = { rider: AMATEUR, controls, wish };
        const next = stepRide(state, input, seconds);
        assertPlausible(state, next);
        state = next;
      }
    }),
  );
});

/** What can be written to, by device. */
const TARGETS = [
  ["KICKR", CHARACTERISTICS.fitnessMachineControlPoint],
  ["KICKR", CHARACTERISTICS.cyclingPowerControlPoint],
  ["KICKR", CHARACTERISTICS.wahooTrainerControl],
  ["KICKR", CHARACTERISTICS.wahooTilt],
  ["HEADWIND", CHARACTERISTICS.wahooHeadwind],
] as const;

/** Requests that devices know, with any parameters. */
const request = fc.tuple(
  fc.constantFrom(
    ...[0x00, 0x01, 0x04, 0x05, 0x07, 0x08, 0x11, 0x12, 0x13, 0x14],
    ...[0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x54],
    ...[0x02, 0x03, 0x66, 0x69, 0x0c],
  ),
  fc.uint8Array({ maxLength: 8 }),
).map(([opCode, parameters]) => Uint8Array.of(opCode, ...parameters));

const action = fc.oneof(
  fc.record({
    target: fc.constantFrom(...TARGETS),
    request: fc.oneof(
      request,
      fc.uint8Array({ maxLength: 20 }),
      fc.constantFrom(
        Uint8Array.of(0),
        Uint8Array.of(0x20, 0xee, 0xfc),
        Uint8Array.of(4, 4),
      ),
    ),
  }),
  fc.integer({ min: 0, max: 3000 }),
);

/** Subscribes to all that a device has, and notes short names of what comes, and what cannot be decoded. */
async function hearAll(
  bed: RideBed,
  device: BlePeripheral,
  heard: { readonly names: string[]; readonly odd: unknown[] },
): Promise<void> {
  for (const { uuid, properties } of device.characteristics) {
    const direction = properties.find((one) => /^(notify|indicate)$/.test(one));
    if (!direction) continue;
    const characteristic = shortNameOf(uuid);
    await bed.during(device.subscribe(uuid, (value) => {
      heard.names.push(characteristic);
      try {
        decodeFrame({ characteristic, direction }, value);
      } catch (error) {
        heard.odd.push(error);
      }
    }));
  }
}

function secondsOf({ ride }: RideBed): number {
  return Math.floor(ride.ride.state.timeSeconds + 1e-6);
}

Deno.test("no sequence of requests makes devices fail: each second has its frames, and all of them can be decoded", async () => {
  const play = async (
    actions: readonly (
      | number
      | {
        readonly target: (typeof TARGETS)[number];
        readonly request: Uint8Array;
      }
    )[],
    seed: number,
  ) => {
    await using bed = startRide({ seed });
    const devices = new Map<string, BlePeripheral>();
    const heard = { names: Array<string>(), odd: Array<unknown>() };
    for (const name of ["KICKR", "HEADWIND"]) {
      const device = await bed.connect(name);
      devices.set(name, device);
      await hearAll(bed, device, heard);
    }
    const startSeconds = secondsOf(bed);
    heard.names.length = 0;
    for (const step of actions) {
      const before = bed.ride.ride.state;
      if (typeof step === "number") await bed.clock.advance(step);
      else {
        const [name, uuid] = step.target;
        const writing = devices.get(name)?.write(uuid, step.request);
        await bed.during(Promise.allSettled([writing]));
      }
      assertPlausible(before, bed.ride.ride.state);
      const { inclinePercent, fanPercent } = bed.ride.ride.controls;
      assert(inclinePercent >= -10 && inclinePercent <= 20);
      assert(fanPercent >= 0 && fanPercent <= 100);
    }
    await bed.clock.advance(5000);
    assert.deepEqual(heard.odd, []);
    const seconds = secondsOf(bed) - startSeconds;
    for (const [name, count] of [["2a63", 1], ["2ad2", 2]] as const) {
      const frames = heard.names.filter((one) => one === name);
      assert.equal(frames.length, seconds * count, name);
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 30 }),
      fc.integer(),
      play,
    ),
    { numRuns: 60 },
  );
});
