import assert from "node:assert/strict";
import { driver as power } from "#drivers/power.ts";
import { checkOptions } from "#lib/driver/driver_options.ts";
import { CRANK } from "./devices.ts";
import type { DeviceScript } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

/** Cycling Power Feature of a meter that may be one of two, and of one that is whole. */
const HALF = "00002000";
const WHOLE = "00001000";

function pedal(name: string, address: string, feature: string): DeviceScript {
  return {
    ...CRANK,
    name,
    address,
    table: { "2a63": ["notify"], "2a65": ["read"] },
    values: { "2a65": feature },
  };
}

/** Two meters on one bike, with the same options. */
async function twoMeters(
  features: readonly [string, string],
  given: Readonly<Record<string, string>> = {},
) {
  const bench = new TestBench();
  const left = bench.add(pedal("L", "CE:00:00:00:00:01", features[0]));
  const right = bench.add(pedal("R", "CE:00:00:00:00:02", features[1]));
  for (const { peripheral: { address } } of [left, right]) {
    const options = checkOptions(power, { ...given, address });
    await bench.start(power, { options });
  }
  const ride = () => {
    left.notify("2a63", "00006400");
    right.notify("2a63", "00005000");
    return bench.live("powerWatts");
  };
  return {
    bench,
    left,
    right,
    ride,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

Deno.test("two pedals that say that they are halves are summed", async () => {
  await using meters = await twoMeters([HALF, HALF]);
  meters.ride();
  assert.equal(meters.ride(), 180);
  assert.match(
    meters.bench.bike.devices[0]?.notes[0] ?? "",
    /sum of power and power-2/,
  );
});

Deno.test("two meters of which one is whole are not summed", async () => {
  await using meters = await twoMeters([HALF, WHOLE]);
  meters.ride();
  assert.notEqual(meters.ride(), 180);
});

Deno.test("the operator says that two meters are halves, or that they are not", async () => {
  {
    await using meters = await twoMeters([WHOLE, WHOLE], { pedals: "sum" });
    meters.ride();
    assert.equal(meters.ride(), 180);
  }
  await using meters = await twoMeters([HALF, HALF], { pedals: "single" });
  meters.ride();
  assert.notEqual(meters.ride(), 180);
});

Deno.test("a half that is away or silent does not count any more", async () => {
  await using meters = await twoMeters([HALF, HALF]);
  meters.ride();
  await meters.bench.pass(3001);
  meters.left.notify("2a63", "00006400");
  assert.equal(meters.bench.live("powerWatts"), 100);
});
