/** Trainers after public reports: what they do, and what is right. */
import assert from "node:assert/strict";
import { driver as cadence } from "#drivers/cadence.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { checkOptions } from "#lib/driver/driver_options.ts";
import type {
  PeripheralMemory,
  RememberedPeripheral,
} from "#lib/driver/peripheral_memory.ts";
import { FTMS_SUCCESS, KICKR, POD, TRAINER } from "./devices.ts";
import type { DeviceScript, ScriptedDevice } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

/** 30 km/h, 85 rpm, 180 W. */
const RIDE = "4400b80baa00b400";

function withRange(range: string): DeviceScript {
  return { ...TRAINER, values: { ...TRAINER.values, "2ad6": range } };
}

/** What was written to the control point since the driver started. */
function commands(device: ScriptedDevice): readonly string[] {
  return device.writtenTo("2ad9").slice(2);
}

function notesOf(bench: TestBench): string {
  return bench.bike.devices.flatMap(({ notes }) => notes).join("; ");
}

/** Remembers in an object, as the file does. */
class Memory implements PeripheralMemory {
  readonly all = new Map<string, RememberedPeripheral>();
  recall({ device }: { device: string }) {
    return this.all.get(device);
  }
  remember(
    { device }: { device: string },
    peripheral: RememberedPeripheral,
  ) {
    this.all.set(device, peripheral);
  }
}

Deno.test("what stands before the cut of a frame is live, and the frame is counted", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  let flawed = 0;
  bench.bike.onFrameFlawed.add(() => flawed++);
  await bench.start(trainer);
  bike.notify("2ad2", "4402b80baa00b400");
  assert.equal(bench.live("speedMetersPerSecond"), 30 / 3.6);
  assert.equal(bench.live("cadenceRpm"), 85);
  assert.equal(bench.live("powerWatts"), 180);
  assert.equal(flawed, 1);
});

Deno.test("a cadence that nobody can ride is left out and counted, and the rest is live", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  let flawed = 0;
  bench.bike.onFrameFlawed.add(() => flawed++);
  await bench.start(trainer);
  bike.notify("2ad2", "4400b80bff7fb400");
  assert.equal(bench.live("cadenceRpm"), undefined);
  assert.equal(bench.live("powerWatts"), 180);
  assert.equal(flawed, 1);
});

for (const crank of ["00000000", "2a000004"]) {
  Deno.test(`a pod whose crank counter stays at ${crank} never beats the trainer's cadence`, async () => {
    await using bench = new TestBench();
    const bike = bench.add(TRAINER);
    const pod = bench.add(POD);
    await bench.start(trainer);
    await bench.start(cadence);
    for (let second = 0; second < 10; second++) {
      bike.notify("2ad2", RIDE);
      const turns = (4 * second).toString(16).padStart(2, "0");
      const ticks = (second * 4).toString(16).padStart(2, "0");
      pod.notify("2a5b", `03${turns}00000000${ticks}${crank}`);
      await bench.pass(1000);
      assert.equal(bench.live("cadenceRpm"), 85);
    }
    assert.notEqual(bench.live("speedMetersPerSecond"), 30 / 3.6);
  });
}

Deno.test("all levels of a machine are written in the width that its highest one needs", async () => {
  await using bench = new TestBench();
  const bike = bench.add(withRange("0000e8030a00"));
  await bench.start(trainer);
  for (const percent of [10, 20, 25, 30]) {
    assert.equal(await bench.set("resistancePercent", percent), percent);
  }
  assert.deepEqual(commands(bike), ["046400", "04c800", "04fa00", "042c01"]);
});

Deno.test("a step of 0 is the resolution, and 100 % is the machine's highest level", async () => {
  await using bench = new TestBench();
  const bike = bench.add(withRange("0a0040010000"));
  await bench.start(trainer);
  assert.equal(await bench.set("resistancePercent", 50), 50);
  assert.equal(await bench.set("resistancePercent", 100), 100);
  assert.deepEqual(commands(bike), ["04a500", "044001"]);
});

Deno.test("a machine that refuses one width is tried with the other, and that one is remembered", async () => {
  const memory = new Memory();
  const answer = (hex: string) =>
    hex.startsWith("04") && hex.length === 4 ? "800403" : FTMS_SUCCESS(hex);
  for (const first of [["0418", "041800"], ["041800"]]) {
    await using bench = new TestBench({ memory });
    const bike = bench.add(TRAINER);
    bike.answers["2ad9"] = answer;
    await bench.start(trainer);
    assert.equal(await bench.set("resistancePercent", 24), 24);
    assert.equal(await bench.set("resistancePercent", 30), 30);
    assert.deepEqual(commands(bike), [...first, "041e00"]);
  }
  assert.deepEqual(memory.all.get("trainer")?.learned, { resistanceWidth: 2 });
});

Deno.test("the operator sets the width and the levels of a machine", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  const options = checkOptions(trainer, {
    "resistance-width": "2",
    "resistance-range": "1..21/0.5",
  });
  await bench.start(trainer, { options });
  assert.equal(await bench.set("resistancePercent", 50), 50);
  assert.deepEqual(commands(bike), ["046e00"]);
});

Deno.test("a machine that wants a start before a command gets control, start and command", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  let isStarted = false;
  await bench.start(trainer);
  bike.answers["2ad9"] = (hex) => {
    if (hex === "00") isStarted = false;
    if (hex === "07") isStarted = true;
    return hex.length > 2 && !isStarted
      ? `80${hex.slice(0, 2)}04`
      : FTMS_SUCCESS(hex);
  };
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  assert.deepEqual(commands(bike), ["05c800", "00", "07", "05c800"]);
});

Deno.test("a late answer is not taken for that of the next command", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.answers["2ad9"] = () => undefined;
  const late = assert.rejects(
    bench.app.set("targetPowerWatts", 100),
    TimeoutError,
  );
  await bench.pass(3000);
  await late;
  // The success of the first command comes once the second is on its way.
  bike.answers["2ad9"] = (hex) =>
    hex === "00" ? ["800501", "800001"] : `80${hex.slice(0, 2)}03`;
  await assert.rejects(
    bench.set("targetPowerWatts", 200),
    (error) => error instanceof DeviceError && error.resultCode === 3,
  );
});

/** Reports once a second, until one of these is written. */
function fallSilent(bench: TestBench, bike: ScriptedDevice, after: string) {
  let isSilent = false;
  const { peripheral } = bike;
  peripheral.onDisconnected.add(() => isSilent = false);
  bike.answers["2ad9"] = (hex) => {
    isSilent ||= hex === after;
    return FTMS_SUCCESS(hex);
  };
  return async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      await bench.pass(1000);
      if (peripheral.isConnected && !isSilent) bike.notify("2ad2", RIDE);
    }
  };
}

for (const after of ["00", "07"]) {
  Deno.test(`a machine that falls silent after ${after} is ridden without control, says so, and is remembered`, async () => {
    const memory = new Memory();
    await using bench = new TestBench({ memory });
    const bike = bench.add(TRAINER);
    const ride = fallSilent(bench, bike, after);
    await bench.start(trainer);
    await ride(10);
    assert.equal(bench.live("powerWatts"), 180);
    assert.match(notesOf(bench), /without control/);
    const written = bike.writtenTo("2ad9").length;
    bike.peripheral.drop();
    await ride(10);
    assert.equal(bench.live("powerWatts"), 180);
    assert.equal(bike.writtenTo("2ad9").length, written);
    assert.equal(memory.all.get("trainer")?.learned?.control, "off");
  });
}

Deno.test("a machine whose rider rests is silent without control too, and is given it again for good", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  await bench.pass(30_000);
  const written = bike.writtenTo("2ad9");
  assert.deepEqual(written, ["00", "07", "00", "07"]);
  await bench.pass(60_000);
  assert.deepEqual(bike.writtenTo("2ad9"), written);
  bike.notify("2ad2", RIDE);
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  assert.equal(notesOf(bench), "");
});

Deno.test("the operator rides a machine without control, and nothing is written to it", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  const options = checkOptions(trainer, { control: "off" });
  await bench.start(trainer, { options });
  bike.notify("2ad2", RIDE);
  await bench.pass(2000);
  assert.equal(bench.live("powerWatts"), 180);
  assert.deepEqual(bike.written, []);
});

Deno.test("a machine that has just been switched on is asked again within seconds", async () => {
  await using bench = new TestBench();
  const bike = bench.add({ ...TRAINER, table: { "2a29": ["read"] } });
  await bench.start(trainer);
  assert.equal(bench.isConnected("trainer"), false);
  for (const [short, properties] of Object.entries(TRAINER.table)) {
    if (short !== "2a29") bike.addCharacteristic(short, properties);
  }
  await bench.pass(3000);
  assert.equal(bench.isConnected("trainer"), true);
});

Deno.test("the heart rate in a trainer's own heart rate service is the trainer's", async () => {
  const script: DeviceScript = {
    ...TRAINER,
    table: { ...TRAINER.table, "2a37": ["notify"] },
  };
  await using bench = new TestBench();
  const bike = bench.add(script);
  await bench.start(trainer);
  bike.notify("2a37", "0691");
  assert.equal(bench.live("heartRate")?.rateBpm, 145);
  assert.equal(bench.bike.read("heartRate").device, "trainer");
});

Deno.test("a heart rate that a trainer makes up is left out where the operator says so", async () => {
  await using bench = new TestBench();
  const bike = bench.add({
    ...TRAINER,
    table: { ...TRAINER.table, "2a37": ["notify"] },
  });
  const options = checkOptions(trainer, { "heart-rate-from": "none" });
  await bench.start(trainer, { options });
  bike.notify("2ad2", "5402ca0ca000d3a4002c018f");
  bike.notify("2a37", "0691");
  assert.equal(bench.live("heartRate"), undefined);
});

Deno.test("averages stand in for what a machine never reports, and never at a standstill", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.notify("2ad2", "8a00b80b540baa00b400");
  assert.equal(bench.live("cadenceRpm"), 85);
  assert.equal(bench.live("powerWatts"), 180);
  assert.match(notesOf(bench), /averages/);
  bike.notify("2ad2", "8a000000540baa00b400");
  assert.equal(bench.live("cadenceRpm"), 0);
  assert.equal(bench.live("powerWatts"), 0);
  bike.notify("2ad2", RIDE, "8a00b80b540b5000b400");
  assert.equal(bench.live("cadenceRpm"), 85);
  assert.doesNotMatch(notesOf(bench), /averages/);
});

Deno.test("average power counts for nothing while the cadence is 0", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.notify("2ad2", "8400b80b0000b400");
  assert.equal(bench.live("powerWatts"), 0);
});

Deno.test("a KICKR whose cadence stands while its wheel slows down has stopped, though its power falls in steps", async () => {
  await using bench = new TestBench();
  const bike = bench.add(KICKR);
  await bench.start(trainer);
  const frames = [
    "4400b8067800" + "6a00",
    "440022067800" + "6a00",
    "440096057800" + "6a00",
    "44000a057800" + "2500",
  ];
  for (const frame of frames) {
    bike.notify("2ad2", frame);
    await bench.pass(1000);
  }
  assert.equal(bench.live("cadenceRpm"), 0);
  assert.equal(bench.live("powerWatts"), 0);
});

Deno.test("a KICKR BIKE that advertises Zwift's service alone is found by its name", async () => {
  await using bench = new TestBench();
  bench.add({ ...TRAINER, name: "KICKR BIKE SHIFT A8E6", services: ["zwift"] });
  bench.add({
    ...TRAINER,
    name: "Zwift Ride",
    address: "F8:9C:FC:53:5E:50",
    services: ["zwift"],
  });
  await bench.start(trainer);
  assert.equal(bench.isConnected("trainer"), true);
});

Deno.test("power is corrected as the operator says, and a speed follows the cadence", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  const options = checkOptions(trainer, {
    "power-scale": "0.9",
    "power-offset": "-12",
    "speed-from": "cadence",
  });
  await bench.start(trainer, { options });
  bike.notify("2ad2", RIDE);
  assert.equal(bench.live("powerWatts"), 150);
  assert.equal(bench.live("speedMetersPerSecond")?.toFixed(2), "7.24");
  bike.notify("2ad2", "4400b80b00000000");
  assert.equal(bench.live("powerWatts"), 0);
  assert.equal(bench.live("speedMetersPerSecond"), 0);
});
