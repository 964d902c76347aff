import assert from "node:assert/strict";
import { driver as trainer } from "#drivers/trainer.ts";
import { SEQUENCES } from "../lib/gatt/fixtures.ts";
import { KICKR, TRAINER } from "./devices.ts";
import { TestBench } from "./test_bench.ts";

Deno.test("speed, cadence and power of Indoor Bike Data end in the hub", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.live("speedMetersPerSecond"), 32.74 / 3.6);
  assert.equal(bench.live("speedMetersPerSecond")?.toFixed(6), "9.094444");
  assert.equal(bench.live("cadenceRpm"), 80);
  assert.equal(bench.live("powerWatts"), 300);
});

Deno.test("heart rate of Indoor Bike Data ends in the hub", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.notify("2ad2", "5402ca0ca000d3a4002c018f");
  assert.equal(bench.live("heartRate")?.rateBpm, 143);
});

Deno.test("a coasting rider has speed without cadence and power", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.notify("2ad2", "4400ca0ca0002c01", "4400d00700000000");
  assert.equal(bench.live("speedMetersPerSecond"), 20 / 3.6);
  assert.equal(bench.live("cadenceRpm"), 0);
  assert.equal(bench.live("powerWatts"), 0);
});

Deno.test("records that are split over several notifications become whole in the hub", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  const sequence = SEQUENCES.find(({ id }) => id === "pub-merge-sb20");
  assert(sequence?.steps?.length);
  for (const { hex, expected = {} } of sequence.steps) {
    await bench.pass(500);
    bike.notify("2ad2", hex);
    assert.equal(bench.live("cadenceRpm"), expected["cadenceRpm"]);
    assert.equal(bench.live("powerWatts"), expected["powerW"]);
    const kph = expected["speedKph"];
    if (typeof kph === "number") {
      assert.equal(bench.live("speedMetersPerSecond"), kph / 3.6);
    }
  }
});

Deno.test("values get stale when the trainer falls silent, and are live again with the next notification", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.notify("2ad2", "4400ca0ca0002c01");
  await bench.pass(3001);
  assert.equal(bench.bike.read("powerWatts").state, "stale");
  assert.equal(bench.bike.read("powerWatts").value, 300);
  bike.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.bike.read("powerWatts").state, "live");
});

Deno.test("signal and model of a trainer are known before its first value", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  bike.peripheral.setSignal(-61);
  await bench.start(trainer);
  assert.equal(bench.bike.devices[0]?.signalDbm.value, -61);
  bike.peripheral.setSignal(-70);
  assert.equal(bench.bike.devices[0]?.signalDbm.value, -70);
});

Deno.test("a signal that is heard while the connection is lost does not bring the device back", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  bike.peripheral.setSignal(-61);
  await bench.start(trainer);
  bike.peripheral.sleep();
  await bench.pass(0);
  bike.peripheral.setSignal(-80);
  assert.equal(bench.isConnected("trainer"), false);
});

/** Indoor Bike Data of a KICKR whose rider stops: cadence 80 and 200 W go on, the speed falls. */
function stopping(hundredthsKph: number): string {
  const low = (hundredthsKph & 0xff).toString(16).padStart(2, "0");
  const high = (hundredthsKph >> 8).toString(16).padStart(2, "0");
  return `4400${low}${high}a000c800`;
}

Deno.test("a KICKR that repeats cadence and power while its wheel slows down has stopped", async () => {
  await using bench = new TestBench();
  const bike = bench.add(KICKR);
  await bench.start(trainer);
  for (let kph = 3000; kph >= 1800; kph -= 300) {
    await bench.pass(1000);
    bike.notify("2ad2", stopping(kph));
  }
  assert.equal(bench.live("cadenceRpm"), 0);
  assert.equal(bench.live("powerWatts"), 0);
  assert.equal(bench.live("speedMetersPerSecond"), 5);
  bike.notify("2ad2", "44000807a400cc00");
  assert.equal(bench.live("cadenceRpm"), 82);
  assert.equal(bench.live("powerWatts"), 204);
});

Deno.test("a KICKR whose rider rides evenly is not zeroed, however often a frame repeats", async () => {
  await using bench = new TestBench();
  const bike = bench.add(KICKR);
  await bench.start(trainer);
  for (let second = 0; second < 20; second++) {
    await bench.pass(1000);
    bike.notify("2ad2", stopping(3000));
    assert.equal(bench.live("cadenceRpm"), 80);
    assert.equal(bench.live("powerWatts"), 200);
  }
});

Deno.test("a trainer that is not known for repeating is believed while its wheel slows down", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  for (let kph = 3000; kph >= 1800; kph -= 300) {
    await bench.pass(1000);
    bike.notify("2ad2", stopping(kph));
  }
  assert.equal(bench.live("powerWatts"), 200);
});
