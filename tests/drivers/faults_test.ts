/**
 * Faults found in other programs, here as a rider meets them: through a real
 * driver, in the hub. The numbers are those of the list they come from; 15 is
 * the broker's, and `tests/lib/gatt/faults_test.ts` has what codecs can show.
 */
import assert from "node:assert/strict";
import { driver as cadence } from "#drivers/cadence.ts";
import { driver as climb } from "#drivers/climb.ts";
import { driver as fan } from "#drivers/fan.ts";
import { driver as heartRate } from "#drivers/heart_rate.ts";
import { driver as power } from "#drivers/power.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { attError } from "#lib/simulator/att_error.ts";
import {
  CRANK,
  FAN,
  FTMS_SUCCESS,
  KICKR,
  POD,
  SNAP,
  STRAP,
  TACX,
  TRAINER,
} from "./devices.ts";
import type { DeviceScript } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

/** A bench with one device and its driver, connected. */
async function withDevice(script: DeviceScript, driver: DriverDefinition) {
  const bench = new TestBench();
  const device = bench.add(script);
  await bench.start(driver);
  return {
    bench,
    device,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

Deno.test("fault 1: the wheel clock of cycling power is 1/2048 s, not 1/1024 s", async () => {
  await using rig = await withDevice(SNAP, trainer);
  const { bench, device } = rig;
  device.notify("2a63", "14002f007f30510600009a75");
  await bench.pass(1000);
  device.notify("2a63", "140049007731550600008f7c");
  const kph = (bench.live("speedMetersPerSecond") ?? 0) * 3.6;
  assert(kph > 34 && kph < 36, `${kph} km/h`);
});

Deno.test("fault 2: power of a rider who pedals backwards is negative, not 65526 W", async () => {
  await using rig = await withDevice(TRAINER, trainer);
  rig.device.notify("2ad2", "4400ca0ca000f6ff");
  assert.equal(rig.bench.live("powerWatts"), -10);
});

Deno.test("fault 3: a notification that lacks fields clears none, and flags 0000 are valid", async () => {
  await using rig = await withDevice(TRAINER, trainer);
  rig.device.notify("2ad2", "c5005a00bd000000", "00009909", "1100cb0000");
  assert.equal(rig.bench.live("cadenceRpm"), 45);
  assert.equal(rig.bench.live("powerWatts"), 189);
  assert.equal(rig.bench.live("speedMetersPerSecond"), 24.57 / 3.6);
});

Deno.test("fault 4: counters that begin anew after a lost connection give no negative and no huge speed", async () => {
  await using rig = await withDevice(POD, cadence);
  const { bench, device } = rig;
  const speeds: number[] = [];
  bench.bike.onMetricReported("speedMetersPerSecond").add(({ value }) =>
    speeds.push(value ?? NaN)
  );
  for (const base of [4_000_000_000, 0]) {
    for (let turn = 0; turn < 5; turn++) {
      await bench.pass(1000);
      const turns = new Uint8Array(new Uint32Array([base + turn * 3]).buffer);
      const ticks = new Uint8Array(new Uint16Array([turn * 1024]).buffer);
      device.notify("2a5b", `01${turns.toHex()}${ticks.toHex()}`);
    }
    device.peripheral.drop();
    await bench.pass(2000);
  }
  assert.equal(speeds.length, 8);
  assert(speeds.every((speed) => Math.abs(speed - 3 * 2.105) < 1e-9));
});

Deno.test("fault 4: counters of two devices do not disturb each other", async () => {
  await using bench = new TestBench();
  const left = bench.add(POD);
  const right = bench.add({ ...POD, address: "C7:00:00:00:00:78" });
  await bench.start(cadence);
  await bench.start(cadence);
  left.notify("2a5b", "026f6e0000");
  right.notify("2a5b", "024369f401");
  await bench.pass(1000);
  left.notify("2a5b", "02706e0004");
  assert.equal(bench.live("cadenceRpm"), 60);
  right.notify("2a5b", "024569f405");
  assert.equal(bench.live("cadenceRpm"), 60);
  bench.host.stop("cadence");
  await bench.pass(0);
  assert.equal(bench.live("cadenceRpm"), 120);
});

Deno.test("fault 5: a trainer that repeats its last power after a stop is noticed, an even ride is not zeroed", async () => {
  await using rig = await withDevice(KICKR, trainer);
  const { bench, device } = rig;
  for (let second = 0; second < 10; second++) {
    await bench.pass(1000);
    device.notify("2ad2", "4400b80ba000c800");
    assert.equal(bench.live("powerWatts"), 200);
  }
  for (const speed of ["540b", "f00a", "8c0a", "280a"]) {
    await bench.pass(1000);
    device.notify("2ad2", `4400${speed}a000c800`);
  }
  assert.equal(bench.live("powerWatts"), 0);
});

Deno.test("fault 6: heart rate 0 between real ones changes nothing, and the strap is preferred", async () => {
  await using rig = await withDevice(TRAINER, trainer);
  const { bench, device } = rig;
  device.notify("2ad2", "6402cb098e00140075004f", "640271098e001400770000");
  assert.equal(bench.live("heartRate")?.rateBpm, 79);
  const strap = bench.add(STRAP);
  await bench.start(heartRate);
  strap.notify("2a37", "0648");
  device.notify("2ad2", "6402cb098e00140075004f");
  assert.equal(bench.live("heartRate")?.rateBpm, 72);
});

Deno.test("fault 7: all RR values of a notification count, and an odd last byte is ignored", async () => {
  await using rig = await withDevice(STRAP, heartRate);
  const { bench, device } = rig;
  device.notify("2a37", "104472038a03");
  assert.equal(bench.live("heartRate")?.rrIntervalsMs.length, 2);
  device.notify("2a37", "103eb103de");
  assert.equal(bench.live("heartRate")?.rrIntervalsMs.length, 1);
  assert.equal(bench.live("heartRate")?.rateBpm, 62);
});

Deno.test("fault 8: nothing is written before indications are on, and never two commands at once", async () => {
  await using bench = new TestBench();
  const kickr = bench.add({
    ...KICKR,
    table: { ...KICKR.table, "2ad5": ["read"] },
    values: {
      ...KICKR.values,
      "2acc": "8a4000000ee00000",
      "2ad5": "9cffc8000500",
    },
  });
  const { peripheral } = kickr;
  let isBusy = false;
  kickr.answers["2ad9"] = (hex) => {
    const isOn = peripheral.isSubscribed(
      "00002ad9-0000-1000-8000-00805f9b34fb",
    );
    if (!isOn) throw attError("descriptorNotConfigured", "KICKR", "write 2ad9");
    if (isBusy) throw attError("procedureInProgress", "KICKR", "write 2ad9");
    isBusy = true;
    bench.clock.setTimeout(() => {
      isBusy = false;
      kickr.notify("2ad9", `80${hex.slice(0, 2)}01`);
    }, 200);
    return undefined;
  };
  await bench.start(trainer, { options: { control: "on" } });
  const brake = bench.app.set("resistancePercent", 24);
  const incline = bench.app.set("inclinePercent", 5);
  const calibration = bench.bike.calibrate("trainer");
  await bench.pass(2000);
  assert.deepEqual(await Promise.all([brake, incline]), [24, 5]);
  kickr.notify("2ada", "1402");
  assert.deepEqual(await calibration, { kind: "spin_down" });
  assert.deepEqual(
    new Set(kickr.writtenTo("2ad9")),
    new Set(["00", "07", "0418", "033200", "1301"]),
  );
});

Deno.test("fault 9: an answer with extra bytes is an answer", async () => {
  await using rig = await withDevice(TRAINER, trainer);
  rig.device.answers["2ad9"] = (hex) => `${FTMS_SUCCESS(hex)}${hex.slice(2)}`;
  assert.equal(await rig.bench.set("targetPowerWatts", 225), 225);
});

Deno.test("fault 9: a crank that leaves the result byte out has set its zero offset", async () => {
  await using rig = await withDevice(CRANK, power);
  rig.device.answers["2a66"] = () => "200c";
  const done = rig.bench.bike.calibrate("power");
  await rig.bench.pass(100);
  assert.deepEqual(await done, { kind: "zero_offset" });
});

Deno.test("fault 9: a SNAP, which never answers to 0x43, keeps nobody waiting", async () => {
  await using rig = await withDevice(SNAP, trainer);
  const startMs = rig.bench.clock.monotonicMs();
  await rig.bench.set("simulation", {
    gradePercent: 2,
    windSpeedMetersPerSecond: 0,
    rollingResistanceCoefficient: 0.004,
    windResistanceKgPerMeter: 0.51,
  });
  assert(rig.bench.clock.monotonicMs() - startMs < 1000);
  const ops = rig.device.writtenTo("a026e005").map((hex) => hex.slice(0, 2));
  assert.deepEqual(ops, ["20", "43", "46", "47"]);
});

Deno.test("fault 10: a start that is answered after seven seconds, and a zero offset after ten, are waited for", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  const crank = bench.add(CRANK);
  bike.answers["2ad9"] = (hex) => {
    if (hex !== "07") return FTMS_SUCCESS(hex);
    bench.clock.setTimeout(() => bike.notify("2ad9", "800701"), 7000);
    return undefined;
  };
  crank.answers["2a66"] = () => {
    bench.clock.setTimeout(() => crank.notify("2a66", "200c010000"), 10_000);
    return undefined;
  };
  await bench.start(trainer);
  await bench.start(power, { options: { address: crank.peripheral.address } });
  const done = bench.bike.calibrate("power");
  const set = bench.app.set("resistancePercent", 24);
  await bench.pass(6000);
  assert.deepEqual(bike.writtenTo("2ad9"), ["00", "07"]);
  await bench.pass(4000);
  assert.equal(await set, 24);
  assert.deepEqual(await done, { kind: "zero_offset", offsetRaw: 0 });
});

Deno.test("fault 11: a truncated status is dropped, and the next one counts", async () => {
  await using rig = await withDevice(TRAINER, trainer);
  const { bench, device } = rig;
  device.notify("2ada", "08", "", "ff");
  assert(bench.isConnected("trainer"));
  await bench.set("targetPowerWatts", 225);
  assert.deepEqual(device.writtenTo("2ad9").slice(2), ["00", "07", "05e100"]);
});

Deno.test("fault 12: FE-C messages with a wrong checksum are dropped, the stream finds its step, repeats change nothing", async () => {
  await using rig = await withDevice(TACX, trainer);
  const { bench, device } = rig;
  const good = "a4094e0519105a2c01c8003060";
  device.notify("fec2", "a4094e0519105aff01c8003060");
  assert.equal(bench.live("powerWatts"), undefined);
  device.notify("fec2", `12a4${good.slice(0, 20)}`, `${good}a409`);
  assert.equal(bench.live("powerWatts"), 200);
  const changes: unknown[] = [];
  bench.bike.onChanged.add((name) => changes.push(name));
  device.notify("fec2", good, good);
  assert.deepEqual(changes, []);
});

Deno.test("fault 13: a descent is two's complement of hundredths, with the step that Wahoo's app adds", async () => {
  await using rig = await withDevice(KICKR, climb);
  await rig.bench.set("inclinePercent", -5);
  await rig.bench.set("inclinePercent", -10);
  assert.deepEqual(rig.device.writtenTo("a026e037").slice(-2), [
    "660dfe",
    "6619fc",
  ]);
  rig.device.notify("a026e037", "fd3219fc");
  assert.equal(rig.bench.live("inclinePercent"), -10);
});

Deno.test("fault 14: a fan in an unknown mode reports its speed, and is brought to manual mode before it gets one", async () => {
  await using rig = await withDevice(FAN, fan);
  rig.device.notify("a026e038", "fd011063");
  assert.equal(rig.bench.live("fanPercent"), 16);
  await rig.bench.set("fanPercent", 60);
  assert.deepEqual(rig.device.writtenTo("a026e038"), ["0404", "023c"]);
});

Deno.test("fault 16: a device that sleeps at the start is shown as not there, and found when it wakes", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  strap.peripheral.sleep();
  await bench.start(heartRate);
  assert.equal(bench.isConnected("heart-rate"), false);
  strap.peripheral.wake();
  await bench.pass(1000);
  assert.equal(bench.isConnected("heart-rate"), true);
});

Deno.test("fault 17: what a device calls not available is no number in the hub", async () => {
  await using rig = await withDevice(TACX, trainer);
  rig.device.notify("fec2", "a4094e011945ff2acf6d0020e9");
  const { state, value } = rig.bench.bike.read("cadenceRpm");
  assert.deepEqual({ state, value }, { state: "unknown", value: undefined });
});

for (
  const [what, values, written] of [
    ["missing", {}, "0464"],
    ["without a step", { "2ad6": "00006400", "2ad8": "00" }, "0464"],
    [
      "below zero",
      { "2ad6": "18fce8030100", "2ad8": "b80ba00f0100" },
      "04e803",
    ],
  ] as const
) {
  Deno.test(`fault 18: ranges that are ${what} are used as far as they go`, async () => {
    const { "2acc": targets = "" } = TRAINER.values ?? {};
    const script = { ...TRAINER, values: { "2acc": targets, ...values } };
    await using rig = await withDevice(script, trainer);
    assert.equal(await rig.bench.set("resistancePercent", 100), 100);
    assert.equal(await rig.bench.set("targetPowerWatts", 225), 225);
    assert.deepEqual(rig.device.writtenTo("2ad9").slice(2), [
      written,
      "05e100",
    ]);
  });
}

for (
  const [what, values] of [
    ["upside down", { "2ad6": "400100000100", "2ad8": "e80300000100" }],
    ["empty", { "2ad6": "000000000000", "2ad8": "000000000000" }],
    ["cut", { "2ad6": "0000", "2ad8": "00" }],
  ] as const
) {
  Deno.test(`fault 18: a range of levels that is ${what} is said so, and no level is made up`, async () => {
    const { "2acc": targets = "" } = TRAINER.values ?? {};
    const script = { ...TRAINER, values: { "2acc": targets, ...values } };
    await using rig = await withDevice(script, trainer);
    await assert.rejects(rig.bench.set("resistancePercent", 100), {
      name: "DeviceError",
      message: /set option resistance-range/,
    });
    assert.match(rig.bench.bike.devices[0]?.notes[0] ?? "", /cannot be used/);
    assert.equal(await rig.bench.set("targetPowerWatts", 225), 225);
    assert.deepEqual(rig.device.writtenTo("2ad9").slice(2), ["05e100"]);
  });
}

Deno.test("fault 18: an inclination range from -100 to 100 % leaves the bike's own limits in force", async () => {
  const script = {
    ...TRAINER,
    table: { ...TRAINER.table, "2ad5": ["read"] },
    values: {
      ...TRAINER.values,
      "2acc": "8a4000000e200000",
      "2ad5": "18fce8030100",
    },
  } as const;
  await using rig = await withDevice(script, trainer);
  await assert.rejects(rig.bench.set("inclinePercent", 50), {
    code: "out_of_range",
  });
  assert.equal(await rig.bench.set("inclinePercent", 19), 19);
  assert.deepEqual(rig.device.writtenTo("2ad9").slice(2), ["03be00"]);
});
