import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import { decodeFitnessMachineFeature } from "#lib/gatt/fitness_machine_feature.ts";
import { decodeIndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";
import {
  type IndoorBikeRecord,
  mergeIndoorBikeData,
} from "../gatt/indoor_bike_record.ts";
import {
  decodeSupportedPowerRange,
  decodeSupportedResistanceLevelRange,
} from "#lib/gatt/supported_ranges.ts";
import { ATT_ERRORS } from "#lib/simulator/att_error.ts";
import { type RideBed, startRide, uuid } from "./ride_setup.ts";

const CONTROL = uuid(0x2ad9);
const STATUS = uuid(0x2ada);
const DATA = uuid(0x2ad2);

function isAttError(resultCode: number) {
  return (error: unknown) =>
    error instanceof DeviceError && error.reason === "refused" &&
    error.resultCode === resultCode;
}

async function withControl(bed: RideBed) {
  const trainer = await bed.connect("KICKR");
  const ask = (hex: string) => bed.ask(trainer, CONTROL, hex);
  assert.equal(await ask("00"), "800001");
  return { trainer, ask, statuses: await bed.listen(trainer, STATUS) };
}

Deno.test("what the trainer notifies agrees with the ride, in records of two frames", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const frames = await bed.listen(trainer, DATA);
  await bed.clock.advance(30_000);
  const { state } = bed.ride.ride;
  assert(frames.every((frame) => frame.length <= 2 * 20));
  const parts = frames.map((frame) =>
    decodeIndoorBikeData(Uint8Array.fromHex(frame))
  );
  assert.deepEqual(
    parts.map(({ moreData }) => moreData),
    Array(30).fill([true, false]).flat(),
  );
  const last = parts.reduce<IndoorBikeRecord>(mergeIndoorBikeData, {});
  const off = Math.abs((last.speedKph ?? 0) / 3.6 - state.speedMetersPerSecond);
  assert(off < 0.5, `${last.speedKph} km/h, ${state.speedMetersPerSecond} m/s`);
  assert(Math.abs((last.powerWatts ?? 0) - state.powerWatts) < 25);
  assert(Math.abs((last.cadenceRpm ?? 0) - state.cadenceRpm) < 5);
  assert.equal(last.resistanceLevel, 0);
  assert(Math.abs((last.distanceMeters ?? 0) - state.distanceMeters) < 10);
  assert(Math.abs((last.elapsedTimeSeconds ?? 0) - state.timeSeconds) < 2);
});

Deno.test("the trainer repeats cadence and power for three seconds after the rider has stopped, while the speed falls", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const { ride } = bed.ride;
  while (ride.state.timeSeconds < 20 || ride.state.cadenceRpm > 0) {
    await bed.clock.advance(250);
    assert(ride.state.timeSeconds < 600);
  }
  const frames = await bed.listen(trainer, DATA);
  await bed.clock.advance(4000);
  const records = frames.map((frame) =>
    decodeIndoorBikeData(Uint8Array.fromHex(frame))
  ).filter(({ moreData }) => !moreData);
  const speeds = records.map(({ speedKph = NaN }) => speedKph);
  assert.deepEqual(speeds, speeds.toSorted((a, b) => b - a));
  const powers = records.map(({ powerWatts = NaN }) => powerWatts);
  const cadences = records.map(({ cadenceRpm = NaN }) => cadenceRpm);
  for (const [first = 0, second, third, fourth] of [powers, cadences]) {
    assert(first > 0);
    assert.deepEqual([second, third, fourth], [first, first, 0]);
  }
});

Deno.test("the trainer reports what it can", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const read = (one: number) => bed.during(trainer.read(uuid(one)));
  const { features, targets } = decodeFitnessMachineFeature(await read(0x2acc));
  assert(features.includes("cadence") && features.includes("powerMeasurement"));
  assert(targets.includes("power") && !targets.includes("inclination"));
  assert.deepEqual(
    decodeSupportedResistanceLevelRange(await read(0x2ad6)),
    { minimum: 0, maximum: 100, step: 0.1 },
  );
  assert.deepEqual(
    decodeSupportedPowerRange(await read(0x2ad8)),
    { minimum: 0, maximum: 2000, step: 1 },
  );
});

Deno.test("a request without indications is refused, and has no effect", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  await assert.rejects(
    bed.during(trainer.write(CONTROL, Uint8Array.of(0))),
    isAttError(ATT_ERRORS.descriptorNotConfigured),
  );
  await bed.clock.advance(1000);
  assert(!bed.ride.trainer.fitnessMachine.hasControl);
});

Deno.test("a request while another one runs is refused, and the other one ends well", async () => {
  await using bed = startRide();
  const { trainer, ask } = await withControl(bed);
  const answers = await bed.listen(trainer, CONTROL);
  const first = trainer.write(CONTROL, Uint8Array.of(0x05, 0x64, 0x00));
  await bed.during(first);
  await assert.rejects(
    bed.during(trainer.write(CONTROL, Uint8Array.of(0x05, 0x32, 0x00))),
    isAttError(ATT_ERRORS.procedureInProgress),
  );
  await bed.clock.advance(1000);
  assert.deepEqual(answers, ["800501"]);
  assert.equal(await ask("053200"), "800501");
});

Deno.test("everything but the request for control is not permitted without control", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const ask = (hex: string) => bed.ask(trainer, CONTROL, hex);
  assert.equal(await ask("050001"), "800505");
  assert.equal(bed.ride.ride.controls.brake.mode, "resistance");
  assert.equal(await ask("00"), "800001");
  assert.equal(await ask("050001"), "800501");
  assert.deepEqual(bed.ride.ride.controls.brake, { mode: "power", watts: 256 });
});

Deno.test("control ends with the connection, with a reset, and when it is taken away", async () => {
  await using bed = startRide();
  const { trainer, ask, statuses } = await withControl(bed);
  assert.equal(await ask("01"), "800101");
  assert.deepEqual(statuses, ["01"]);
  assert.equal(await ask("0432"), "800405");
  assert.equal(await ask("00"), "800001");
  bed.ride.trainer.fitnessMachine.revokeControl();
  assert.equal(statuses.at(-1), "ff");
  assert.equal(await ask("0432"), "800405");
  assert.equal(await ask("00"), "800001");
  await trainer[Symbol.asyncDispose]();
  const again = await bed.connect("KICKR");
  assert.equal(await bed.ask(again, CONTROL, "0432"), "800405");
});

Deno.test("resistance is a share of the brake, and slows the ride", async () => {
  await using bed = startRide();
  const { ask, statuses } = await withControl(bed);
  await bed.clock.advance(60_000);
  const before = bed.ride.ride.state.speedMetersPerSecond;
  assert.equal(await ask("04f401"), "800401");
  assert.deepEqual(bed.ride.ride.controls.brake, {
    mode: "resistance",
    percent: 50,
  });
  assert.deepEqual(statuses, ["07f401"]);
  await bed.clock.advance(30_000);
  assert(bed.ride.ride.state.speedMetersPerSecond < before - 2);
});

Deno.test("a target power is held, and the training status says so", async () => {
  await using bed = startRide();
  const { trainer, ask, statuses } = await withControl(bed);
  const training = await bed.listen(trainer, uuid(0x2ad3));
  assert.equal(await ask("05b400"), "800501");
  assert.deepEqual(statuses, ["08b400"]);
  assert.deepEqual(training, ["000c"]);
  assert.equal(
    (await bed.during(trainer.read(uuid(0x2ad3)))).toHex(),
    "000c",
  );
  await bed.clock.advance(25_000);
  const { powerWatts } = bed.ride.ride.state;
  assert(Math.abs(powerWatts - 180) < 10, `${powerWatts} W`);
});

Deno.test("a simulated road slows the ride and tilts the bike", async () => {
  await using bed = startRide();
  const { trainer, ask, statuses } = await withControl(bed);
  const tilts = await bed.listen(
    trainer,
    "a026e037-0a7d-4ab3-97fa-f1500f9feb8b",
  );
  await bed.clock.advance(60_000);
  const before = bed.ride.ride.state.speedMetersPerSecond;
  assert.equal(await ask("1100002c012833"), "801101");
  assert.deepEqual(statuses, ["1200002c012833"]);
  await bed.clock.advance(20_000);
  assert.equal(bed.ride.ride.controls.inclinePercent, 3);
  assert.equal(tilts[0], "fd322c01");
  assert.equal(tilts.at(-1), "fd342c01");
  assert(tilts.length > 3);
  assert(bed.ride.ride.state.speedMetersPerSecond < before - 2);
});

Deno.test("targets out of range and cut requests are invalid, unknown ones not supported", async () => {
  await using bed = startRide();
  const { trainer, ask, statuses } = await withControl(bed);
  assert.equal(await ask("04e903"), "800403");
  assert.equal(await ask("05d107"), "800503");
  assert.equal(await ask("05ffff"), "800503");
  assert.equal(await ask("05"), "800503");
  assert.equal(await ask("033200"), "800302");
  assert.equal(await ask("99"), "809902");
  await assert.rejects(
    bed.during(trainer.write(CONTROL, new Uint8Array())),
    isAttError(ATT_ERRORS.invalidLength),
  );
  assert.deepEqual(statuses, []);
});

Deno.test("start, pause and spin-down answer, and report what they came to", async () => {
  await using bed = startRide();
  const { ask, statuses } = await withControl(bed);
  assert.equal(await ask("07"), "800701");
  assert.equal(await ask("0802"), "800801");
  assert.equal(await ask("1301"), "801301100ea00f");
  await bed.clock.advance(20_000);
  assert.deepEqual(statuses, ["04", "0202", "1401", "1404", "1402"]);
});

Deno.test("answers take as long as those of a real trainer", async () => {
  await using bed = startRide();
  const { trainer } = await withControl(bed);
  const times: number[] = [];
  await bed.during(
    trainer.subscribe(CONTROL, () => times.push(bed.clock.monotonicMs())),
  );
  await bed.during(trainer.write(CONTROL, Uint8Array.of(5, 100, 0)));
  const startMs = bed.clock.monotonicMs();
  await bed.clock.advance(1000);
  const [answeredMs = 0] = times;
  assert(answeredMs - startMs >= 70 && answeredMs - startMs <= 370);
});
