import assert from "node:assert/strict";
import { parseFaults } from "#lib/simulator/faults.ts";
import { Random } from "#lib/simulator/random.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { NEVER } from "./setup.ts";
import { type RideBed, startRide, uuid } from "./ride_setup.ts";

/** Keeps connected to a device, whatever happens, and notes all that it sends. */
async function follow(
  bed: RideBed,
  [namePrefix, characteristic]: readonly [string, string],
  trace: string[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await using device = await bed.ride.central.connect({ namePrefix }, {
        signal,
      });
      await device.subscribe(characteristic, (value) => {
        const atMs = bed.clock.monotonicMs();
        trace.push(`${atMs} ${namePrefix} ${value.toHex()}`);
      }, { signal });
      await new Promise((resolve) => {
        device.lost.addEventListener("abort", resolve);
        signal.addEventListener("abort", resolve);
      });
    } catch {
      trace.push(`${bed.clock.monotonicMs()} ${namePrefix} is lost`);
    }
  }
}

/** All that the devices of a ride with faults send in some minutes. */
async function traceOf(seed: number): Promise<readonly string[]> {
  await using bed = startRide({ seed, faults: parseFaults("all") });
  const trace: string[] = [];
  const end = new AbortController();
  const following = ([
    ["TICKR", uuid(0x2a37)],
    ["KICKR", uuid(0x2ad2)],
    ["RPM", uuid(0x2a5b)],
  ] as const).map((source) => follow(bed, source, trace, end.signal));
  await bed.clock.advance(240_000);
  end.abort();
  await Promise.all(following);
  return trace;
}

Deno.test("the same seed gives the same frames at the same times, faults included; another one does not", async () => {
  const [one, again, other] = [
    await traceOf(7),
    await traceOf(7),
    await traceOf(8),
  ];
  assert(one.length > 500, `${one.length} frames`);
  assert.deepEqual(one, again);
  assert.notDeepEqual(one, other);
});

Deno.test("a ride goes faster by its factor", async () => {
  const clock = new FakeClock();
  await using fast = simulatedRide({ clock, speedUp: 60 });
  await clock.advance(1000);
  const { timeSeconds, speedMetersPerSecond } = fast.ride.state;
  assert(Math.abs(timeSeconds - 60) < 0.3, `${timeSeconds} s`);
  assert(speedMetersPerSecond > 5);
  assert.throws(() => simulatedRide({ speedUp: 0 }), RangeError);
});

Deno.test("the rider warms up, coasts now and then, and goes on", async () => {
  await using bed = startRide({ seed: 11 });
  let [coasted, pedalled] = [0, 0];
  bed.ride.ride.onStep.add(({ cadenceRpm, speedMetersPerSecond }) => {
    if (cadenceRpm === 0 && speedMetersPerSecond > 1) coasted++;
    if (cadenceRpm > 40) pedalled++;
  });
  await bed.clock.advance(900_000);
  assert(coasted > 20 && pedalled > 3000, `${coasted}, ${pedalled}`);
  const { distanceMeters, rider } = bed.ride.ride.state;
  assert(distanceMeters > 5000 && distanceMeters < 10_000);
  assert(rider.heartRateBpm > 120);
});

Deno.test("a ride on a machine that was asleep goes on from there, and does not ride it all at once", async () => {
  const clock = new FakeClock();
  let sleptMs = 0;
  await using bed = simulatedRide({
    clock: {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs() + sleptMs,
      setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs),
    },
  });
  await clock.advance(5000);
  sleptMs = 3_600_000;
  await clock.advance(5000);
  const { timeSeconds } = bed.ride.state;
  assert(timeSeconds > 9 && timeSeconds < 25, `${timeSeconds} s`);
});

Deno.test("connections end with the ride", async () => {
  const bed = startRide();
  const strap = await bed.connect("TICKR");
  await bed[Symbol.asyncDispose]();
  assert(strap.lost.aborted);
  await assert.rejects(
    bed.ride.central.connect({}, { signal: NEVER }),
  );
  assert.equal(bed.clock.timerCount, 0);
});

Deno.test("random numbers repeat with their seed, fill their range, and parts do not disturb each other", () => {
  const [one, same] = [new Random(1), new Random(1)];
  const numbers = Array.from({ length: 1000 }, () => one.between(2, 4));
  assert(numbers.every((number) => number >= 2 && number < 4));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / 1000;
  assert(Math.abs(mean - 3) < 0.1, `${mean}`);
  assert.equal(same.between(2, 4), numbers[0]);
  assert.equal(same.fork("a").next(), new Random(1).fork("a").next());
  assert.notEqual(same.fork("a").next(), same.fork("b").next());
  const around = Array.from({ length: 1000 }, () => one.around());
  const square = around.reduce((sum, number) => sum + number ** 2, 0) / 1000;
  assert(Math.abs(square - 1) < 0.2, `${square}`);
});
