/**
 * Rides as files.
 *
 * @module
 */
import { extname } from "node:path";
import { UsageError } from "#lib/base/errors.ts";
import { toSvg } from "#lib/ride/chart.ts";
import { toCsv } from "#lib/ride/csv_export.ts";
import { toFit } from "#lib/ride/fit_export.ts";
import { toRideJson } from "#lib/ride/json_file.ts";
import type { RideStore } from "#lib/ride/ride_store.ts";
import type { Ride, Sample } from "#lib/ride/sample.ts";
import {
  type RideSummary,
  summarize,
  type SummaryOptions,
} from "#lib/ride/summary.ts";
import { toTcx } from "#lib/ride/tcx_export.ts";
import { type RideRecord, timelineOf } from "#lib/ride/timeline.ts";

/** The files that rides are exported to. */
export const EXPORT_FORMATS = ["fit", "tcx", "csv", "json", "svg"] as const;

/** A file that rides are exported to. */
type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * Finds out which file is meant.
 *
 * @param given The format that is asked for, if any.
 * @param out The path of the file, if any; its ending says its format.
 * @returns The format; `fit` where nothing says another.
 * @throws {UsageError} If a format is none, or the ending says another.
 */
export function chooseFormat(
  given: string | undefined,
  out: string | undefined,
): ExportFormat {
  const ending = out === undefined ? "" : extname(out).slice(1);
  const meant = formatOf(ending.toLowerCase());
  if (given === undefined) {
    if (ending === "") return "fit";
    if (meant) return meant;
    throw wrongEnding(out, `.${EXPORT_FORMATS.join(", .")}, or --format`);
  }
  const format = formatOf(given);
  if (!format) {
    throw new UsageError(
      `Cannot use --format "${given}": expected ${EXPORT_FORMATS.join(", ")}`,
      "--format",
    );
  }
  if (meant === undefined || meant === format) return format;
  throw wrongEnding(out, `.${format}, as --format says`);
}

function formatOf(name: string): ExportFormat | undefined {
  return EXPORT_FORMATS.find((one) => one === name);
}

function wrongEnding(out = "", expected: string): UsageError {
  return new UsageError(
    `Cannot use --out "${out}": it ends in ${
      extname(out)
    }, expected ${expected}`,
    "--out",
  );
}

/** A ride, read from its store. */
interface WholeRide {
  /** The ride. */
  readonly ride: Ride;
  /** All that was recorded. */
  readonly samples: readonly Sample[];
  /** One record a second. */
  readonly records: readonly RideRecord[];
  /** Its figures. */
  readonly summary: RideSummary;
}

/**
 * Reads all that belongs to a ride.
 *
 * @param store Where it is kept.
 */
export async function readRide(
  store: RideStore,
  ride: Ride,
  rider: SummaryOptions,
): Promise<WholeRide> {
  const samples = await store.samples(ride);
  const records = timelineOf(samples);
  return { ride, samples, records, summary: summarize(records, rider) };
}

/**
 * Writes a ride as a file.
 *
 * @param format The kind of file.
 * @returns The file's bytes.
 */
export function exportRide(
  whole: WholeRide,
  format: ExportFormat,
  rider: SummaryOptions,
): Uint8Array {
  const { ride, records } = whole;
  const encoder = new TextEncoder();
  switch (format) {
    case "fit":
      return toFit(records, rider);
    case "tcx":
      return encoder.encode(toTcx(ride, records));
    case "csv":
      return encoder.encode(toCsv(records));
    case "json":
      return encoder.encode(toRideJson(whole));
    case "svg":
      return encoder.encode(toSvg(`Ride ${ride.id}`, records));
  }
}
