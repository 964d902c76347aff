import assert from "node:assert/strict";
import { driver as fan } from "#drivers/fan.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { FAN, HEADWIND_SUCCESS } from "./devices.ts";
import type { ScriptedDevice } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

/** What was written to the fan itself. */
function commands(device: ScriptedDevice): readonly string[] {
  return device.writtenTo("a026e038");
}

Deno.test("a fan is unlocked once, and otherwise left as it is until somebody commands it", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  await bench.start(fan);
  assert.deepEqual(device.written, ["a026e002 20eefc"]);
});

Deno.test("a fan that refuses the unlock code is set all the same", async () => {
  await using bench = new TestBench();
  const device = bench.add({
    ...FAN,
    table: { ...FAN.table, "a026e002": ["notify"] },
  });
  await bench.start(fan);
  await bench.set("fanPercent", 60);
  assert.deepEqual(commands(device), ["0404", "023c"]);
});

Deno.test("a speed is written when manual mode is acknowledged, not before", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  device.answers["a026e038"] = () => undefined;
  await bench.start(fan);
  const set = bench.app.set("fanPercent", 60);
  await bench.pass(500);
  assert.deepEqual(commands(device), ["0404"]);
  device.notify("a026e038", "fe040104");
  await bench.pass(0);
  assert.deepEqual(commands(device), ["0404", "023c"]);
  assert.equal(bench.live("fanPercent"), undefined);
  device.notify("a026e038", "fe02013c");
  assert.equal(await set, 60);
  assert.equal(bench.live("fanPercent"), 60);
});

Deno.test("a fan in manual mode gets the speed alone", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  await bench.start(fan);
  await bench.set("fanPercent", 20);
  await bench.set("fanPercent", 40);
  assert.deepEqual(commands(device), ["0404", "0214", "0228"]);
});

Deno.test("a fan whose mode somebody has changed is brought back to manual mode", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  await bench.start(fan);
  await bench.set("fanPercent", 20);
  device.notify("a026e038", "fd011402");
  await bench.set("fanPercent", 40);
  assert.deepEqual(commands(device), ["0404", "0214", "0404", "0228"]);
});

Deno.test("the fan's own state ends in the hub, in whatever mode it is", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  await bench.start(fan);
  device.notify("a026e038", "fd013204");
  assert.equal(bench.live("fanPercent"), 50);
  device.notify("a026e038", "fd011002");
  assert.equal(bench.live("fanPercent"), 16);
});

Deno.test("a state that lags behind a command does not undo it in the hub", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  await bench.start(fan);
  device.notify("a026e038", "fd010004");
  await bench.set("fanPercent", 60);
  device.notify("a026e038", "fd010004");
  assert.equal(bench.live("fanPercent"), 60);
  await bench.pass(3000);
  device.notify("a026e038", "fd010004");
  assert.equal(bench.live("fanPercent"), 0);
});

Deno.test("a command without an answer is written three times, a second apart", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  device.answers["a026e038"] = () => undefined;
  await bench.start(fan);
  const late = assert.rejects(bench.app.set("fanPercent", 60), TimeoutError);
  await bench.pass(3000);
  await late;
  assert.deepEqual(commands(device), ["0404", "0404", "0404"]);
  device.answers["a026e038"] = HEADWIND_SUCCESS;
  assert.equal(await bench.set("fanPercent", 60), 60);
});

Deno.test("a late answer of a fan is not taken for that of the next speed", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  await bench.start(fan);
  await bench.set("fanPercent", 10);
  device.answers["a026e038"] = () => undefined;
  const late = assert.rejects(bench.app.set("fanPercent", 20), TimeoutError);
  await bench.pass(3000);
  await late;
  device.answers["a026e038"] = (hex) =>
    hex === "01" ? ["fe020114", "fe01010a"] : `fe${hex.slice(0, 2)}02`;
  await assert.rejects(
    bench.set("fanPercent", 40),
    (error) => error instanceof DeviceError && error.resultCode === 2,
  );
  assert.deepEqual(commands(device).slice(-2), ["01", "0228"]);
});

Deno.test("a fan that refuses is not asked again, and its code is reported", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  device.answers["a026e038"] = (hex) => `fe${hex.slice(0, 2)}02${hex.slice(2)}`;
  await bench.start(fan);
  await assert.rejects(
    bench.set("fanPercent", 60),
    (error) => error instanceof DeviceError && error.resultCode === 2,
  );
  assert.deepEqual(commands(device), ["0404"]);
});

Deno.test("a fan that comes back gets manual mode and its last speed again", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  await bench.start(fan);
  await bench.set("fanPercent", 60);
  device.peripheral.sleep();
  await bench.pass(10_000);
  assert.equal(bench.bike.read("fanPercent").state, "disconnected");
  device.written.length = 0;
  device.peripheral.wake();
  await bench.pass(20_000);
  assert.deepEqual(device.written, [
    "a026e002 20eefc",
    "a026e038 0404",
    "a026e038 023c",
  ]);
  assert.equal(bench.live("fanPercent"), 60);
});

Deno.test("a fan that was never commanded is not touched when it comes back", async () => {
  await using bench = new TestBench();
  const device = bench.add(FAN);
  await bench.start(fan);
  device.peripheral.drop();
  await bench.pass(5000);
  assert.deepEqual(commands(device), []);
  assert(bench.isConnected("fan"));
});
