/**
 * A ride as a FIT activity.
 *
 * @module
 */
import {
  FIT_EPOCH_MS,
  FIT_MESSAGE,
  type FitField,
  FitWriter,
} from "./fit_file.ts";
import { type RideSummary, summarize, type SummaryOptions } from "./summary.ts";
import type { RideRecord } from "./timeline.ts";

const ACTIVITY_FILE = 4;
/** Manufacturer for what has no number of its own. */
const DEVELOPMENT = 255;
const CYCLING = 2;
const INDOOR_CYCLING = 6;
const TIMER = 0;
const START = 0;
const STOP_ALL = 4;
const LAP_EVENT = 9;
const SESSION_EVENT = 8;
const ACTIVITY_EVENT = 26;
const STOP = 1;

/**
 * Writes a FIT activity: its session is computed from the records as they are
 * written, so that both agree.
 *
 * @param records One record a second.
 * @returns The file's bytes.
 */
export function toFit(
  records: readonly RideRecord[],
  options: SummaryOptions = {},
): Uint8Array {
  const writer = new FitWriter();
  const written = records.map(asWritten);
  const summary = summarize(written, options);
  const startMs = written[0]?.timeMs ?? FIT_EPOCH_MS;
  const endMs = (written.at(-1)?.timeMs ?? startMs) + 1000;
  writer.write(FIT_MESSAGE.fileId, [
    field(0, "enum", ACTIVITY_FILE),
    field(1, "uint16", DEVELOPMENT),
    field(2, "uint16", 1),
    field(3, "uint32z", Math.floor(startMs / 1000) % 0xfffffffe + 1),
    field(4, "uint32", fitTime(startMs)),
  ]);
  writer.write(FIT_MESSAGE.event, timerEvent(startMs, START));
  for (const record of written) {
    writer.write(FIT_MESSAGE.record, recordFields(record));
    writer.writeBeats(record.beatsMs);
  }
  writer.write(FIT_MESSAGE.event, timerEvent(endMs, STOP_ALL));
  const totals = totalFields(summary, startMs, endMs);
  writer.write(FIT_MESSAGE.lap, [
    ...totals.common,
    field(0, "enum", LAP_EVENT),
    field(1, "enum", STOP),
    ...lapFields(summary),
  ]);
  writer.write(FIT_MESSAGE.session, [
    ...totals.common,
    field(0, "enum", SESSION_EVENT),
    field(1, "enum", STOP),
    ...sessionFields(summary, options),
  ]);
  writer.write(FIT_MESSAGE.activity, [
    field(253, "uint32", fitTime(endMs)),
    field(0, "uint32", summary.recordedSeconds * 1000),
    field(1, "uint16", 1),
    field(2, "enum", 0),
    field(3, "enum", ACTIVITY_EVENT),
    field(4, "enum", STOP),
  ]);
  return writer.close();
}

/** A record with the accuracy that the file has. */
function asWritten(record: RideRecord): RideRecord {
  const { speed, power, cadence, heartrate } = record;
  return {
    ...record,
    distance: Math.round(record.distance * 100) / 100,
    ...speed !== undefined && { speed: Math.round(speed * 1000) / 1000 },
    ...power !== undefined && { power: Math.max(0, Math.round(power)) },
    ...cadence !== undefined && { cadence: Math.round(cadence) },
    ...heartrate !== undefined && { heartrate: Math.round(heartrate) },
  };
}

function field(
  number: number,
  type: FitField["type"],
  value: number | undefined,
): FitField {
  return { number, type, value };
}

function fitTime(ms: number): number {
  return Math.round((ms - FIT_EPOCH_MS) / 1000);
}

function timerEvent(timeMs: number, type: number): readonly FitField[] {
  return [
    field(253, "uint32", fitTime(timeMs)),
    field(0, "enum", TIMER),
    field(1, "enum", type),
    field(4, "uint8", 0),
  ];
}

function recordFields(record: RideRecord): readonly FitField[] {
  const { timeMs, power, heartrate, cadence, speed, distance } = record;
  const { grade = record.incline, resistance } = record;
  return [
    field(253, "uint32", fitTime(timeMs)),
    field(7, "uint16", power),
    field(3, "uint8", heartrate),
    field(4, "uint8", cadence),
    field(6, "uint16", scaled(speed, 1000)),
    field(5, "uint32", distance * 100),
    field(9, "sint16", scaled(grade, 100)),
    // 0 to 254 for nothing to all that the brake can do.
    field(10, "uint8", scaled(resistance, 2.54)),
  ];
}

function totalFields(summary: RideSummary, startMs: number, endMs: number) {
  const common = [
    field(253, "uint32", fitTime(endMs)),
    field(254, "uint16", 0),
    field(2, "uint32", fitTime(startMs)),
    field(7, "uint32", summary.elapsedSeconds * 1000),
    field(8, "uint32", summary.recordedSeconds * 1000),
    field(9, "uint32", summary.distanceMeters * 100),
    field(11, "uint16", summary.energyKilocalories),
  ];
  return { common };
}

function lapFields(summary: RideSummary): readonly FitField[] {
  const { powerWatts, cadenceRpm, heartRateBpm, speedMetersPerSecond } =
    summary;
  return [
    field(13, "uint16", scaled(speedMetersPerSecond?.average, 1000)),
    field(14, "uint16", scaled(speedMetersPerSecond?.maximum, 1000)),
    field(15, "uint8", heartRateBpm?.average),
    field(16, "uint8", heartRateBpm?.maximum),
    field(17, "uint8", cadenceRpm?.average),
    field(18, "uint8", cadenceRpm?.maximum),
    field(19, "uint16", powerWatts?.average),
    field(20, "uint16", powerWatts?.maximum),
    field(25, "enum", CYCLING),
    field(39, "enum", INDOOR_CYCLING),
    field(33, "uint16", summary.normalizedPowerWatts),
    field(41, "uint32", scaled(summary.workKilojoules, 1000)),
  ];
}

function sessionFields(
  summary: RideSummary,
  { ftpWatts }: SummaryOptions,
): readonly FitField[] {
  const { powerWatts, cadenceRpm, heartRateBpm, speedMetersPerSecond } =
    summary;
  return [
    field(5, "enum", CYCLING),
    field(6, "enum", INDOOR_CYCLING),
    field(14, "uint16", scaled(speedMetersPerSecond?.average, 1000)),
    field(15, "uint16", scaled(speedMetersPerSecond?.maximum, 1000)),
    field(16, "uint8", heartRateBpm?.average),
    field(17, "uint8", heartRateBpm?.maximum),
    field(18, "uint8", cadenceRpm?.average),
    field(19, "uint8", cadenceRpm?.maximum),
    field(20, "uint16", powerWatts?.average),
    field(21, "uint16", powerWatts?.maximum),
    field(25, "uint16", 0),
    field(26, "uint16", 1),
    field(34, "uint16", summary.normalizedPowerWatts),
    field(35, "uint16", scaled(summary.trainingStressScore, 10)),
    field(36, "uint16", scaled(summary.intensityFactor, 1000)),
    field(45, "uint16", ftpWatts),
    field(48, "uint32", scaled(summary.workKilojoules, 1000)),
  ];
}

function scaled(
  value: number | undefined,
  scale: number,
): number | undefined {
  return value === undefined ? undefined : value * scale;
}
