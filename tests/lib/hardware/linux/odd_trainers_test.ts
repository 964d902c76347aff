/**
 * Odd trainers over the bus: how they are found, and what they report.
 *
 * @module
 */
import assert from "node:assert/strict";
import { driver as trainer } from "#drivers/trainer.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { FTMS_SUCCESS, KICKR, TRAINER } from "../../../drivers/devices.ts";
import type { DeviceScript } from "../../../drivers/scripted_device.ts";
import { BusBench } from "./bus_bench.ts";
import { test } from "./setup.ts";

/** 30 km/h, 85 rpm, 180 W. */
const RIDE = "4400b80baa00b400";

test("a machine that falls silent once control is requested is ridden without it, over the bus", async () => {
  await using bench = await BusBench.start([TRAINER]);
  const device = bench.device(TRAINER);
  const { peripheral } = device;
  await bench.connect(trainer);
  const pass = { passMs: 100 };
  await bench.until("the silence", () => !peripheral.isConnected, pass);
  await bench.until(
    "the connection without control",
    () =>
      bench.connected === 1 &&
      peripheral.isSubscribed(CHARACTERISTICS.indoorBikeData),
    pass,
  );
  device.notify("2ad2", RIDE);
  await bench.hear("powerWatts", 180);
  assert.match(bench.notes, /without control/);
  assert.deepEqual(device.written, ["2ad9 00", "2ad9 07"]);
});

test("a cut frame, a step of 0, and a width that is refused, over the bus", async () => {
  const script: DeviceScript = {
    ...TRAINER,
    values: { ...TRAINER.values, "2ad6": "000064000000" },
  };
  await using bench = await BusBench.start([script]);
  const device = bench.device(script);
  device.answers["2ad9"] = (hex) =>
    hex.startsWith("04") && hex.length === 4 ? "800403" : FTMS_SUCCESS(hex);
  await bench.connect(trainer);
  await bench.until("control", () => device.written.length === 2);
  device.notify("2ad2", "4402b80baa00b400");
  await bench.hear("powerWatts", 180);
  assert.equal(await bench.set("resistancePercent", 24), 24);
  assert.deepEqual(device.writtenTo("2ad9").slice(2), ["0418", "041800"]);
});

test("a machine that has just been switched on is asked again within seconds, over the bus", async () => {
  await using bench = await BusBench.start([
    { ...TRAINER, table: { "2a29": ["read"] } },
  ]);
  const device = bench.device(TRAINER);
  const isLetGo = device.peripheral.onDisconnected.next();
  bench.drive(trainer);
  await isLetGo;
  assert.equal(bench.connected, 0);
  const { "2a29": _there, ...missing } = TRAINER.table;
  for (const [short, properties] of Object.entries(missing)) {
    device.addCharacteristic(short, properties);
  }
  const fromMs = bench.clock.monotonicMs();
  const pass = { passMs: 100 };
  await bench.until("a trainer", () => bench.connected === 1, pass);
  assert(bench.clock.monotonicMs() - fromMs < 60_000);
  device.notify("2ad2", RIDE);
  await bench.hear("powerWatts", 180);
});

test("the heart rate in a trainer's own heart rate service is the trainer's, over the bus", async () => {
  await using bench = await BusBench.start([
    { ...TRAINER, table: { ...TRAINER.table, "2a37": ["notify"] } },
  ]);
  const device = bench.device(TRAINER);
  await bench.connect(trainer);
  await bench.until(
    "the subscription",
    () => device.peripheral.isSubscribed(CHARACTERISTICS.heartRateMeasurement),
  );
  device.notify("2a37", "0691");
  await bench.until(
    "a heart rate",
    () => bench.live("heartRate")?.rateBpm === 145,
  );
  assert.equal(bench.bike.read("heartRate").device, "trainer");
});

test("averages stand in for what a machine never reports, and never at a standstill, over the bus", async () => {
  await using bench = await BusBench.start([TRAINER]);
  const device = bench.device(TRAINER);
  await bench.connect(trainer);
  device.notify("2ad2", "8a00b80b540baa00b400");
  await bench.hear("powerWatts", 180);
  assert.equal(bench.live("cadenceRpm"), 85);
  assert.match(bench.notes, /averages/);
  device.notify("2ad2", "8a000000540baa00b400");
  await bench.hear("powerWatts", 0);
  assert.equal(bench.live("cadenceRpm"), 0);
});

test("a cadence that stands while the wheel slows down is a stop, over the bus", async () => {
  await using bench = await BusBench.start([KICKR]);
  const device = bench.device(KICKR);
  await bench.connect(trainer);
  const speeds = [17.2, 15.7, 14.3, 12.9];
  for (const [index, kph] of speeds.entries()) {
    const speed = Uint8Array.of((kph * 100) & 0xff, (kph * 100) >> 8).toHex();
    const power = index < 3 ? "6a00" : "2500";
    device.notify("2ad2", `4400${speed}7800${power}`);
    await bench.until(
      `${kph} km/h`,
      () =>
        Math.round((bench.live("speedMetersPerSecond") ?? 0) * 36) ===
          Math.round(kph * 10),
    );
    assert.equal(bench.live("cadenceRpm"), index < 3 ? 60 : 0);
    await bench.clock.advance(1000);
  }
  assert.equal(bench.live("powerWatts"), 0);
});

test("a KICKR BIKE that advertises Zwift's service alone is found by its name, over the bus", async () => {
  const bike: DeviceScript = {
    ...TRAINER,
    name: "KICKR BIKE SHIFT A8E6",
    services: ["zwift"],
  };
  const ride: DeviceScript = {
    ...bike,
    name: "Zwift Ride",
    address: "F8:9C:FC:53:5E:50",
  };
  await using bench = await BusBench.start([ride, bike]);
  await bench.connect(trainer);
  bench.device(bike).notify("2ad2", RIDE);
  await bench.hear("powerWatts", 180);
  assert(!bench.device(ride).peripheral.isConnected);
});
