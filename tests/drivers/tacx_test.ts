import assert from "node:assert/strict";
import { driver as trainer } from "#drivers/trainer.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { encodeTacxMessage } from "#lib/gatt/tacx_fec.ts";
import { TACX } from "./devices.ts";
import type { ScriptedDevice } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

const TRAINER_DATA = "a4094e0519105a2c01c8003060";
const GENERAL_DATA = "a4094e051019000000003035ea";
const REQUEST_STATUS = "a4094f0546ffffffff014701e6";

/** What became of a command, as page 71 reports it. */
function fate(
  lastCommand: number,
  commandStatus: "pass" | "fail" | "pending" | "rejected",
  sequence = 1,
): string {
  return encodeTacxMessage({
    messageId: 0x4e,
    name: "commandStatus",
    lastCommand,
    sequence,
    commandStatus,
    data: new Uint8Array(4),
  }).toHex();
}

Deno.test("the status of an earlier command is not taken for that of the next one of its kind", async () => {
  await using bench = new TestBench();
  const tacx = bench.add(TACX);
  let sequence = 7;
  const status = (commandStatus: "pass" | "fail") =>
    fate(49, commandStatus, sequence);
  tacx.answers["fec3"] = (hex) =>
    hex === REQUEST_STATUS ? status("pass") : undefined;
  await bench.start(trainer);
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  tacx.answers["fec3"] = (hex) => {
    if (hex !== REQUEST_STATUS) return undefined;
    const late = status("pass");
    sequence = 8;
    return [late, status("fail")];
  };
  await assert.rejects(bench.set("targetPowerWatts", 210), {
    message: /answered fail/,
  });
});

/** Answers each question for the fate of the last command. */
function answerWith(
  device: ScriptedDevice,
  status: "pass" | "fail" | "rejected",
) {
  let last = 0xff;
  device.answers["fec3"] = (hex) => {
    const page = parseInt(hex.slice(8, 10), 16);
    if (page === 70) return fate(last, status);
    last = page;
    return undefined;
  };
}

Deno.test("speed, cadence and power of FE-C pages end in the hub", async () => {
  await using bench = new TestBench();
  const tacx = bench.add(TACX);
  await bench.start(trainer);
  tacx.notify("fec2", TRAINER_DATA, GENERAL_DATA);
  assert.equal(bench.live("cadenceRpm"), 90);
  assert.equal(bench.live("powerWatts"), 200);
  assert.equal(bench.live("speedMetersPerSecond"), 0);
  assert.equal(bench.live("heartRate")?.rateBpm, 48);
});

Deno.test("what an FE-C trainer calls not available is not known", async () => {
  await using bench = new TestBench();
  const tacx = bench.add(TACX);
  await bench.start(trainer);
  tacx.notify("fec2", TRAINER_DATA, "a4094e011945ff2acf6d0020e9");
  assert.equal(bench.bike.read("cadenceRpm").state, "unknown");
  assert.equal(bench.live("powerWatts"), 109);
});

Deno.test("resistance, power and road are written as pages, and their fate is asked for", async () => {
  await using bench = new TestBench();
  const tacx = bench.add(TACX);
  answerWith(tacx, "pass");
  await bench.start(trainer);
  assert.equal(await bench.set("resistancePercent", 10.2), 10);
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  const road = {
    gradePercent: 4.8,
    windSpeedMetersPerSecond: 0,
    rollingResistanceCoefficient: 0.004,
    windResistanceKgPerMeter: 0.51,
  };
  assert.deepEqual(await bench.set("simulation", road), road);
  assert.deepEqual(
    tacx.writtenTo("fec3"),
    [
      "a4094f0530ffffffffffff14c3",
      REQUEST_STATUS,
      "a4094f0531ffffffffff20030a",
      REQUEST_STATUS,
      "a4094f0532ffffffff337f64fd",
      REQUEST_STATUS,
      "a4094f0533ffffffff005050d4",
      REQUEST_STATUS,
    ].map((hex) => hex),
  );
  assert.equal(bench.live("resistancePercent"), undefined);
});

Deno.test("a command that the trainer calls failed is refused", async () => {
  await using bench = new TestBench();
  const tacx = bench.add(TACX);
  answerWith(tacx, "rejected");
  await bench.start(trainer);
  await assert.rejects(
    bench.set("targetPowerWatts", 200),
    (error) => error instanceof DeviceError && /rejected/.test(error.message),
  );
  assert.equal(bench.live("targetPowerWatts"), undefined);
});

Deno.test("a command that is pending is waited for, also where its end follows at once", async () => {
  await using bench = new TestBench();
  const tacx = bench.add(TACX);
  tacx.answers["fec3"] = (hex) =>
    hex === REQUEST_STATUS
      ? [fate(48, "pass"), fate(49, "pending"), fate(49, "fail")]
      : undefined;
  await bench.start(trainer);
  await assert.rejects(bench.set("targetPowerWatts", 200), {
    message: /answered fail/,
  });
});

Deno.test("a trainer that does not report the fate of a command has it all the same", async () => {
  await using bench = new TestBench();
  const tacx = bench.add(TACX);
  await bench.start(trainer);
  const set = bench.app.set("targetPowerWatts", 200);
  await bench.pass(1999);
  assert.equal(bench.live("targetPowerWatts"), undefined);
  await bench.pass(1);
  assert.equal(await set, 200);
  assert.equal(tacx.writtenTo("fec3").length, 2);
});
