import assert from "node:assert/strict";
import { ConfigError, DeviceError, FrameError } from "#lib/base/errors.ts";
import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import { type FaultName, parseFaults } from "#lib/simulator/faults.ts";
import type { SimulatedRide } from "#lib/simulator/simulated_ride.ts";
import { NEVER } from "./setup.ts";
import { type RideBed, startRide, uuid } from "./ride_setup.ts";

/** Lets time pass until a fault begins or ends; at most ten minutes. */
async function until(
  { clock }: RideBed,
  condition: () => boolean,
): Promise<void> {
  for (let waited = 0; waited < 600_000; waited += 100) {
    if (condition()) return;
    await clock.advance(100);
  }
  assert.fail("it has not happened within ten minutes");
}

function isRunning({ faults }: SimulatedRide, name: FaultName): boolean {
  return faults.running.includes(name);
}

Deno.test("a device drops out, is not found for some seconds, and comes back", async () => {
  await using bed = startRide({ faults: ["drop-outs"] });
  const devices = await Promise.all(
    ["TICKR", "KICKR", "HEADWIND", "RPM"].map((name) => bed.connect(name)),
  );
  await until(bed, () => isRunning(bed.ride, "drop-outs"));
  const lost = devices.filter((device) => device.lost.aborted);
  assert.equal(lost.length, 1);
  const [{ name, lost: { reason } }] = lost as [typeof lost[0] & object];
  assert(reason instanceof DeviceError && reason.reason === "disconnected");
  const startMs = bed.clock.monotonicMs();
  await using again = await bed.during(
    bed.ride.central.connect({ namePrefix: name }, { signal: NEVER }),
  );
  assert(bed.clock.monotonicMs() - startMs >= 1900);
  assert(!again.lost.aborted && !isRunning(bed.ride, "drop-outs"));
});

Deno.test("answers come late for a while, and then as always", async () => {
  await using bed = startRide({ faults: ["late-answers"] });
  const trainer = await bed.connect("KICKR");
  const timed = async () => {
    const startMs = bed.clock.monotonicMs();
    await bed.during(trainer.read(uuid(0x2acc)));
    return bed.clock.monotonicMs() - startMs;
  };
  assert(await timed() <= 70);
  await until(bed, () => isRunning(bed.ride, "late-answers"));
  assert(await timed() >= 800);
  await until(bed, () => !isRunning(bed.ride, "late-answers"));
  assert(await timed() <= 70);
});

Deno.test("frames are cut or changed for a while, and then whole again", async () => {
  await using bed = startRide({ faults: ["truncated-frames"] });
  const strap = await bed.connect("TICKR");
  let bad = 0;
  let hurt = 0;
  await bed.during(strap.subscribe(uuid(0x2a37), (value) => {
    try {
      const measurement = decodeHeartRateMeasurement(value);
      const { heartRateBpm, contactDetected, cutShort } = measurement;
      if (cutShort) bad++;
      const { rider } = bed.ride.ride.state;
      const offBpm = Math.abs((heartRateBpm ?? NaN) - rider.heartRateBpm);
      const isOff = !(offBpm <= 1);
      if (isOff || !contactDetected) hurt++;
    } catch (error) {
      assert(error instanceof FrameError);
      bad++;
    }
  }));
  for (let time = 0; time < 5; time++) {
    const before = bad + hurt;
    await until(bed, () => isRunning(bed.ride, "truncated-frames"));
    assert.equal(bad + hurt, before, "a frame was hurt without a fault");
    await until(bed, () => !isRunning(bed.ride, "truncated-frames"));
  }
  assert(bad > 0 && hurt > 0, `${bad} cut, ${hurt} changed`);
});

Deno.test("the strap loses contact, sleeps, and comes back with contact", async () => {
  await using bed = startRide({ faults: ["sleep"] });
  const strap = await bed.connect("TICKR");
  const frames = await bed.listen(strap, uuid(0x2a37));
  await until(bed, () => isRunning(bed.ride, "sleep"));
  await bed.clock.advance(4000);
  assert.equal(frames.at(-1), "0400");
  await bed.clock.advance(2000);
  assert(strap.lost.aborted);
  await using again = await bed.connect("TICKR");
  assert(!isRunning(bed.ride, "sleep"));
  const fresh = await bed.listen(again, uuid(0x2a37));
  await bed.clock.advance(1000);
  assert.match(fresh[0] ?? "", /^[01]6/);
});

Deno.test("a strap that sleeps is not woken by the end of a drop-out", async () => {
  await using bed = startRide();
  const { peripheral } = bed.ride.strap;
  peripheral.sleep();
  peripheral.sleep();
  peripheral.wake();
  assert(!peripheral.isAwake);
  peripheral.wake();
  peripheral.wake();
  assert(peripheral.isAwake);
});

Deno.test("all faults together leave every device reachable in the end", async () => {
  await using bed = startRide({ faults: parseFaults("all"), seed: 5 });
  await bed.clock.advance(600_000);
  for (const name of ["TICKR", "KICKR", "HEADWIND", "RPM"]) {
    await using device = await bed.connect(name);
    assert(device.name.startsWith(name));
  }
});

Deno.test("the end of the faults is the end of what is wrong", async () => {
  await using bed = startRide({ faults: parseFaults("all") });
  const { faults, strap, trainer, fan, pod } = bed.ride;
  await until(bed, () => faults.running.length > 1);
  faults[Symbol.dispose]();
  assert.deepEqual(faults.running, []);
  for (const { peripheral, latency } of [strap, trainer, fan, pod]) {
    assert(peripheral.isAwake && peripheral.tamper === undefined);
    assert.equal(latency.extraMs, 0);
  }
  assert(strap.hasContact);
});

Deno.test("a ride that is over has no faults and no timers any more", async () => {
  const bed = startRide({ faults: parseFaults("all") });
  await until(bed, () => bed.ride.faults.running.length > 0);
  await bed[Symbol.asyncDispose]();
  assert.equal(bed.clock.timerCount, 0);
});

Deno.test("parseFaults() reads names, all and nothing, and names what is none", () => {
  assert.deepEqual(parseFaults("all"), [
    "drop-outs",
    "late-answers",
    "truncated-frames",
    "sleep",
  ]);
  assert.deepEqual(parseFaults(""), []);
  assert.deepEqual(parseFaults(" sleep , drop-outs,sleep"), [
    "drop-outs",
    "sleep",
  ]);
  assert.throws(
    () => parseFaults("sleep,thunder"),
    (error) =>
      error instanceof ConfigError && error.details.option === "faults" &&
      error.message.includes('"thunder"'),
  );
});
