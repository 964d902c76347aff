/**
 * Rides as a person reads them.
 *
 * @module
 */
import type { Ride } from "#lib/ride/sample.ts";
import { METHODS, type RideSummary, type Spread } from "#lib/ride/summary.ts";
import { clockText, tableLines } from "./time_text.ts";

/** A ride and its figures. */
interface SummarizedRide {
  /** The ride. */
  readonly ride: Ride;
  /** Its figures. */
  readonly summary: RideSummary;
}

/**
 * Writes rides as a table.
 *
 * @returns Lines, the headings first.
 */
export function ridesTable(
  rides: readonly SummarizedRide[],
): readonly string[] {
  const rows = rides.map(({ ride, summary }) => [
    ride.id,
    ride.bike,
    new Date(ride.startMs).toISOString().slice(0, 16).replace("T", " "),
    clockText(summary.elapsedSeconds),
    `${(summary.distanceMeters / 1000).toFixed(2)} km`,
    summary.powerWatts ? `${Math.round(summary.powerWatts.average)} W` : "-",
    ride.isEnded ? "" : "not ended",
  ]);
  const headings = ["RIDE", "BIKE", "START (UTC)", "TIME", "WAY", "POWER", ""];
  return tableLines([headings, ...rows]);
}

/** Writes the figures of a ride. */
export function describeRide(
  { ride, summary }: SummarizedRide,
): readonly string[] {
  const { normalizedPowerWatts, intensityFactor, trainingStressScore } =
    summary;
  const rows: (readonly [string, string])[] = [
    ["start", new Date(ride.startMs).toISOString()],
    [
      "time",
      `${clockText(summary.elapsedSeconds)}, recorded ${
        clockText(summary.recordedSeconds)
      }, moving ${clockText(summary.movingSeconds)}`,
    ],
    ["distance", `${(summary.distanceMeters / 1000).toFixed(2)} km`],
    [
      "work",
      `${summary.workKilojoules.toFixed(0)} kJ, about ${
        summary.energyKilocalories.toFixed(0)
      } kcal`,
    ],
    ...spreadRow("power", summary.powerWatts, "W"),
    ...valueRow("normalized", normalizedPowerWatts, 0, " W"),
    ...valueRow("intensity", intensityFactor, 2, ""),
    ...valueRow("stress", trainingStressScore, 0, " TSS"),
    ...Object.entries(summary.bestPowerWatts).map(([seconds, watts]) =>
      [`best ${clockText(Number(seconds))}`, `${watts.toFixed(0)} W`] as const
    ),
    ...(summary.zoneSeconds ?? []).map((seconds, zone) =>
      [`zone ${zone + 1}`, clockText(seconds)] as const
    ),
    ...spreadRow("cadence", summary.cadenceRpm, "rpm"),
    ...spreadRow("heart rate", summary.heartRateBpm, "bpm"),
  ];
  return [
    `ride ${ride.id} of bike ${ride.bike}${ride.isEnded ? "" : ", not ended"}`,
    ...tableLines(rows),
    `normalized power: ${METHODS.normalizedPower}`,
    `pauses: ${METHODS.pauses}`,
  ];
}

function spreadRow(
  name: string,
  spread: Spread | undefined,
  unit: string,
): readonly (readonly [string, string])[] {
  if (!spread) return [];
  const { average, averageWithoutCoasting, maximum } = spread;
  return [[
    name,
    `average ${average.toFixed(0)} ${unit}, without coasting ${
      averageWithoutCoasting.toFixed(0)
    }, highest ${maximum.toFixed(0)}`,
  ]];
}

function valueRow(
  name: string,
  value: number | undefined,
  digits: number,
  unit: string,
): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, `${value.toFixed(digits)}${unit}`]];
}
