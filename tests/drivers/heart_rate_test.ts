import assert from "node:assert/strict";
import { driver as heartRate } from "#drivers/heart_rate.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { STRAP, TRAINER } from "./devices.ts";
import { TestBench } from "./test_bench.ts";

Deno.test("heart rate, contact and battery of a strap end in the hub", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  await bench.start(heartRate);
  strap.notify("2a37", "0648");
  assert.deepEqual(bench.live("heartRate"), {
    rateBpm: 72,
    rrIntervalsMs: [],
    contact: true,
  });
  const [status] = bench.bike.devices;
  assert.equal(status?.batteryPercent.value, 70);
  strap.notify("2a19", "45");
  assert.equal(bench.bike.devices[0]?.batteryPercent.value, 69);
});

Deno.test("a rate of two bytes and RR intervals end in the hub", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  await bench.start(heartRate);
  strap.notify("2a37", "012c01");
  assert.equal(bench.live("heartRate")?.rateBpm, 300);
  strap.notify("2a37", "104472038a03");
  const { rrIntervalsMs } = bench.live("heartRate") ?? {};
  assert.deepEqual(rrIntervalsMs?.map((ms) => ms.toFixed(3)), [
    "861.328",
    "884.766",
  ]);
});

Deno.test("of two straps each driver keeps its own, over lost connections too", async () => {
  await using bench = new TestBench();
  const one = bench.add(STRAP);
  const other = bench.add({
    ...STRAP,
    name: "TICKR 9999",
    address: "EC:B2:8A:26:85:C6",
  });
  assert.equal(await bench.start(heartRate), "heart-rate");
  assert.equal(await bench.start(heartRate), "heart-rate-2");
  const seen = new Set<string>();
  bench.bike.onDeviceChanged.add(({ device, isConnected }) => {
    if (isConnected) seen.add(device);
  });
  one.notify("2a37", "0648");
  assert.equal(bench.bike.read("heartRate").device, "heart-rate");
  other.peripheral.sleep();
  one.peripheral.sleep();
  await bench.pass(0);
  other.peripheral.wake();
  await bench.pass(5000);
  assert.deepEqual([...seen], ["heart-rate-2"]);
  other.notify("2a37", "0650");
  assert.equal(bench.bike.read("heartRate").device, "heart-rate-2");
  one.peripheral.wake();
  await bench.pass(5000);
  assert.deepEqual([...seen], ["heart-rate-2", "heart-rate"]);
});

Deno.test("two drivers that start at once do not take the same strap", async () => {
  await using bench = new TestBench();
  const one = bench.add(STRAP);
  const other = bench.add({ ...STRAP, address: "EC:B2:8A:26:85:C6" });
  bench.host.start({ definition: heartRate });
  bench.host.start({ definition: heartRate });
  await bench.pass(2000);
  assert(one.peripheral.isConnected && other.peripheral.isConnected);
  assert(bench.isConnected("heart-rate"));
  assert(bench.isConnected("heart-rate-2"));
});

Deno.test("the strap is preferred to the heart rate that a trainer passes on", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  const bike = bench.add(TRAINER);
  await bench.start(heartRate);
  await bench.start(trainer);
  bike.notify("2ad2", "6402cb098e00140075004f");
  assert.equal(bench.live("heartRate")?.rateBpm, 79);
  strap.notify("2a37", "0648");
  bike.notify("2ad2", "6402cb098e00140075004f");
  assert.equal(bench.live("heartRate")?.rateBpm, 72);
  strap.peripheral.sleep();
  await bench.pass(0);
  bike.notify("2ad2", "6402cb098e00140075004f");
  assert.equal(bench.live("heartRate")?.rateBpm, 79);
});

Deno.test("a strap whose battery may not be read or watched is of use all the same", async () => {
  await using bench = new TestBench();
  const strap = bench.add({
    ...STRAP,
    table: { "2a37": ["notify"], "2a19": ["notify"], "2a29": ["read"] },
    values: {},
  });
  await bench.start(heartRate);
  strap.notify("2a37", "0648");
  assert.equal(bench.live("heartRate")?.rateBpm, 72);
  assert.equal(bench.bike.devices[0]?.batteryPercent.state, "unknown");
});
