import assert from "node:assert/strict";
import { driver as trainer } from "#drivers/trainer.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { FTMS_SUCCESS, KICKR, TRAINER } from "./devices.ts";
import type { DeviceScript, ScriptedDevice } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

const ROAD = {
  gradePercent: 2.9,
  windSpeedMetersPerSecond: -1.5,
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.51,
};

/** What was written to the control point since the driver started. */
function commands(device: ScriptedDevice): readonly string[] {
  return device.writtenTo("2ad9").slice(2);
}

function withRange(resistanceRange: string): DeviceScript {
  return {
    ...TRAINER,
    values: { ...TRAINER.values, "2ad6": resistanceRange },
  };
}

Deno.test("control is asked for and the machine started, after indications are on", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  const order: string[] = [];
  const { peripheral } = bike;
  peripheral.onSubscribed.add((uuid) => order.push(uuid.slice(4, 8)));
  peripheral.onWritten.add((uuid, value) =>
    order.push(`${uuid.slice(4, 8)} ${value.toHex()}`)
  );
  await bench.start(trainer);
  assert.deepEqual(order, ["2ad9", "2ada", "2ad2", "2ad9 00", "2ad9 07"]);
});

Deno.test("resistance 24 of a machine with levels 0 to 10.0 is level 2.4, reported as 24", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  assert.equal(await bench.set("resistancePercent", 24), 24);
  assert.deepEqual(commands(bike), ["0418"]);
  assert.equal(bench.live("resistancePercent"), 24);
});

Deno.test("resistance 100 of a machine with levels 0 to 100.0 takes two bytes", async () => {
  await using bench = new TestBench();
  const bike = bench.add(withRange("0000e8030100"));
  await bench.start(trainer);
  assert.equal(await bench.set("resistancePercent", 100), 100);
  assert.deepEqual(commands(bike), ["04e803"]);
});

Deno.test("a resistance off the machine's grid is reported as what was really set", async () => {
  await using bench = new TestBench();
  const bike = bench.add(withRange("000064000a00"));
  await bench.start(trainer);
  assert.equal(await bench.set("resistancePercent", 24), 20);
  assert.deepEqual(commands(bike), ["0414"]);
  assert.equal(bench.live("resistancePercent"), 20);
});

Deno.test("a resistance is never beyond the machine's own levels, whatever its grid", async () => {
  await using bench = new TestBench();
  const bike = bench.add(withRange("000064002800"));
  await bench.start(trainer);
  assert.equal(await bench.set("resistancePercent", 100), 100);
  assert.deepEqual(commands(bike), ["0464"]);
});

Deno.test("target power and simulation are written as the specification says", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  assert.equal(await bench.set("targetPowerWatts", 225), 225);
  assert.deepEqual(await bench.set("simulation", ROAD), ROAD);
  assert.deepEqual(commands(bike), ["05e100", "1124fa22012833"]);
  assert.deepEqual(bench.live("simulation"), ROAD);
  assert.equal(bench.live("targetPowerWatts"), undefined);
});

Deno.test("a target power beyond the machine's range goes as near as it can, and that is reported", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  assert.equal(await bench.set("targetPowerWatts", 1500), 1000);
  assert.deepEqual(commands(bike), ["05e803"]);
});

Deno.test("a machine whose range goes beyond 2000 W takes more, unless the operator has set a limit", async () => {
  const strong = {
    ...TRAINER,
    values: { ...TRAINER.values, "2ad8": "0000c40901" + "00" },
  };
  {
    await using bench = new TestBench();
    const bike = bench.add(strong);
    await bench.start(trainer);
    assert.equal(await bench.set("targetPowerWatts", 2400), 2400);
    await assert.rejects(bench.set("targetPowerWatts", 2501), {
      code: "out_of_range",
    });
    assert.deepEqual(commands(bike), ["056009"]);
  }
  const limits = { targetPowerWatts: { max: 2000 } };
  await using bench = new TestBench({ limits });
  bench.add(strong);
  await bench.start(trainer);
  await assert.rejects(bench.set("targetPowerWatts", 2400), {
    code: "out_of_range",
  });
});

Deno.test("a machine that sets inclination itself does so within its range", async () => {
  await using bench = new TestBench();
  const bike = bench.add({
    ...TRAINER,
    table: { ...TRAINER.table, "2ad5": ["read"] },
    values: {
      ...TRAINER.values,
      "2acc": "8a4000000e200000",
      "2ad5": "9cff96000500",
    },
  });
  await bench.start(trainer);
  assert.equal(await bench.set("inclinePercent", -5), -5);
  assert.equal(await bench.set("inclinePercent", 19), 15);
  assert.deepEqual(commands(bike), ["03ceff", "039600"]);
});

Deno.test("a refusal carries the machine's own result code, and the reading stays", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  await bench.set("resistancePercent", 10);
  bike.answers["2ad9"] = (hex) => `80${hex.slice(0, 2)}03`;
  await assert.rejects(bench.set("resistancePercent", 24), (error) => {
    assert(error instanceof DeviceError);
    assert.equal(error.reason, "refused");
    assert.equal(error.resultCode, 3);
    assert.match(error.message, /invalidParameter/);
    return true;
  });
  assert.equal(bench.live("resistancePercent"), 10);
});

Deno.test("a command that is not permitted asks for control again and is repeated once", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  let refusals = 1;
  bike.answers["2ad9"] = (hex) =>
    hex.startsWith("04") && refusals-- > 0
      ? `80${hex.slice(0, 2)}05`
      : FTMS_SUCCESS(hex);
  assert.equal(await bench.set("resistancePercent", 24), 24);
  assert.deepEqual(commands(bike), ["0418", "00", "07", "0418"]);
});

Deno.test("a command that is never permitted is refused after one repetition", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.answers["2ad9"] = (hex) =>
    hex.startsWith("04") ? "800405" : FTMS_SUCCESS(hex);
  await assert.rejects(
    bench.set("resistancePercent", 24),
    (error) => error instanceof DeviceError && error.resultCode === 5,
  );
  assert.deepEqual(commands(bike), ["0418", "00", "07", "0418"]);
});

Deno.test("control that the machine has taken away is asked for with the next command", async () => {
  for (const status of ["ff", "01"]) {
    await using bench = new TestBench();
    const bike = bench.add(TRAINER);
    await bench.start(trainer);
    bike.notify("2ada", status);
    await bench.set("targetPowerWatts", 200);
    assert.deepEqual(commands(bike), ["00", "07", "05c800"]);
  }
});

Deno.test("a command without an answer ends with a TimeoutError, and the next one is carried out", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.answers["2ad9"] = () => undefined;
  const late = assert.rejects(
    bench.app.set("resistancePercent", 24),
    TimeoutError,
  );
  await bench.pass(2999);
  bike.answers["2ad9"] = FTMS_SUCCESS;
  await bench.pass(1);
  await late;
  assert.equal(await bench.set("resistancePercent", 30), 30);
  assert.deepEqual(commands(bike), ["0418", "00", "041e"]);
});

Deno.test("one command is on its way at a time, and of those that wait the newest wins", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.answers["2ad9"] = () => undefined;
  const first = bench.app.set("resistancePercent", 10);
  await bench.pass(500);
  const second = assert.rejects(bench.app.set("targetPowerWatts", 200), {
    code: "superseded",
  });
  const third = bench.app.set("resistancePercent", 30);
  await second;
  await bench.pass(500);
  assert.deepEqual(commands(bike), ["040a"]);
  bike.answers["2ad9"] = FTMS_SUCCESS;
  bike.notify("2ad9", "800401");
  await bench.pass(100);
  assert.deepEqual([await first, await third], [10, 30]);
  assert.deepEqual(commands(bike), ["040a", "041e"]);
});

Deno.test("an answer to another command is not taken for the answer", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.answers["2ad9"] = (hex) => ["800501", "80", `80${hex.slice(0, 2)}04`];
  await assert.rejects(
    bench.set("resistancePercent", 24),
    (error) => error instanceof DeviceError && error.resultCode === 4,
  );
});

Deno.test("an ATT error of a write is the device's refusal", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  const refusal = new DeviceError("Cannot write: busy", "Hub 1", "refused", {
    resultCode: 0xfe,
  });
  bike.answers["2ad9"] = () => {
    throw refusal;
  };
  await assert.rejects(
    bench.set("resistancePercent", 24),
    (error) => error === refusal,
  );
  bike.answers["2ad9"] = FTMS_SUCCESS;
  assert.equal(await bench.set("resistancePercent", 30), 30);
});

Deno.test("target powers to a KICKR are two seconds apart, and of those that come meanwhile the newest is written", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  const times: number[] = [];
  kickr.answers["2ad9"] = (hex) => {
    if (hex.startsWith("05")) times.push(bench.clock.monotonicMs());
    return FTMS_SUCCESS(hex);
  };
  await bench.start(trainer);
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  const second = assert.rejects(bench.app.set("targetPowerWatts", 210), {
    code: "superseded",
  });
  await bench.pass(1000);
  const third = bench.app.set("targetPowerWatts", 220);
  await second;
  await bench.pass(2000);
  assert.equal(await third, 220);
  const [start = 0] = times;
  assert.deepEqual(times.map((ms) => ms - start), [0, 2000]);
  assert.deepEqual(commands(kickr), ["05c800", "05dc00"]);
});

Deno.test("a resistance does not wait for the turn of a target power that came before", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(trainer);
  await bench.set("targetPowerWatts", 200);
  const power = assert.rejects(bench.app.set("targetPowerWatts", 210), {
    code: "superseded",
  });
  assert.equal(await bench.set("resistancePercent", 0), 0);
  await power;
  assert.deepEqual(commands(kickr), ["05c800", "0400"]);
});

Deno.test("a machine that refuses control still reports its values, and is asked again with each command", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  bike.answers["2ad9"] = (hex) => `80${hex}04`;
  await bench.start(trainer);
  bike.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.live("powerWatts"), 300);
  await assert.rejects(bench.set("targetPowerWatts", 200), {
    resultCode: 4,
  });
  bike.answers["2ad9"] = FTMS_SUCCESS;
  assert.equal(await bench.set("targetPowerWatts", 210), 210);
});

Deno.test("a machine that never answers still reports its values, from the first second on", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  bike.answers["2ad9"] = () => undefined;
  await bench.start(trainer);
  assert(bench.isConnected("trainer"));
  bike.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.live("powerWatts"), 300);
  await bench.pass(10_000);
  assert.deepEqual(bike.writtenTo("2ad9"), ["00", "00", "00"]);
  assert(bench.isConnected("trainer"));
});

Deno.test("a machine without targets, or without a control point, only reports its values", async () => {
  const { "2ad9": _none, ...table } = TRAINER.table;
  for (
    const script of [
      { ...TRAINER, table },
      { ...TRAINER, values: { ...TRAINER.values, "2acc": "8652000000000000" } },
    ]
  ) {
    await using bench = new TestBench();
    const bike = bench.add(script);
    await bench.start(trainer);
    bike.notify("2ad2", "4400ca0ca0002c01");
    assert.equal(bench.live("powerWatts"), 300);
    await assert.rejects(bench.set("resistancePercent", 24), {
      code: "unavailable",
    });
  }
});

Deno.test("a machine whose control point takes no subscription still reports its values", async () => {
  await using bench = new TestBench();
  const bike = bench.add({
    ...TRAINER,
    table: { ...TRAINER.table, "2ad9": ["write"] },
  });
  await bench.start(trainer);
  bike.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.live("powerWatts"), 300);
  assert.deepEqual(bike.written, []);
});
