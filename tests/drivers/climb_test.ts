import assert from "node:assert/strict";
import { driver as climb } from "#drivers/climb.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { BIKE } from "../lib/gatt/fixtures.ts";
import { KICKR, TRAINER } from "./devices.ts";
import type { ScriptedDevice } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

/** Inclinations that were written. */
function tilts(device: ScriptedDevice): readonly string[] {
  return device.writtenTo("a026e037").filter((hex) => hex.startsWith("66"));
}

Deno.test("every inclination is written as Wahoo's own app writes it", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(climb);
  for (const { incline, sniffStyle } of BIKE.incline) {
    assert.equal(await bench.set("inclinePercent", incline), incline);
    assert.equal(tilts(kickr).at(-1), sniffStyle);
    assert.equal(bench.live("inclinePercent"), incline);
  }
  assert.equal(tilts(kickr)[0], "6619fc");
});

Deno.test("an inclination off the grid or off range is not written at all", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(climb);
  await assert.rejects(bench.set("inclinePercent", 2.3), {
    code: "out_of_step",
  });
  await assert.rejects(bench.set("inclinePercent", 19.5), {
    code: "out_of_range",
  });
  assert.deepEqual(tilts(kickr), []);
});

Deno.test("notifications are on before the first command", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  let wasSubscribed: boolean | undefined;
  kickr.peripheral.onWritten.add((uuid) =>
    wasSubscribed ??= kickr.peripheral.isSubscribed(uuid)
  );
  await bench.start(climb);
  assert.equal(wasSubscribed, true);
});

Deno.test("where the unit stands is known from the start, and the hub is not commanded for it", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  kickr.answers["a026e037"] = (hex) => hex === "68" ? "fe6801d5fe" : undefined;
  await bench.start(climb);
  await bench.pass(3000);
  assert.equal(bench.live("inclinePercent"), -3);
  assert.deepEqual(tilts(kickr), []);
});

Deno.test("a target that somebody else has set ends in the hub, on the grid", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(climb);
  kickr.notify("a026e037", "fd320dfe");
  assert.equal(bench.live("inclinePercent"), -5);
});

Deno.test("an inclination beyond the unit's own limits goes as near as it can, and that is reported", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(climb);
  kickr.notify("a026e037", "fd360cfef401");
  assert.equal(await bench.set("inclinePercent", -10), -5);
  assert.equal(await bench.set("inclinePercent", 19), 5);
  assert.deepEqual(tilts(kickr), ["660dfe", "66f401"]);
});

Deno.test("the unit is asked for its limits before the first command", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  kickr.answers["a026e037"] = (hex) =>
    hex === "69"
      ? "fe69010cfef401"
      : hex === "68"
      ? "fe68010000"
      : `fe${hex.slice(0, 2)}01`;
  await bench.start(climb);
  assert.equal(await bench.set("inclinePercent", 19), 5);
  assert.deepEqual(tilts(kickr), ["66f401"]);
});

Deno.test("limits that are nonsense hold for nothing", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(climb);
  kickr.notify("a026e037", "fd360000" + "0000");
  assert.equal(await bench.set("inclinePercent", 4), 4);
  kickr.notify("a026e037", "fd36b80b" + "a00f");
  assert.equal(await bench.set("inclinePercent", 5), 5);
});

Deno.test("a unit that refuses says so with its own code, and what helps", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(climb);
  kickr.answers["a026e037"] = () => "fe6605";
  await assert.rejects(bench.set("inclinePercent", 4), (error) => {
    assert(error instanceof DeviceError);
    assert.equal(error.resultCode, 5);
    assert.match(error.message, /deviceNotAvailable.*unlock/);
    return true;
  });
  assert.equal(bench.live("inclinePercent"), 0);
});

Deno.test("a unit that never answers has the command all the same", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  kickr.answers["a026e037"] = () => undefined;
  await bench.start(climb);
  await bench.pass(4000);
  const set = bench.app.set("inclinePercent", 4);
  await bench.pass(2000);
  assert.equal(await set, 4);
  assert.deepEqual(tilts(kickr), ["669001"]);
});

Deno.test("a late answer of a unit is not taken for that of the next inclination", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(climb);
  kickr.answers["a026e037"] = () => undefined;
  const first = bench.app.set("inclinePercent", 4);
  await bench.pass(2000);
  assert.equal(await first, 4);
  kickr.answers["a026e037"] = (hex) =>
    hex === "67" ? ["fe6601", "fe670100"] : `fe${hex.slice(0, 2)}05`;
  await assert.rejects(
    bench.set("inclinePercent", 5),
    (error) => error instanceof DeviceError && error.resultCode === 5,
  );
  assert.deepEqual(kickr.writtenTo("a026e037").slice(-2), ["67", "66f401"]);
});

Deno.test("a trainer without a tilt unit is let go, and the next one is taken", async () => {
  await using bench = new TestBench();
  const wrong = bench.add(TRAINER);
  const kickr = bench.add(KICKR);
  await bench.start(climb);
  assert(!wrong.peripheral.isConnected);
  assert(kickr.peripheral.isConnected);
  assert(bench.isConnected("climb"));
});
