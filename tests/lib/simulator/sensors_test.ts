import assert from "node:assert/strict";
import { decodeBatteryLevel } from "#lib/gatt/battery_level.ts";
import { decodeCscMeasurement } from "#lib/gatt/csc_measurement.ts";
import { decodeCyclingPowerMeasurement } from "#lib/gatt/cycling_power_measurement.ts";
import { CyclingRates } from "#lib/gatt/cycling_rates.ts";
import { decodeDeviceInformationText } from "#lib/gatt/device_information.ts";
import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import { CRANK, RevolutionRate } from "#lib/gatt/revolution_rate.ts";
import { startRide, uuid } from "./ride_setup.ts";

Deno.test("the strap reports the heart rate, contact, and times between beats that fit it", async () => {
  await using bed = startRide();
  const strap = await bed.connect("TICKR");
  const frames = await bed.listen(strap, uuid(0x2a37));
  await bed.clock.advance(60_000);
  assert.equal(frames.length, 60);
  const values = frames.map((hex) =>
    decodeHeartRateMeasurement(Uint8Array.fromHex(hex))
  );
  const last = values.at(-1);
  assert(last?.contactDetected);
  const { heartRateBpm } = bed.ride.ride.state.rider;
  assert(Math.abs((last.heartRateBpm ?? NaN) - heartRateBpm) < 2);
  const intervals = values.flatMap(({ rrIntervalsMs = [] }) => rrIntervalsMs);
  const totalMs = intervals.reduce((sum, one) => sum + one, 0);
  assert(Math.abs(totalMs - 60_000) < 1000, `${totalMs} ms`);
  const mean = values.reduce((sum, one) => sum + (one.heartRateBpm ?? 0), 0) /
    60;
  assert(Math.abs(intervals.length - mean) < 4, `${intervals.length} beats`);
});

Deno.test("a strap without contact says so, and gives no rate", async () => {
  await using bed = startRide();
  const strap = await bed.connect("TICKR");
  const frames = await bed.listen(strap, uuid(0x2a37));
  bed.ride.strap.hasContact = false;
  await bed.clock.advance(1000);
  assert.deepEqual(frames, ["0400"]);
});

Deno.test("cadence from the pod's counters is that of the ride", async () => {
  await using bed = startRide();
  const pod = await bed.connect("RPM");
  const rate = new RevolutionRate(CRANK);
  await bed.during(pod.subscribe(uuid(0x2a5b), (value) => {
    const { crank, wheel } = decodeCscMeasurement(value);
    assert(crank && !wheel);
    rate.update(crank, bed.clock.monotonicMs());
  }));
  await bed.clock.advance(40_000);
  const rpm = rate.rpmAt(bed.clock.monotonicMs()) ?? NaN;
  const { cadenceRpm } = bed.ride.ride.state;
  assert(Math.abs(rpm - cadenceRpm) < 4, `${rpm}, not ${cadenceRpm}`);
});

Deno.test("power, speed, cadence and torque of the power meter are those of the ride", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const frames = await bed.listen(trainer, uuid(0x2a63));
  await bed.clock.advance(40_000);
  const values = frames.map((hex) =>
    decodeCyclingPowerMeasurement(Uint8Array.fromHex(hex))
  );
  const [before, after] = values.slice(-2);
  assert(before?.wheel && before.crank && after?.wheel && after.crank);
  const { state } = bed.ride.ride;
  assert(Math.abs((after.powerWatts ?? NaN) - state.powerWatts) < 25);
  const ticks = after.wheel.eventTimeTicks - before.wheel.eventTimeTicks;
  const turns = after.wheel.revolutions - before.wheel.revolutions;
  const speed = turns * 2.105 / ((ticks + 0x10000) % 0x10000 / 2048);
  assert(Math.abs(speed - state.speedMetersPerSecond) < 0.5, `${speed} m/s`);
  const torque = (after.accumulatedTorqueNewtonMeters ?? 0) -
    (before.accumulatedTorqueNewtonMeters ?? 0);
  assert(Math.abs(torque * 2 * Math.PI - state.powerWatts) < 25, `${torque}`);
});

Deno.test("counters that wrap stay right over ten minutes", async () => {
  await using bed = startRide({ seed: 3 });
  const trainer = await bed.connect("KICKR");
  const rates = new CyclingRates({
    service: "cyclingPower",
    wheelCircumferenceMeters: 2.105,
  });
  const off: number[] = [];
  await bed.during(trainer.subscribe(uuid(0x2a63), (value) => {
    const nowMs = bed.clock.monotonicMs();
    rates.update(decodeCyclingPowerMeasurement(value), nowMs);
    const speed = (rates.speedKphAt(nowMs) ?? NaN) / 3.6;
    if (nowMs < 20_000 || bed.ride.ride.state.speedMetersPerSecond < 3) return;
    off.push(Math.abs(speed - bed.ride.ride.state.speedMetersPerSecond));
  }));
  await bed.clock.advance(600_000);
  assert(off.length > 400);
  assert(Math.max(...off) < 2, `${Math.max(...off)} m/s`);
});

Deno.test("the power meter zeroes after seconds, and supports nothing else", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const ask = (hex: string) => bed.ask(trainer, uuid(0x2a66), hex);
  const startMs = bed.clock.monotonicMs();
  assert.equal(await ask("0c"), "200c010000");
  assert(bed.clock.monotonicMs() - startMs > 3500);
  assert.equal(await ask("05"), "200502");
  assert.equal(await ask("0405"), "200403");
});

Deno.test("each device reports who it is, and what runs on batteries its charge", async () => {
  await using bed = startRide();
  for (const name of ["TICKR", "KICKR", "HEADWIND", "RPM"]) {
    const device = await bed.connect(name);
    const text = async (one: number) =>
      decodeDeviceInformationText(
        await bed.during(device.read(uuid(one))),
      ).text;
    assert.equal(await text(0x2a29), "Wahoo Fitness");
    assert.match(await text(0x2a26), /^\d+\.\d+\.\d+$/);
    const hasBattery = device.characteristics.some((one) =>
      one.uuid === uuid(0x2a19)
    );
    assert.equal(hasBattery, name === "TICKR" || name === "RPM");
  }
});

Deno.test("a battery empties, and says so", async () => {
  await using bed = startRide();
  const pod = await bed.connect("RPM");
  const first = await bed.during(pod.read(uuid(0x2a19)));
  const heard = await bed.listen(pod, uuid(0x2a19));
  await bed.clock.advance(1_200_000);
  assert.equal(heard.length, 1);
  const { chargePercent } = decodeBatteryLevel(
    Uint8Array.fromHex(heard[0] ?? ""),
  );
  assert.equal(chargePercent, decodeBatteryLevel(first).chargePercent - 1);
});
