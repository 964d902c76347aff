import assert from "node:assert/strict";
import { driver as power } from "#drivers/power.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { CRANK, FTMS_SUCCESS, TRAINER } from "./devices.ts";
import type { Answer } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

/** Agrees to a spin-down from 20 to 30 km/h. */
const SPIN_DOWN: Answer = (hex) =>
  hex === "1301" ? "801301d007b80b" : FTMS_SUCCESS(hex);

async function startTrainer(bench: TestBench, answer: Answer = SPIN_DOWN) {
  const bike = bench.add({ ...TRAINER, answers: { "2ad9": answer } });
  await bench.start(trainer, { options: { control: "on" } });
  const steps: string[] = [];
  bench.bike.onCalibrationStep.add(({ device, instruction }) =>
    steps.push(`${device}: ${instruction}`)
  );
  return { bike, steps };
}

Deno.test("a spin-down reports each step, and ends well when the machine says so", async () => {
  await using bench = new TestBench();
  const { bike, steps } = await startTrainer(bench);
  const done = bench.bike.calibrate("trainer");
  await bench.pass(100);
  assert.equal(bike.writtenTo("2ad9").at(-1), "1301");
  bike.notify("2ada", "1401", "1404", "1402");
  assert.deepEqual(await done, { kind: "spin_down" });
  assert.deepEqual(steps, [
    "trainer: ride up to 20 to 30 km/h, then let it roll",
    "trainer: stop pedalling",
  ]);
});

Deno.test("a spin-down of a machine that names no speeds ends well too", async () => {
  await using bench = new TestBench();
  const { bike, steps } = await startTrainer(bench, FTMS_SUCCESS);
  const done = bench.bike.calibrate("trainer");
  await bench.pass(100);
  bike.notify("2ada", "1402");
  assert.deepEqual(await done, { kind: "spin_down" });
  assert.deepEqual(steps, []);
});

Deno.test("a spin-down that the machine calls failed is a DeviceError", async () => {
  await using bench = new TestBench();
  const { bike } = await startTrainer(bench);
  const done = assert.rejects(
    bench.bike.calibrate("trainer"),
    (error) => error instanceof DeviceError && error.reason === "refused",
  );
  await bench.pass(100);
  bike.notify("2ada", "1403");
  await done;
});

Deno.test("a spin-down that the machine refuses carries its result code", async () => {
  await using bench = new TestBench();
  await startTrainer(
    bench,
    (hex) => `80${hex.slice(0, 2)}${hex === "1301" ? "04" : "01"}`,
  );
  const done = assert.rejects(bench.bike.calibrate("trainer"), {
    resultCode: 4,
  });
  await bench.pass(100);
  await done;
});

Deno.test("a spin-down without an end is given up after three minutes", async () => {
  await using bench = new TestBench();
  await startTrainer(bench);
  const done = assert.rejects(bench.bike.calibrate("trainer"), TimeoutError);
  await bench.pass(180_000);
  await done;
});

Deno.test("a spin-down ends at once when the trainer is lost, and can be run again afterwards", async () => {
  await using bench = new TestBench();
  const { bike } = await startTrainer(bench);
  const lost = assert.rejects(
    bench.bike.calibrate("trainer"),
    (error) => error instanceof DeviceError && error.reason === "disconnected",
  );
  await bench.pass(100);
  bike.peripheral.drop();
  await lost;
  await bench.pass(5000);
  const done = bench.bike.calibrate("trainer");
  await bench.pass(100);
  bike.notify("2ada", "1402");
  assert.deepEqual(await done, { kind: "spin_down" });
});

Deno.test("commands are carried out while a spin-down waits for the rider", async () => {
  await using bench = new TestBench();
  const { bike } = await startTrainer(bench);
  const done = bench.bike.calibrate("trainer");
  await bench.pass(100);
  assert.equal(await bench.set("resistancePercent", 24), 24);
  bike.notify("2ada", "1402");
  await done;
});

Deno.test("a trainer that names no spin-down among its features is not asked for one", async () => {
  await using bench = new TestBench();
  const bike = bench.add({
    ...TRAINER,
    values: { ...TRAINER.values, "2acc": "874400000c600000" },
  });
  await bench.start(trainer, { options: { control: "on" } });
  await assert.rejects(bench.bike.calibrate("trainer"), {
    code: "unavailable",
  });
  assert(!bike.writtenTo("2ad9").includes("1301"));
});

Deno.test("the zero offset of a power meter reports its step and its offset", async () => {
  await using bench = new TestBench();
  const crank = bench.add(CRANK);
  crank.answers["2a66"] = () => undefined;
  await bench.start(power);
  const steps: string[] = [];
  bench.bike.onCalibrationStep.add(({ instruction }) =>
    steps.push(instruction)
  );
  const done = bench.bike.calibrate("power");
  await bench.pass(4100);
  assert.deepEqual(crank.writtenTo("2a66"), ["0c"]);
  crank.notify("2a66", "200c01e803");
  assert.deepEqual(await done, { kind: "zero_offset", offsetRaw: 1000 });
  assert.deepEqual(steps, ["unclip, and keep the cranks still"]);
});

Deno.test("a zero offset that is not available is left out", async () => {
  await using bench = new TestBench();
  const crank = bench.add(CRANK);
  crank.answers["2a66"] = () => "200c01ffff";
  await bench.start(power);
  const done = bench.bike.calibrate("power");
  await bench.pass(100);
  assert.deepEqual(await done, { kind: "zero_offset" });
});

Deno.test("a zero offset that fails says what to do, with the sensor's code", async () => {
  await using bench = new TestBench();
  const crank = bench.add(CRANK);
  crank.answers["2a66"] = () => "200c04";
  await bench.start(power);
  const done = assert.rejects(bench.bike.calibrate("power"), (error) => {
    assert(error instanceof DeviceError);
    assert.equal(error.resultCode, 4);
    assert.match(error.message, /keep the cranks still/);
    return true;
  });
  await bench.pass(100);
  await done;
});

Deno.test("a zero offset without an answer is given up after half a minute", async () => {
  await using bench = new TestBench();
  const crank = bench.add(CRANK);
  crank.answers["2a66"] = () => undefined;
  await bench.start(power);
  const done = assert.rejects(bench.bike.calibrate("power"), TimeoutError);
  await bench.pass(30_000);
  await done;
});

Deno.test("a power meter whose control point takes no subscription still reports its power", async () => {
  await using bench = new TestBench();
  const crank = bench.add({
    ...CRANK,
    table: { ...CRANK.table, "2a66": ["write"] },
  });
  await bench.start(power);
  crank.notify("2a63", "0000d204");
  assert.equal(bench.live("powerWatts"), 1234);
  await assert.rejects(bench.bike.calibrate("power"), { code: "unavailable" });
});
