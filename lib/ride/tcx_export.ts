/**
 * A ride as a TCX activity.
 *
 * @module
 */
import type { Ride } from "./sample.ts";
import { summarize } from "./summary.ts";
import type { RideRecord } from "./timeline.ts";

const ACTIVITY = "http://www.garmin.com/xmlschemas/ActivityExtension/v2";
const DATABASE = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2";

/**
 * Writes a TCX activity of one lap.
 *
 * @param records One record a second.
 */
export function toTcx(
  { startMs }: Ride,
  records: readonly RideRecord[],
): string {
  const summary = summarize(records);
  const { heartRateBpm, cadenceRpm, speedMetersPerSecond, powerWatts } =
    summary;
  const start = isoTime(records[0]?.timeMs ?? startMs);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<TrainingCenterDatabase xmlns="${DATABASE}" xmlns:ax="${ACTIVITY}">`,
    '<Activities><Activity Sport="Biking">',
    `<Id>${start}</Id>`,
    `<Lap StartTime="${start}">`,
    `<TotalTimeSeconds>${summary.recordedSeconds}</TotalTimeSeconds>`,
    `<DistanceMeters>${summary.distanceMeters.toFixed(2)}</DistanceMeters>`,
    ...optional("MaximumSpeed", speedMetersPerSecond?.maximum, 3),
    `<Calories>${Math.round(summary.energyKilocalories)}</Calories>`,
    ...beats("AverageHeartRateBpm", heartRateBpm?.average),
    ...beats("MaximumHeartRateBpm", heartRateBpm?.maximum),
    "<Intensity>Active</Intensity>",
    ...optional("Cadence", cadenceRpm?.average, 0),
    "<TriggerMethod>Manual</TriggerMethod>",
    "<Track>",
    ...records.map(trackpoint),
    "</Track>",
    ...powerWatts
      ? [
        `<Extensions><ax:LX><ax:AvgWatts>${
          Math.round(powerWatts.average)
        }</ax:AvgWatts><ax:MaxWatts>${
          Math.round(powerWatts.maximum)
        }</ax:MaxWatts></ax:LX></Extensions>`,
      ]
      : [],
    "</Lap>",
    "</Activity></Activities>",
    "</TrainingCenterDatabase>",
  ];
  return `${lines.join("\n")}\n`;
}

function trackpoint(record: RideRecord): string {
  const { timeMs, distance, heartrate, cadence, speed, power } = record;
  const extension = [
    ...optional("ax:Speed", speed, 3),
    ...optional("ax:Watts", power, 0),
  ].join("");
  return [
    `<Trackpoint><Time>${isoTime(timeMs)}</Time>`,
    `<DistanceMeters>${distance.toFixed(2)}</DistanceMeters>`,
    ...beats("HeartRateBpm", heartrate),
    ...optional("Cadence", cadence, 0),
    extension && `<Extensions><ax:TPX>${extension}</ax:TPX></Extensions>`,
    "</Trackpoint>",
  ].join("");
}

function optional(
  name: string,
  value: number | undefined,
  digits: number,
): readonly string[] {
  return value === undefined
    ? []
    : [`<${name}>${value.toFixed(digits)}</${name}>`];
}

function beats(name: string, value: number | undefined): readonly string[] {
  return value === undefined || value < 1
    ? []
    : [`<${name}><Value>${Math.round(value)}</Value></${name}>`];
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
