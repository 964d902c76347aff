import assert from "node:assert/strict";
import { driver as power } from "#drivers/power.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { CRANK, SNAP, WAHOO_SUCCESS } from "./devices.ts";
import type { ScriptedDevice } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

const ROAD = {
  gradePercent: 3,
  windSpeedMetersPerSecond: 4,
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.48,
};

Deno.test("a KICKR without FTMS is unlocked and controlled its own way", async () => {
  await using bench = new TestBench();
  const snap = bench.add(SNAP);
  await bench.start(trainer);
  assert.deepEqual(snap.written, ["a026e005 20eefc"]);
  assert.equal(await bench.set("targetPowerWatts", 115), 115);
  assert.equal(await bench.set("resistancePercent", 10), 10);
  assert.deepEqual(snap.writtenTo("a026e005").slice(1), ["427300", "409939"]);
});

Deno.test("speed and power of a KICKR without FTMS come from its counters", async () => {
  await using bench = new TestBench();
  const snap = bench.add(SNAP);
  await bench.start(trainer, { options: { "wheel-circumference": 2110 } });
  snap.notify("2a63", "14002f007f30510600009a75");
  assert.equal(bench.live("powerWatts"), 47);
  assert.equal(bench.live("speedMetersPerSecond"), undefined);
  await bench.pass(1000);
  snap.notify("2a63", "140049007731550600008f7c");
  const kph = (bench.live("speedMetersPerSecond") ?? 0) * 3.6;
  assert.equal(kph.toFixed(3), "34.939");
});

Deno.test("a SNAP, which never answers to simulation mode, imitates a road without waiting", async () => {
  await using bench = new TestBench();
  const snap = bench.add(SNAP);
  await bench.start(trainer, { options: { weight: 76 } });
  assert.deepEqual(await bench.set("simulation", ROAD), ROAD);
  assert.deepEqual(snap.writtenTo("a026e005").slice(1), [
    "43b01d2800e001",
    "46d783",
    "47a08f",
  ]);
});

Deno.test("another KICKR must answer to simulation mode", async () => {
  await using bench = new TestBench();
  const kickr = bench.add({ ...SNAP, name: "KICKR 77" });
  await bench.start(trainer);
  const late = assert.rejects(bench.app.set("simulation", ROAD), TimeoutError);
  await bench.pass(3000);
  await late;
  kickr.answers["a026e005"] = WAHOO_SUCCESS;
  assert.deepEqual(await bench.set("simulation", ROAD), ROAD);
});

Deno.test("a refusal of a KICKR carries its result code", async () => {
  await using bench = new TestBench();
  const snap = bench.add(SNAP);
  await bench.start(trainer);
  snap.answers["a026e005"] = (hex) => `02${hex.slice(0, 2)}`;
  await assert.rejects(
    bench.set("targetPowerWatts", 200),
    (error) => error instanceof DeviceError && error.resultCode === 2,
  );
  assert.equal(bench.live("targetPowerWatts"), undefined);
});

Deno.test("target powers to a KICKR without FTMS are two seconds apart", async () => {
  await using bench = new TestBench();
  const snap = bench.add(SNAP);
  const times: number[] = [];
  snap.answers["a026e005"] = (hex) => {
    if (hex.startsWith("42")) times.push(bench.clock.monotonicMs());
    return WAHOO_SUCCESS(hex);
  };
  await bench.start(trainer);
  await bench.set("targetPowerWatts", 200);
  const next = bench.app.set("targetPowerWatts", 210);
  await bench.pass(2000);
  await next;
  const [first = 0, second = 0] = times;
  assert.equal(second - first, 2000);
});

Deno.test("a KICKR that does not answer to the unlock code still reports its values and takes commands", async () => {
  await using bench = new TestBench();
  const snap = bench.add(SNAP);
  snap.answers["a026e005"] = (hex) =>
    hex === "20eefc" ? undefined : WAHOO_SUCCESS(hex);
  await bench.start(trainer);
  await bench.pass(3000);
  snap.notify("2a63", "0000d204");
  assert.equal(bench.live("powerWatts"), 1234);
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
});

Deno.test("a late answer of a KICKR is not taken for that of the next command", async () => {
  await using bench = new TestBench();
  const kickr = bench.add({ ...SNAP, name: "KICKR 77" });
  await bench.start(trainer);
  kickr.answers["a026e005"] = () => undefined;
  const late = assert.rejects(
    bench.app.set("targetPowerWatts", 100),
    TimeoutError,
  );
  await bench.pass(3000);
  await late;
  // The success of the first command comes once the second is on its way.
  kickr.answers["a026e005"] = (hex) =>
    hex === "20eefc" ? ["014201006400", "012002"] : `02${hex.slice(0, 2)}`;
  await assert.rejects(
    bench.set("targetPowerWatts", 200),
    (error) => error instanceof DeviceError && error.resultCode === 2,
  );
  assert.deepEqual(kickr.written.slice(-2).map((one) => one.slice(9)), [
    "20eefc",
    "42c800",
  ]);
});

Deno.test("a KICKR that answers to nothing gets each command, and the unlock code no more", async () => {
  await using bench = new TestBench();
  const kickr = bench.add({ ...SNAP, name: "KICKR 77" });
  kickr.answers["a026e005"] = () => undefined;
  await bench.start(trainer);
  await bench.pass(3000);
  for (const watts of [100, 200]) {
    const late = assert.rejects(
      bench.app.set("targetPowerWatts", watts),
      TimeoutError,
    );
    await bench.pass(3000);
    await late;
  }
  assert.deepEqual(kickr.writtenTo("a026e005"), ["20eefc", "426400", "42c800"]);
});

/** Reports the same power again and again while its wheel slows down. */
async function rollOut(bench: TestBench, device: ScriptedDevice) {
  const at = (turns: number, ticks: number) => {
    const data = new DataView(new ArrayBuffer(10));
    data.setUint16(0, 0x10, true);
    data.setInt16(2, 200, true);
    data.setUint32(4, turns, true);
    data.setUint16(8, ticks, true);
    return new Uint8Array(data.buffer).toHex();
  };
  const steps = [[0, 0], [4, 2000], [8, 4200], [11, 6200], [14, 8600]] as const;
  for (const [turns, ticks] of [...steps, [16, 10_800]] as const) {
    await bench.pass(1000);
    device.notify("2a63", at(turns, ticks));
  }
}

Deno.test("a KICKR that repeats its power while the wheel slows down has stopped", async () => {
  await using bench = new TestBench();
  const snap = bench.add(SNAP);
  await bench.start(trainer);
  await rollOut(bench, snap);
  assert.equal(bench.live("powerWatts"), 0);
  assert((bench.live("speedMetersPerSecond") ?? 0) > 1);
});

Deno.test("a power meter that is not known for repeating is believed while its wheel slows down", async () => {
  await using bench = new TestBench();
  const crank = bench.add(CRANK);
  await bench.start(power);
  await rollOut(bench, crank);
  assert.equal(bench.live("powerWatts"), 200);
});

Deno.test("a KICKR whose control takes no subscription still reports its values", async () => {
  await using bench = new TestBench();
  const snap = bench.add({
    ...SNAP,
    table: { ...SNAP.table, "a026e005": ["write"] },
  });
  await bench.start(trainer);
  snap.notify("2a63", "0000d204");
  assert.equal(bench.live("powerWatts"), 1234);
  assert.deepEqual(snap.written, []);
});
