import assert from "node:assert/strict";
import { decodeFrame } from "#lib/gatt/catalog.ts";
import { decodeCscMeasurement } from "#lib/gatt/csc_measurement.ts";
import { decodeCyclingPowerMeasurement } from "#lib/gatt/cycling_power_measurement.ts";
import { CyclingRates } from "#lib/gatt/cycling_rates.ts";
import { DirconStream } from "#lib/gatt/dircon_stream.ts";
import { decodeIndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";
import {
  type IndoorBikeRecord,
  mergeIndoorBikeData,
} from "./indoor_bike_record.ts";
import { bytesOf, type Sequence, SEQUENCES, type Step } from "./fixtures.ts";
import { partOf, PATHS } from "./names.ts";

const STALE_AFTER_MS = 3000;
const STEP_MS = 1000;
const TOLERANCE = 0.2;

/** What one device showed last, and since when. */
interface Shown {
  readonly rates: CyclingRates;
  readonly last: Map<string, { value: number | null; atMs: number }>;
}

function show({ characteristic, wheelCircumferenceM }: Sequence): Shown {
  return {
    rates: new CyclingRates({
      service: characteristic === "2a63"
        ? "cyclingPower"
        : "cyclingSpeedAndCadence",
      wheelCircumferenceMeters: wheelCircumferenceM ?? 2.105,
      staleAfterMs: STALE_AFTER_MS,
    }),
    last: new Map(),
  };
}

function assertRate(shown: Shown, key: string, wanted: unknown, atMs: number) {
  const value = key === "speedKph"
    ? shown.rates.speedKphAt(atMs)
    : shown.rates.cadenceRpmAt(atMs);
  const last = shown.last.get(key);
  if (wanted === "hold") {
    const isStale = last !== undefined && atMs - last.atMs > STALE_AFTER_MS;
    // A counter that has not turned yet says nothing, however long.
    const isKnown = last !== undefined && last.value !== null;
    assert.equal(value, isStale && isKnown ? 0 : last?.value);
    return;
  }
  if (wanted === "none") assert.equal(value, null);
  else {
    assert(typeof wanted === "number" && value !== null, key);
    assert(Math.abs(value - wanted) <= TOLERANCE, `${key} ${value}`);
  }
  shown.last.set(key, { value, atMs });
}

function assertRates(sequence: Sequence, steps: readonly Step[]) {
  const devices = new Map<string, Shown>();
  steps.forEach((step, index) => {
    const device = step.device ?? "";
    const shown = devices.get(device) ?? show(sequence);
    devices.set(device, shown);
    const atMs = step.tMs ?? index * STEP_MS;
    const bytes = bytesOf(step.hex);
    const measurement = sequence.characteristic === "2a63"
      ? decodeCyclingPowerMeasurement(bytes)
      : decodeCscMeasurement(bytes);
    shown.rates.update(measurement, atMs);
    const { powerW, ...rates } = step.expected ?? {};
    assert.equal(partOf(measurement, "powerWatts"), powerW);
    for (const [key, wanted] of Object.entries(rates)) {
      assertRate(shown, key, wanted, atMs);
    }
  });
}

function assertMerge(steps: readonly Step[]) {
  let record: IndoorBikeRecord = {};
  for (const { hex, expected = {} } of steps) {
    record = mergeIndoorBikeData(record, decodeIndoorBikeData(bytesOf(hex)));
    const renamed = Object.entries(expected).map((
      [key, value],
    ) => [PATHS[key] ?? key, value]);
    assert.deepEqual(record, Object.fromEntries(renamed));
  }
}

function assertStream({ chunks = [], expectedFrames }: Sequence) {
  const stream = new DirconStream();
  const frames = chunks.flatMap((chunk) => stream.push(bytesOf(chunk)));
  assert.deepEqual(frames.map((frame) => frame.toHex()), expectedFrames);
  assert.equal(stream.pendingBytes, 0);
}

function assertExchange(steps: readonly Step[]) {
  for (const { char = "", dir = "", hex } of steps) {
    const value = decodeFrame(
      { characteristic: char, direction: dir },
      bytesOf(hex),
    );
    assert.notEqual(partOf(value, "name"), "unknown", hex);
    assert.equal(partOf(value, "trailingBytes"), undefined, hex);
  }
}

function assertSequence(sequence: Sequence) {
  const { type, steps = [] } = sequence;
  switch (type) {
    case "rate":
    case "multiDevice":
      return assertRates(sequence, steps);
    case "mergeRecord":
      return assertMerge(steps);
    case "stream":
      return assertStream(sequence);
    case "exchange":
      return assertExchange(steps);
    default:
      assert.fail(`no test for sequences of type ${type}`);
  }
}

for (const sequence of SEQUENCES) {
  Deno.test(`the ${sequence.type} sequence ${sequence.id} gives what is expected`, () => {
    assertSequence(sequence);
  });
}

Deno.test("each frame of a recorded session decodes without a rest", async () => {
  const path = new URL("../../fixtures/gatt/session.jsonl", import.meta.url);
  const lines = (await Deno.readTextFile(path)).trim().split("\n").slice(1);
  assert(lines.length > 100);
  for (const line of lines) {
    const step: unknown = JSON.parse(line);
    assertExchange([{
      char: String(partOf(step, "char")),
      dir: String(partOf(step, "dir")),
      hex: String(partOf(step, "hex")),
    }]);
  }
});
