import assert from "node:assert/strict";
import { driver } from "#drivers/remote.ts";
import type { Bike } from "#lib/bike/bike.ts";
import type { BikeDevice } from "#lib/bike/device.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { FakeActuator } from "../fakes/fake_actuator.ts";
import { SerialBench } from "../support/serial_bench.ts";
import { within } from "../support/within.ts";
import { needing } from "../support/requires.ts";

const test = needing("socat");

/** A trainer that follows its commands. */
class Trainer {
  readonly resistance = new FakeActuator<number>();
  readonly incline = new FakeActuator<number>();
  device: BikeDevice | undefined;

  readonly prepare = (bike: Bike): void => {
    this.device = bike.source("trainer");
    this.device.actuator("resistancePercent", this.resistance.carryOut);
    this.device.actuator("inclinePercent", this.incline.carryOut);
  };
}

/** Sends a press, and waits for the end of the command that it gives. */
async function press(bench: SerialBench, text: string) {
  const ended = bench.bike.onCommandEnded.next();
  await bench.pty.send(`${text}\n`);
  const [outcome] = await within(`the end of ${text}`, ended);
  return outcome;
}

test("nothing moves before a button is pressed", async () => {
  const trainer = new Trainer();
  await using bench = await SerialBench.start(driver, trainer);
  assert.deepEqual(trainer.resistance.values, []);
  assert.deepEqual(trainer.incline.values, []);
  assert.equal(bench.bike.holder("incline"), undefined);
});

test("each press is a step from the value reported last, whoever set it", async () => {
  const trainer = new Trainer();
  await using bench = await SerialBench.start(driver, trainer);
  trainer.device?.report({ resistancePercent: 40, inclinePercent: 2.5 });
  await press(bench, "increaseResistance");
  await press(bench, "increaseIncline");
  trainer.device?.report({ resistancePercent: 71, inclinePercent: -3 });
  await press(bench, "decreaseResistance");
  await press(bench, "decreaseIncline");
  assert.deepEqual(trainer.resistance.values, [45, 66]);
  assert.deepEqual(trainer.incline.values, [3.5, -4]);
});

test("steps end at the limits, narrowed ones too", async () => {
  const trainer = new Trainer();
  await using bench = await SerialBench.start(driver, trainer);
  bench.bike.limits.set("inclinePercent", { min: -2, max: 19 });
  trainer.device?.report({ resistancePercent: 98, inclinePercent: -1.5 });
  await press(bench, "increaseResistance");
  await press(bench, "decreaseIncline");
  assert.deepEqual(trainer.resistance.values, [100]);
  assert.deepEqual(trainer.incline.values, [-2]);
});

test("a press while the step before is under way goes on from there", async () => {
  const values: number[] = [];
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const prepare = (bike: Bike) => {
    const device = bike.source("trainer");
    device.actuator("resistancePercent", async (value) => {
      values.push(value);
      begun.resolve();
      await answer.promise;
    });
    device.report({ resistancePercent: 40 });
  };
  await using bench = await SerialBench.start(driver, { prepare });
  const { bike, pty } = bench;
  const first = bike.onCommandEnded.next();
  await pty.send("increaseResistance\n");
  await within("the first command", begun.promise);
  // Incline has no device: the end of this one shows that all before it was read.
  await pty.send("increaseResistance\nincreaseIncline\n");
  await within("the lines", first);
  const second = bike.onCommandEnded.next();
  answer.resolve();
  const last = within("the first command", second)
    .then(() => within("the second command", bike.onCommandEnded.next()));
  await last;
  assert.deepEqual(values, [45, 50]);
});

test("a refused step and an unknown line harm no later press", async () => {
  const trainer = new Trainer();
  await using bench = await SerialBench.start(driver, trainer);
  trainer.resistance.refusal = new DeviceError("no", "trainer", "refused");
  const refused = await press(bench, "increaseResistance");
  assert(refused.error instanceof DeviceError);
  trainer.resistance.refusal = undefined;
  await bench.pty.send("toString\nselfDestruct\nincrease");
  const outcome = await press(bench, "Resistance");
  assert.equal(outcome.applied, 5);
});

test("a remote that is gone gives up what it holds", async () => {
  const trainer = new Trainer();
  await using bench = await SerialBench.start(driver, trainer);
  await press(bench, "increaseIncline");
  assert.equal(bench.bike.holder("incline"), "remote");
  const released = bench.bike.onHolderChanged.next();
  await bench.pty.unplug();
  assert.deepEqual(await within("the release", released), [
    "incline",
    undefined,
  ]);
});

test("what a remote that is gone has set goes to its safe value, and stays where the program ends", async () => {
  for (const how of ["unplugged", "ended"] as const) {
    const { prepare, incline } = new Trainer();
    const clock = new FakeClock();
    await using bench = await SerialBench.start(driver, {
      prepare,
      bike: { clock, failSafe: { values: { inclinePercent: -5 }, afterMs: 9 } },
    });
    await press(bench, "increaseIncline");
    const released = bench.bike.onHolderChanged.next();
    if (how === "ended") await bench.host[Symbol.asyncDispose]();
    else await bench.pty.unplug();
    await within("the release", released);
    await clock.advance(60_000);
    assert.deepEqual(incline.values, how === "ended" ? [1] : [1, -5]);
  }
});
