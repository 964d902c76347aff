import assert from "node:assert/strict";
import { driver as cadence } from "#drivers/cadence.ts";
import { driver as power } from "#drivers/power.ts";
import { type Sequence, SEQUENCES } from "../lib/gatt/fixtures.ts";
import { CRANK, POD } from "./devices.ts";
import { TestBench } from "./test_bench.ts";

/** Sends a sequence of frames, one a second, and compares what the hub says with what is expected. */
async function replay(sequence: Sequence): Promise<void> {
  const { characteristic, steps = [], wheelCircumferenceM = 2.105 } = sequence;
  const [script, driver] = characteristic === "2a5b"
    ? [POD, cadence]
    : [CRANK, power];
  await using bench = new TestBench();
  const device = bench.add(script);
  await bench.start(driver, {
    options: { "wheel-circumference": wheelCircumferenceM * 1000 },
  });
  for (const { hex, expected = {} } of steps) {
    await bench.pass(1000);
    device.notify(characteristic, hex);
    const speed = bench.live("speedMetersPerSecond");
    compare(bench.live("cadenceRpm"), expected["cadenceRpm"]);
    compare(speed && speed * 3.6, expected["speedKph"]);
    compare(bench.live("powerWatts"), expected["powerW"]);
  }
}

/** Compares with a number, or with `none`; the sequences say `hold`, or nothing, where the value stays. */
function compare(actual: number | undefined, expected: unknown): void {
  if (expected === "none") assert.equal(actual, undefined);
  if (typeof expected === "number") near(actual ?? NaN, expected);
}

function near(actual: number, expected: number): void {
  assert(Math.abs(actual - expected) < 0.01, `${actual}, expected ${expected}`);
}

for (const sequence of SEQUENCES.filter(({ type }) => type === "rate")) {
  Deno.test(`the counters of ${sequence.id} give its rates in the hub`, async () => {
    await replay(sequence);
  });
}

Deno.test("a pod that falls silent means a rider who has stopped", async () => {
  await using bench = new TestBench();
  const pod = bench.add(POD);
  await bench.start(cadence);
  pod.notify("2a5b", "020a000004");
  await bench.pass(1000);
  pod.notify("2a5b", "020b000008");
  assert.equal(bench.live("cadenceRpm"), 60);
  await bench.pass(3000);
  assert.equal(bench.live("cadenceRpm"), 0);
});

Deno.test("a power meter that falls silent means a rider who has stopped", async () => {
  await using bench = new TestBench();
  const crank = bench.add(CRANK);
  await bench.start(power);
  crank.notify("2a63", "0000d204");
  assert.equal(bench.live("powerWatts"), 1234);
  await bench.pass(3000);
  assert.equal(bench.live("powerWatts"), 0);
});

Deno.test("a pod that goes on to repeat its last turn means a rider who has stopped, after three seconds", async () => {
  await using bench = new TestBench();
  const pod = bench.add(POD);
  await bench.start(cadence);
  pod.notify("2a5b", "020a000004");
  await bench.pass(1000);
  pod.notify("2a5b", "020b000008");
  for (let second = 1; second <= 4; second++) {
    await bench.pass(1000);
    pod.notify("2a5b", "020b000008");
    assert.equal(bench.live("cadenceRpm"), second <= 3 ? 60 : 0);
  }
});

Deno.test("counters that begin anew after a lost connection give no speed until two turns are known", async () => {
  await using bench = new TestBench();
  const pod = bench.add(POD);
  await bench.start(cadence);
  const speeds: (number | undefined)[] = [];
  bench.bike.onMetricReported("speedMetersPerSecond").add(({ value }) =>
    speeds.push(value)
  );
  pod.notify("2a5b", "01d9000000770c");
  await bench.pass(1000);
  pod.notify("2a5b", "01db0000001812");
  pod.peripheral.drop();
  await bench.pass(2000);
  pod.notify("2a5b", "01000000000000");
  assert.equal(bench.bike.read("speedMetersPerSecond").state, "stale");
  await bench.pass(1000);
  pod.notify("2a5b", "01020000000004");
  near(bench.live("speedMetersPerSecond") ?? 0, 2 * 2.105);
  assert(
    speeds.every((speed) => speed !== undefined && speed >= 0 && speed < 30),
  );
});

Deno.test("frames without counters report nothing, and hurt nothing", async () => {
  await using bench = new TestBench();
  const pod = bench.add(POD);
  await bench.start(cadence);
  pod.notify("2a5b", "00", "03", "");
  assert.equal(bench.bike.read("cadenceRpm").state, "unknown");
  assert(bench.isConnected("cadence"));
});
