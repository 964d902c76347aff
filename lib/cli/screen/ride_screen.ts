/**
 * The numbers of a bike, for a terminal.
 *
 * @module
 */
import type { BikeSnapshot, ViewValue } from "#lib/dashboard/bike_view.ts";
import type { BrokerState } from "#lib/dashboard/fleet.ts";
import type { SampleRow } from "#lib/dashboard/sample_history.ts";
import { printable } from "../output.ts";
import { drawChart } from "./block_chart.ts";

/** What is shown, and how. */
export interface RideView {
  /** The bike; undefined if nothing was heard of it. */
  readonly bike: BikeSnapshot | undefined;
  /** Id of the bike. */
  readonly bikeId: string;
  /** How the connection to the broker is. */
  readonly broker: BrokerState;
  /** The seconds of the ride. */
  readonly rows: readonly SampleRow[];
  /** The time, in milliseconds since 1970-01-01 UTC. */
  readonly nowMs: number;
}

/** How large the screen is, and whether it has colours. */
interface ScreenOptions {
  /** Its columns. */
  readonly columns: number;
  /** Whether texts may have colours. */
  readonly hasColors: boolean;
}

/** Rows of the chart. */
const CHART_ROWS = 6;

/** The widest chart, in columns. */
const MAX_CHART_COLUMNS = 120;

/** What stands left of the chart. */
const LABEL_COLUMNS = 6;

/** Why a number is not there. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["never_reported", "no device reports this"],
  ["no_new_report", "nothing new comes"],
  ["device_disconnected", "the device is gone"],
  ["bike_offline", "the bike is offline"],
  ["broker_lost", "the broker is away"],
]);

interface NumberKind {
  readonly label: string;
  readonly name: keyof BikeSnapshot["values"];
  readonly unit: string;
  readonly digits: number;
  readonly factor?: number;
}

const NUMBERS: readonly NumberKind[] = [
  { label: "power", name: "powerWatts", unit: "W", digits: 0 },
  { label: "cadence", name: "cadenceRpm", unit: "rpm", digits: 0 },
  { label: "heart rate", name: "heartRateBpm", unit: "bpm", digits: 0 },
  {
    label: "speed",
    name: "speedMetersPerSecond",
    unit: "km/h",
    digits: 1,
    factor: 3.6,
  },
  { label: "incline", name: "inclinePercent", unit: "%", digits: 1 },
  { label: "resistance", name: "resistancePercent", unit: "%", digits: 0 },
  { label: "fan", name: "fanPercent", unit: "%", digits: 0 },
];

/** Codes of a terminal that switch a style on; "0" switches all off. */
const STYLES = { bold: "1", dim: "2", green: "32", yellow: "33" } as const;

type Style = keyof typeof STYLES;

/** Says that a bike may not be there. */
export function describeSilence(bikeId: string): string {
  return `Waiting for bike ${bikeId}: nothing was heard of it yet`;
}

/**
 * Draws the numbers, the ride so far, a chart of the power, and the devices.
 *
 * @param options How large the screen is.
 * @returns Lines that fit it.
 */
export function drawRide(
  view: RideView,
  options: ScreenOptions,
): readonly string[] {
  const { hasColors } = options;
  const style = (text: string, ...styles: readonly Style[]) =>
    hasColors && styles.length > 0
      ? `\x1b[${styles.map((name) => STYLES[name]).join(";")}m${text}\x1b[0m`
      : text;
  const { bike, bikeId } = view;
  const head = headOf(view, style);
  if (!bike) {
    return [head, "", describeSilence(bikeId)];
  }
  const numbers = NUMBERS.map((kind) => {
    const value = bike.values[kind.name];
    return `  ${kind.label.padEnd(11)}${
      describe(kind, value, view.nowMs, style)
    }`;
  });
  return [
    head,
    "",
    ...numbers,
    "",
    `  ${rideText(bike)}`,
    ...chartOf(view, options, style),
    ...devicesOf(bike, style),
  ];
}

/** The numbers in one line, for what is no terminal. */
export function describeRide({ bike, bikeId, nowMs }: RideView): string {
  if (!bike) return `bike ${bikeId}: nothing was heard of it yet`;
  const parts = NUMBERS.slice(0, 4).map((kind) => {
    const text = describe(kind, bike.values[kind.name], nowMs, (text) => text);
    return `${kind.label} ${text.trim()}`;
  });
  return [`bike ${bikeId}`, ...parts, rideText(bike)].join("  ");
}

type Styler = (text: string, ...styles: readonly Style[]) => string;

function headOf({ bike, bikeId, broker, nowMs }: RideView, style: Styler) {
  const title = style(`Bike ${bikeId}`, "bold");
  if (!broker.isConnected) {
    const seconds = Math.max(0, Math.round((nowMs - broker.sinceMs) / 1000));
    return `${title}  ${style(`the broker is away, ${seconds} s`, "yellow")}`;
  }
  const presence = bike?.presence ?? "unknown";
  return `${title}  ${
    presence === "online" ? style("online", "green") : style(presence, "yellow")
  }`;
}

function describe(
  { unit, digits, factor = 1 }: NumberKind,
  { state, value, timeMs, reason }: ViewValue,
  nowMs: number,
  style: Styler,
): string {
  if (value === null) {
    const why = REASONS.get(reason ?? "") ?? "";
    return style(`${"–".padStart(6)}  ${why}`, "dim");
  }
  const text = `${(value * factor).toFixed(digits).padStart(6)} ${unit}`;
  if (state === "live") return style(text, "bold");
  const seconds = Math.round((nowMs - (timeMs ?? nowMs)) / 1000);
  return style(`${text}  ${seconds} s ago`, "dim");
}

function rideText({ ride }: BikeSnapshot): string {
  const watts = (value: number | null) =>
    value === null ? "–" : value.toFixed(0);
  const minutes = Math.floor(ride.movingSeconds / 60);
  const seconds = String(ride.movingSeconds % 60).padStart(2, "0");
  return [
    `${minutes}:${seconds}`,
    `${(ride.distanceMeters / 1000).toFixed(2)} km`,
    `${ride.workKilojoules.toFixed(0)} kJ`,
    `average ${watts(ride.averagePowerWatts)} W`,
    `normalized ${watts(ride.normalizedPowerWatts)} W`,
  ].join("  ");
}

function chartOf(
  { rows }: RideView,
  { columns }: ScreenOptions,
  style: Styler,
): readonly string[] {
  const width = Math.min(MAX_CHART_COLUMNS, columns - LABEL_COLUMNS - 2);
  if (rows.length === 0 || width < 10) return [];
  const values = rows.slice(-width).map((row) => row[1] ?? null);
  const top = Math.max(0, ...values.map((value) => value ?? 0));
  const lines = drawChart(values, { width, height: CHART_ROWS });
  return [
    "",
    ...lines.map((line, row) => {
      const label = row === 0
        ? `${Math.round(top)} W`
        : row === CHART_ROWS - 1
        ? "0 W"
        : "";
      return `${label.padStart(LABEL_COLUMNS)} ${style(line, "green")}`;
    }),
  ];
}

function devicesOf(
  { devices }: BikeSnapshot,
  style: Styler,
): readonly string[] {
  if (devices.length === 0) return [];
  const lines = devices.map(({ id, isOnline, batteryPercent }) => {
    const state = isOnline ? style("connected", "green") : style("gone", "dim");
    const battery = batteryPercent === null
      ? ""
      : `  battery ${Math.round(batteryPercent)} %`;
    return `  ${printable(id).padEnd(24)} ${state}${battery}`;
  });
  return ["", ...lines];
}
