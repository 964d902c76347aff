import assert from "node:assert/strict";
import { driver as generic } from "#drivers/generic.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import {
  CRANK,
  FAN,
  KICKR,
  POD,
  SNAP,
  STRAP,
  TACX,
  TRAINER,
} from "./devices.ts";
import { TestBench } from "./test_bench.ts";

Deno.test("a trainer with a tilt unit is used with all that it offers", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(generic);
  kickr.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.live("powerWatts"), 300);
  assert.equal(await bench.set("resistancePercent", 24), 24);
  assert.equal(await bench.set("inclinePercent", -10), -10);
  assert.equal(kickr.writtenTo("2ad9").at(-1), "0418");
  assert.equal(kickr.writtenTo("a026e037").at(-1), "6619fc");
});

Deno.test("motion that a device reports twice is taken from one of both", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(generic);
  kickr.notify("2ad2", "4400ca0ca0002c01");
  kickr.notify("2a63", "0000d204");
  assert.equal(bench.live("powerWatts"), 300);
});

Deno.test("a KICKR without FTMS reports its motion by counters and is controlled its own way", async () => {
  await using bench = new TestBench();
  const snap = bench.add(SNAP);
  await bench.start(generic);
  snap.notify("2a63", "0000d204");
  assert.equal(bench.live("powerWatts"), 1234);
  assert.equal(await bench.set("targetPowerWatts", 115), 115);
  assert.equal(snap.writtenTo("a026e005").at(-1), "427300");
});

for (const driver of [trainer, generic]) {
  Deno.test(`${driver.name} controls by FTMS what knows FE-C and Wahoo's own way too`, async () => {
    await using bench = new TestBench();
    const bike = bench.add({
      ...TRAINER,
      table: { ...SNAP.table, ...TACX.table, ...TRAINER.table },
    });
    await bench.start(driver);
    await bench.set("targetPowerWatts", 200);
    assert.equal(bike.writtenTo("2ad9").at(-1), "05c800");
    assert.deepEqual(bike.writtenTo("fec3"), []);
    assert.deepEqual(bike.writtenTo("a026e005"), []);
  });

  Deno.test(`${driver.name} controls by FE-C what knows Wahoo's own way too`, async () => {
    await using bench = new TestBench();
    const bike = bench.add({
      ...TACX,
      table: { ...SNAP.table, ...TACX.table },
    });
    await bench.start(driver);
    const set = bench.set("targetPowerWatts", 200);
    await bench.pass(2000);
    assert.equal(await set, 200);
    assert.notDeepEqual(bike.writtenTo("fec3"), []);
    assert.deepEqual(bike.writtenTo("a026e005"), []);
  });
}

Deno.test("straps, pods, power meters and fans are used by what they have", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  const pod = bench.add(POD);
  const crank = bench.add(CRANK);
  const fan = bench.add({ ...FAN, services: ["deviceInformation"] });
  for (const { peripheral: { address } } of [strap, pod, crank, fan]) {
    await bench.start(generic, { id: address, options: { address } });
  }
  strap.notify("2a37", "0648");
  pod.notify("2a5b", "020a000004");
  crank.notify("2a63", "0000d204");
  await bench.pass(1000);
  pod.notify("2a5b", "020b000008");
  assert.equal(bench.live("heartRate")?.rateBpm, 72);
  assert.equal(bench.live("cadenceRpm"), 60);
  assert.equal(bench.live("powerWatts"), 1234);
  assert.equal(await bench.set("fanPercent", 60), 60);
  assert.deepEqual(fan.writtenTo("a026e038"), ["0404", "023c"]);
});

Deno.test("a device that offers nothing known is let go", async () => {
  await using bench = new TestBench();
  const watch = bench.add({
    ...STRAP,
    name: "Watch",
    table: { "2a19": ["read"] },
  });
  await bench.start(generic);
  await bench.pass(5000);
  assert(!watch.peripheral.isConnected);
  assert.equal(bench.isConnected("generic"), false);
});

Deno.test("what a device refuses of one profile does not cost the others", async () => {
  await using bench = new TestBench();
  const kickr = bench.add({
    ...KICKR,
    table: { ...KICKR.table, a026e037: ["read", "write-without-response"] },
  });
  await bench.start(generic);
  kickr.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.live("powerWatts"), 300);
  assert.equal(await bench.set("resistancePercent", 24), 24);
});
