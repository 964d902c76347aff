/** Target powers that the program holds itself. */
import assert from "node:assert/strict";
import { driver as power } from "#drivers/power.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { checkOptions } from "#lib/driver/driver_options.ts";
import { CRANK, FTMS_SUCCESS, TRAINER } from "./devices.ts";
import type { DeviceScript, ScriptedDevice } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

/** Sets resistance, and no target power; levels 0 to 10. */
const LEVELS_ONLY: DeviceScript = {
  ...TRAINER,
  values: { ...TRAINER.values, "2acc": "8744000004000000" },
};

function frame(cadenceRpm: number, powerWatts: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint16(0, 0x44, true);
  view.setUint16(2, 3000, true);
  view.setUint16(4, cadenceRpm * 2, true);
  view.setInt16(6, powerWatts, true);
  return new Uint8Array(view.buffer).toHex();
}

/** A brake whose power follows level and cadence, and a rider who keeps a cadence. */
class Brake {
  readonly levels: number[] = [];
  readonly powers: number[] = [];
  cadenceRpm = 85;
  readonly #bench: TestBench;
  readonly #device: ScriptedDevice;
  #percent = 0;

  constructor(bench: TestBench, device: ScriptedDevice) {
    this.#bench = bench;
    this.#device = device;
    device.answers["2ad9"] = (hex) => {
      if (hex.startsWith("04")) this.#percent = parseInt(hex.slice(2, 4), 16);
      return FTMS_SUCCESS(hex);
    };
  }

  async ride(seconds: number): Promise<number> {
    let watts = 0;
    for (let second = 0; second < seconds; second++) {
      watts = Math.round(this.cadenceRpm * (0.5 + this.#percent * 0.06));
      this.#device.notify("2ad2", frame(this.cadenceRpm, watts));
      await this.#bench.pass(1000);
      this.levels.push(this.#percent);
      this.powers.push(watts);
    }
    return watts;
  }
}

async function startErg(bench: TestBench) {
  const brake = new Brake(bench, bench.add(LEVELS_ONLY));
  await bench.start(trainer);
  await brake.ride(5);
  assert.equal(await bench.set("targetPowerWatts", 220), 220);
  return brake;
}

Deno.test("a machine with levels only holds a target power by them", async () => {
  await using bench = new TestBench();
  const brake = await startErg(bench);
  await brake.ride(45);
  const watts = await brake.ride(10);
  assert(Math.abs(watts - 220) < 15, `${watts} W`);
  assert.equal(bench.live("targetPowerWatts"), 220);
});

Deno.test("a software ERG changes its level by a few percent a second, and never overshoots far", async () => {
  await using bench = new TestBench();
  const brake = await startErg(bench);
  const from = brake.levels.length + 1;
  await brake.ride(90);
  const levels = brake.levels.slice(from);
  levels.forEach((level, index) => {
    const before = levels[index - 1] ?? level;
    assert(level - before <= 4 && before - level <= 7, `${before} ${level}`);
  });
  assert(Math.max(...brake.powers.slice(from)) < 260);
});

Deno.test("a rider who fades is spared, released below 30 rpm, and led back over seconds", async () => {
  await using bench = new TestBench();
  const brake = await startErg(bench);
  await brake.ride(50);
  const steady = brake.levels.at(-1) ?? 0;
  brake.cadenceRpm = 50;
  await brake.ride(10);
  assert((brake.levels.at(-1) ?? 100) <= steady, "it got harder");
  brake.cadenceRpm = 25;
  await brake.ride(3);
  assert.equal(brake.levels.at(-1), 0);
  brake.cadenceRpm = 85;
  await brake.ride(4);
  assert((brake.powers.at(-1) ?? 999) < 160, "it came back at once");
  await brake.ride(50);
  assert(Math.abs((brake.powers.at(-1) ?? 0) - 220) < 15);
});

Deno.test("a resistance ends a software ERG", async () => {
  await using bench = new TestBench();
  const brake = await startErg(bench);
  await brake.ride(10);
  assert.equal(await bench.set("resistancePercent", 12), 12);
  await brake.ride(20);
  assert.equal(brake.levels.at(-1), 12);
});

/** A trainer that reads 10 % more than the meter, and holds its own target. */
async function startMatch(bench: TestBench, given: Record<string, string>) {
  const bike = bench.add({ ...TRAINER, services: ["fitnessMachine"] });
  const meter = bench.add(CRANK);
  let target = 0;
  const targets: number[] = [];
  bike.answers["2ad9"] = (hex) => {
    if (hex.startsWith("05")) {
      target = parseInt(hex.slice(4, 6) + hex.slice(2, 4), 16);
      targets.push(target);
    }
    return FTMS_SUCCESS(hex);
  };
  await bench.start(trainer, { options: checkOptions(trainer, given) });
  await bench.start(power);
  const ride = async (seconds: number, factor = 0.9) => {
    for (let second = 0; second < seconds; second++) {
      bike.notify("2ad2", frame(85, target));
      const read = Math.round(target * factor);
      const hex = Uint8Array.of(0, 0, read & 0xff, read >> 8).toHex();
      meter.notify("2a63", hex);
      await bench.pass(1000);
    }
    return Math.round(target * factor);
  };
  return { ride, targets };
}

Deno.test("power match makes the power meter read the target", async () => {
  await using bench = new TestBench();
  const { ride } = await startMatch(bench, { "power-match": "on" });
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  const read = await ride(90);
  assert(Math.abs(read - 200) <= 4, `${read} W`);
  assert.equal(bench.live("targetPowerWatts"), 200);
});

Deno.test("power match corrects by 20 % at most, and nothing unless it is on", async () => {
  await using bench = new TestBench();
  const { ride, targets } = await startMatch(bench, { "power-match": "on" });
  await bench.set("targetPowerWatts", 200);
  await ride(200, 0.5);
  assert.equal(Math.max(...targets), 240);
  await using plain = new TestBench();
  const off = await startMatch(plain, {});
  await plain.set("targetPowerWatts", 200);
  await off.ride(60);
  assert.deepEqual(off.targets, [200]);
});
