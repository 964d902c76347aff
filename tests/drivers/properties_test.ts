/**
 * What holds whatever riders command and whatever devices answer.
 */
import assert from "node:assert/strict";
import { driver as climb } from "#drivers/climb.ts";
import { driver as fan } from "#drivers/fan.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { type Channel, CHANNEL_OF } from "#lib/bike/values.ts";
import { DeviceError, SmartbikeError } from "#lib/base/errors.ts";
import { attError } from "#lib/simulator/att_error.ts";
import { fc } from "../property.ts";
import { FAN, KICKR, TRAINER } from "./devices.ts";
import type { Answer, ScriptedDevice } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

/** How each value is written: where, with which op code, and how far a raw number may go. */
const WRITES = [
  { name: "inclinePercent", at: "a026e037 66", min: -1000, max: 1900 },
  { name: "resistancePercent", at: "2ad9 04", min: 0, max: 100 },
  { name: "targetPowerWatts", at: "2ad9 05", min: 0, max: 2000 },
  { name: "fanPercent", at: "a026e038 02", min: 0, max: 100 },
] as const;

type Write = (typeof WRITES)[number];

/** The raw number that stands for a value; a descent has the step that Wahoo's app adds. */
function rawOf({ name }: Write, applied: number): number {
  if (name !== "inclinePercent") return Math.round(applied);
  return Math.round(applied * 100) + (applied < 0 ? 1 : 0);
}

/** Reads one or two bytes, signed where there are two. */
function readRaw(hex: string): number {
  const bytes = Uint8Array.fromHex(hex);
  const view = new DataView(bytes.buffer);
  return bytes.length === 1 ? view.getUint8(0) : view.getInt16(0, true);
}

/** What was written last on each channel, and all that went beyond its limits. */
class Watch {
  readonly last = new Map<Channel, string>();
  readonly beyond: string[] = [];

  constructor({ written, peripheral }: ScriptedDevice) {
    peripheral.onWritten.add(() =>
      queueMicrotask(() => this.#take(written.at(-1) ?? ""))
    );
  }

  #take(text: string): void {
    const write = WRITES.find(({ at }) => text.startsWith(at));
    if (!write) return;
    const { name, at, min, max } = write;
    const raw = readRaw(text.slice(at.length));
    this.last.set(CHANNEL_OF[name], `${name} ${raw}`);
    if (!(raw >= min && raw <= max)) this.beyond.push(text);
  }
}

/** What happens: a command, time, a change of how a device answers, a connection that is lost. */
type Step =
  | { readonly what: "set"; readonly write: Write; readonly value: number }
  | { readonly what: "pass"; readonly ms: number }
  | {
    readonly what: "answer";
    readonly device: number;
    readonly answer: Answer;
  }
  | { readonly what: "notify"; readonly device: number; readonly hex: string }
  | { readonly what: "drop" | "sleep" | "wake"; readonly device: number };

const device = fc.nat({ max: 1 });
const nonsense = fc.uint8Array({ maxLength: 6 }).map((bytes) => bytes.toHex());
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constantFrom("success", "silence", "throw").map((how): Answer => (hex) => {
    if (how === "throw") throw attError("unlikelyError", "thing", "write");
    return how === "success" ? success(hex) : undefined;
  }),
  fc.integer({ min: 0, max: 255 }).map((code): Answer => (hex) =>
    success(hex)?.map((text) =>
      `${text.slice(0, 4)}${code.toString(16).padStart(2, "0")}`
    )
  ),
  nonsense.map((hex): Answer => () => hex),
);

/** What either device would say: each takes what is meant for it. */
function success(hex: string): readonly string[] | undefined {
  const opCode = hex.slice(0, 2);
  if (hex === "68" || hex === "69") return undefined;
  return [`80${opCode}01`, `fe${opCode}01${hex.slice(2)}`];
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant("set" as const),
      write: fc.constantFrom(...WRITES),
      value: fc.oneof(
        fc.integer({ min: -20, max: 2100 }),
        fc.integer({ min: -20, max: 38 }).map((half) => half / 2),
        fc.integer({ min: 0, max: 100 }),
        fc.double(),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant("pass" as const),
      ms: fc.integer({ min: 0, max: 6000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("answer" as const),
      device,
      answer,
    }),
  },
  fc.record({ what: fc.constant("notify" as const), device, hex: nonsense }),
  fc.record({
    what: fc.constantFrom("drop" as const, "sleep" as const, "wake" as const),
    device,
  }),
);

/** A trainer with tilt, a fan, and their three drivers. */
async function startRide(bench: TestBench) {
  const kickr = bench.add(KICKR);
  const headwind = bench.add(FAN);
  const watches = [new Watch(kickr), new Watch(headwind)];
  const mistakes: unknown[] = [];
  bench.host.onStatusChanged.add(({ error }) => {
    if (error !== undefined && !(error instanceof SmartbikeError)) {
      mistakes.push(error);
    }
  });
  await bench.start(trainer, { options: { control: "on" } });
  for (const driver of [climb, fan]) await bench.start(driver);
  const last = (channel: Channel) =>
    watches.map((watch) => watch.last.get(channel)).find(Boolean);
  return { devices: [kickr, headwind], watches, mistakes, last };
}

type Ride = Awaited<ReturnType<typeof startRide>>;

/** Commands the bike; where that is accepted, the device must have got just that. */
async function command(
  bench: TestBench,
  { last, mistakes }: Ride,
  write: Write,
  value: number,
): Promise<void> {
  const { name } = write;
  try {
    const applied = await bench.app.set(name, value);
    const expected = `${name} ${rawOf(write, applied)}`;
    const sent = last(CHANNEL_OF[name]);
    if (sent !== expected) mistakes.push(`${sent}, expected ${expected}`);
  } catch (error) {
    if (!(error instanceof SmartbikeError)) mistakes.push(error);
  }
}

async function take(bench: TestBench, ride: Ride, step: Step): Promise<void> {
  if (step.what === "pass") return await bench.pass(step.ms);
  if (step.what === "set") return;
  const one = ride.devices[step.device];
  assert(one);
  switch (step.what) {
    case "answer":
      for (const at of Object.keys(one.answers)) one.answers[at] = step.answer;
      break;
    case "notify":
      for (const at of ["2ad2", "2ad9", "2ada", "a026e037"]) {
        if (step.device === 0) one.notify(at, step.hex);
      }
      if (step.device === 1) one.notify("a026e038", step.hex);
      break;
    default:
      one.peripheral[step.what]();
  }
}

/** All devices follow their commands again. */
function heal({ devices }: Ride): void {
  for (const { answers, peripheral } of devices) {
    for (const at of Object.keys(answers)) answers[at] = success;
    while (!peripheral.isAwake) peripheral.wake();
  }
}

Deno.test("no commands and no answers drive an actuator past its limits or end a driver by a mistake, and what is accepted last is what the device got", async () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 40 });
  const values = fc.record({
    inclinePercent: fc.integer({ min: -20, max: 38 }).map((half) => half / 2),
    brake: fc.constantFrom(WRITES[1], WRITES[2]),
    percent: fc.integer({ min: 0, max: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(
      steps,
      values,
      async (steps, { inclinePercent, brake, percent }) => {
        await using bench = new TestBench();
        const ride = await startRide(bench);
        const commands: Promise<void>[] = [];
        for (const step of steps) {
          if (step.what === "set") {
            const { write, value } = step;
            commands.push(command(bench, ride, write, value));
          }
          await take(bench, ride, step);
        }
        heal(ride);
        await bench.pass(90_000);
        const final = [
          [WRITES[0], inclinePercent],
          [brake, percent],
          [WRITES[3], percent],
        ] as const;
        const ended = Promise.all(
          final.map(([{ name }, value]) => bench.app.set(name, value)),
        );
        const [applied] = await Promise.all([ended, bench.pass(20_000)]);
        await Promise.all(commands);
        for (const [index, [write]] of final.entries()) {
          const raw = rawOf(write, applied[index] ?? NaN);
          assert.equal(
            ride.last(CHANNEL_OF[write.name]),
            `${write.name} ${raw}`,
          );
        }
        assert.deepEqual(ride.watches.flatMap(({ beyond }) => beyond), []);
        assert.deepEqual(ride.mistakes, []);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("no range that a machine claims drives it further than was asked for", async () => {
  const range = fc.uint8Array({ maxLength: 7 }).map((bytes) => bytes.toHex());
  const targets = fc.record({
    watts: fc.integer({ min: 0, max: 2000 }),
    half: fc.integer({ min: -20, max: 38 }),
    percent: fc.integer({ min: 0, max: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.record({ "2ad5": range, "2ad6": range, "2ad8": range }),
      targets,
      async (ranges, { watts, half, percent }) => {
        await using bench = new TestBench();
        const machine = bench.add({
          ...TRAINER,
          table: { ...TRAINER.table, "2ad5": ["read"] },
          values: { "2acc": "8a4000000e200000", ...ranges },
        });
        await bench.start(trainer);
        await bench.set("targetPowerWatts", watts);
        const reported = await bench.set("resistancePercent", percent)
          .catch((error) => {
            assert(error instanceof DeviceError);
            return 0;
          });
        await bench.app.set("inclinePercent", half / 2).catch(() => {});
        await bench.pass(100);
        for (const hex of machine.writtenTo("2ad9").slice(2)) {
          const raw = readRaw(hex.slice(2));
          if (hex.startsWith("03")) assert(isBetween(raw, half * 5));
          if (hex.startsWith("04")) assert(raw >= 0 && raw <= 10_000);
          if (hex.startsWith("05")) assert(isBetween(raw, watts));
        }
        assert(reported >= 0 && reported <= 100);
      },
    ),
    { numRuns: 300 },
  );
});

/** Whether a number lies between 0 and another one. */
function isBetween(value: number, end: number): boolean {
  return value >= Math.min(0, end) && value <= Math.max(0, end);
}
