/**
 * Odd trainers over the bus: what is written to them, and how they answer.
 *
 * @module
 */
import assert from "node:assert/strict";
import { driver as climb } from "#drivers/climb.ts";
import { driver as fan } from "#drivers/fan.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import type { ActuatorName } from "#lib/bike/values.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { encodeTacxMessage } from "#lib/gatt/tacx_fec.ts";
import {
  FAN,
  FTMS_SUCCESS,
  HEADWIND_SUCCESS,
  KICKR,
  SNAP,
  TACX,
  TRAINER,
  WAHOO_SUCCESS,
} from "../../../drivers/devices.ts";
import type { Answer, DeviceScript } from "../../../drivers/scripted_device.ts";
import { BusBench } from "./bus_bench.ts";
import { test } from "./setup.ts";

/** A trainer that has control. */
async function startTrainer(script: DeviceScript = TRAINER) {
  const bench = await BusBench.start([script]);
  const device = bench.device(script);
  await bench.connect(trainer);
  await bench.until("control", () => device.written.length === 2);
  return {
    bench,
    device,
    commands: () => device.writtenTo("2ad9").slice(2),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

test("control that a machine has taken away is asked for with the next command, over the bus", async () => {
  await using rig = await startTrainer();
  const { bench, device, commands } = rig;
  // Values arrive in order: the ride is there once the status is.
  device.notify("2ada", "ff");
  device.notify("2ad2", "4400b80baa00b400");
  await bench.hear("powerWatts", 180);
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  assert.deepEqual(commands(), ["00", "07", "05c800"]);
});

for (const result of ["04", "05"]) {
  test(`a machine that answers ${result} until it was started gets control, start and command, over the bus`, async () => {
    await using rig = await startTrainer();
    const { bench, device, commands } = rig;
    let isStarted = false;
    device.answers["2ad9"] = (hex) => {
      isStarted ||= hex === "07";
      return hex.length > 2 && !isStarted
        ? `80${hex.slice(0, 2)}${result}`
        : FTMS_SUCCESS(hex);
    };
    assert.equal(await bench.set("targetPowerWatts", 200), 200);
    assert.deepEqual(commands(), ["05c800", "00", "07", "05c800"]);
  });
}

test("a machine whose range goes beyond 2000 W takes more, over the bus", async () => {
  await using rig = await startTrainer({
    ...TRAINER,
    values: { ...TRAINER.values, "2ad8": "0000c4090100" },
  });
  const { bench, commands } = rig;
  assert.equal(await bench.set("targetPowerWatts", 2400), 2400);
  await assert.rejects(bench.set("targetPowerWatts", 2501), {
    code: "out_of_range",
  });
  assert.deepEqual(commands(), ["056009"]);
});

/** A device whose answer to its first command comes while the second is on its way. */
interface LateAnswer {
  readonly definition: DriverDefinition;
  readonly script: DeviceScript;
  /** Short name of where commands are written to. */
  readonly point: string;
  /** How it carries commands out. */
  readonly success: Answer;
  readonly actuator: Exclude<ActuatorName, "simulation">;
  /** The first command is written so often before it is given up. */
  readonly tries: number;
  /** What changes nothing and is written in between, with its answer. */
  readonly barrier: readonly [written: string, answer: string];
  /** What is written for 10 and for 5, in that order. */
  readonly commands: readonly [late: string, next: string];
  /** Success of the late command. */
  readonly late: string;
  /** Refusal of the next one. */
  readonly refusal: string;
}

const LATE_ANSWERS: readonly LateAnswer[] = [{
  definition: trainer,
  script: TRAINER,
  point: "2ad9",
  success: FTMS_SUCCESS,
  actuator: "targetPowerWatts",
  tries: 1,
  barrier: ["00", "800001"],
  commands: ["050a00", "050500"],
  late: "800501",
  refusal: "800503",
}, {
  definition: trainer,
  script: { ...SNAP, name: "KICKR 77" },
  point: "a026e005",
  success: WAHOO_SUCCESS,
  actuator: "targetPowerWatts",
  tries: 1,
  barrier: ["20eefc", "012002"],
  commands: ["420a00", "420500"],
  late: "014201000a00",
  refusal: "0242",
}, {
  definition: climb,
  script: KICKR,
  point: "a026e037",
  success: (hex) => `fe${hex}01`,
  actuator: "inclinePercent",
  tries: 1,
  barrier: ["67", "fe670100"],
  commands: ["66e803", "66f401"],
  late: "fe6601",
  refusal: "fe6605",
}, {
  definition: fan,
  script: FAN,
  point: "a026e038",
  success: HEADWIND_SUCCESS,
  actuator: "fanPercent",
  tries: 3,
  barrier: ["01", "fe01010a"],
  commands: ["020a", "0205"],
  late: "fe02010a",
  refusal: "fe0202",
}];

for (const one of LATE_ANSWERS) {
  test(`a late answer of ${one.script.name} is not taken for that of the next command, over the bus`, async () => {
    await using bench = await BusBench.start([one.script]);
    const device = bench.device(one.script);
    await bench.connect(one.definition);
    const [late, next] = one.commands;
    await giveUp(bench, one);
    const [barrier, answer] = one.barrier;
    device.answers[one.point] = (hex) =>
      hex === barrier
        ? [one.late, answer]
        : hex === next
        ? one.refusal
        : one.success(hex);
    await assert.rejects(bench.set(one.actuator, 5), DeviceError);
    const written = device.writtenTo(one.point);
    assert.deepEqual(written.slice(-3), [late, barrier, next]);
  });
}

/** Commands 10, which gets no answer in time. */
async function giveUp(bench: BusBench, one: LateAnswer): Promise<void> {
  const { actuator, point, tries, commands: [late], success } = one;
  const device = bench.device(one.script);
  const times = () => device.writtenTo(point).filter((hex) => hex === late);
  device.answers[point] = (hex) => hex === late ? undefined : success(hex);
  const outcome = bench.app.set(actuator, 10).catch((error) => {
    assert(error instanceof TimeoutError);
  });
  for (let tried = 1; tried <= tries; tried++) {
    await bench.until(`try ${tried}`, () => times().length === tried);
    await bench.clock.advance(3000 / tries);
  }
  await outcome;
}

/** The fate of the last target power, as page 71 gives it. */
function fate(commandStatus: "pass" | "fail", sequence: number): string {
  return encodeTacxMessage({
    messageId: 0x4e,
    name: "commandStatus",
    lastCommand: 49,
    sequence,
    commandStatus,
    data: new Uint8Array(4),
  }).toHex();
}

test("the fate of an FE-C command goes by its sequence number, over the bus", async () => {
  await using bench = await BusBench.start([TACX]);
  const device = bench.device(TACX);
  const isQuestion = (hex: string) => hex.startsWith("a4094f0546");
  await bench.connect(trainer);
  device.answers["fec3"] = (hex) =>
    isQuestion(hex) ? fate("pass", 7) : undefined;
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  device.answers["fec3"] = (hex) =>
    isQuestion(hex) ? [fate("pass", 7), fate("fail", 8)] : undefined;
  await assert.rejects(bench.set("targetPowerWatts", 210), /answered fail/);
});
