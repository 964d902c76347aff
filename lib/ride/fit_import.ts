/**
 * A ride from a FIT activity.
 *
 * @module
 */
import { FileError } from "#lib/base/store_errors.ts";
import { FIT_EPOCH_MS, FIT_MESSAGE } from "./fit_file.ts";
import { type FitMessage, readFit } from "./fit_reader.ts";
import type { RideMetric, Sample } from "./sample.ts";

/** The fields of a record that are read: number, metric, and what they are divided by. */
const RECORD_FIELDS: readonly (readonly [number, RideMetric, number])[] = [
  [7, "power", 1],
  [3, "heartrate", 1],
  [4, "cadence", 1],
  [5, "distance", 100],
  [9, "grade", 100],
  [10, "resistance", 2.54],
];

const SPEED = 6;
const ENHANCED_SPEED = 73;
const TIMESTAMP = 253;

/**
 * Reads the samples of a FIT activity.
 *
 * @param bytes The file's bytes.
 * @param file Its name, for errors.
 * @param bike Id of the bike that they are stored for.
 * @returns Samples; a value that a record lacks ends what held before.
 * @throws {FileError} If it is no FIT activity, is cut off, or a checksum is wrong.
 */
export function parseFit(
  bytes: Uint8Array,
  file: string,
  bike: string,
): readonly Sample[] {
  const samples: Sample[] = [];
  let beats: number[] = [];
  let timeMs: number | undefined;
  const flushBeats = () => {
    const at = samples.findLastIndex(({ metric }) => metric === "heartrate");
    const sample = samples[at];
    if (sample && beats.length > 0) {
      samples[at] = { ...sample, beatsMs: beats };
    }
    beats = [];
  };
  for (const message of readFit(bytes, file)) {
    if (message.message === FIT_MESSAGE.hrv) beats.push(...beatsOf(message));
    if (message.message !== FIT_MESSAGE.record) continue;
    flushBeats();
    const time = numberOf(message, TIMESTAMP);
    if (time === undefined) continue;
    timeMs = FIT_EPOCH_MS + time * 1000;
    samples.push(...samplesOf(message, bike, timeMs));
  }
  flushBeats();
  if (samples.length > 0) return samples;
  throw new FileError(
    `Cannot read "${file}": it has no records, expected a FIT activity`,
    file,
  );
}

function samplesOf(
  message: FitMessage,
  bike: string,
  timeMs: number,
): readonly Sample[] {
  const values = RECORD_FIELDS.map(([number, metric, scale]) =>
    [metric, divided(numberOf(message, number), scale)] as const
  ).map(([metric, value]) =>
    // A heart rate of 0 is a strap that nobody wears.
    [metric, metric === "heartrate" && value === 0 ? null : value] as const
  );
  const speed = numberOf(message, ENHANCED_SPEED) ?? numberOf(message, SPEED);
  return [...values, ["speed", divided(speed, 1000)] as const].map((
    [metric, value],
  ) => ({ bike, metric, timeMs, value }));
}

function divided(value: number | undefined, scale: number): number | null {
  return value === undefined ? null : value / scale;
}

function numberOf(
  { fields }: FitMessage,
  number: number,
): number | undefined {
  const value = fields.get(number);
  return typeof value === "number" ? value : undefined;
}

function beatsOf({ fields }: FitMessage): readonly number[] {
  const value = fields.get(0) ?? [];
  return typeof value === "number" ? [value] : value;
}
