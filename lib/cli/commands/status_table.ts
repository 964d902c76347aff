/**
 * The status of a bike, as a person reads it.
 *
 * @module
 */
import type { BikeStatus, DeviceLine } from "#lib/app/bike_status.ts";

const HEADINGS = [
  "DEVICE",
  "DRIVER",
  "STATE",
  "LAST SEEN",
  "BATTERY",
  "SIGNAL",
  "NOTE",
];

/**
 * Writes the status of a bike.
 *
 * @param status How the bike is.
 * @param now The time of day, in milliseconds since 1970-01-01 UTC.
 * @returns Lines: the bike, then a table of its devices.
 *
 * @example Usage
 * ```ts
 * import { formatStatus } from "#lib/cli/commands/status_table.ts";
 * import assert from "node:assert/strict";
 *
 * const unknown = { version: undefined, timestamp: undefined, uptimeSeconds: undefined, memoryBytes: undefined };
 * assert.deepEqual(
 *   formatStatus({ bike: "000001", state: "unknown", devices: [], ...unknown }),
 *   ["bike 000001 is unknown"],
 * );
 * ```
 */
export function formatStatus(
  status: BikeStatus,
  now: number = Date.now(),
): readonly string[] {
  const { bike, state, devices } = status;
  const { version, uptimeSeconds, memoryBytes, timestamp } = status;
  const nowSeconds = now / 1000;
  const ageSeconds = Math.max(0, nowSeconds - (timestamp ?? nowSeconds));
  const ranSeconds = state === "online" ? ageSeconds : 0;
  const parts = [
    `bike ${bike} is ${state}`,
    version && `smartbike ${version}`,
    uptimeSeconds !== undefined && `up ${span(uptimeSeconds + ranSeconds)}`,
    memoryBytes !== undefined && `${Math.round(memoryBytes / 2 ** 20)} MiB`,
    timestamp !== undefined && `reported ${span(ageSeconds)} ago`,
  ].filter(Boolean);
  const line = parts.join(", ");
  return devices.length === 0 ? [line] : [
    line,
    ...table(devices, { nowSeconds, reportSeconds: nowSeconds - ageSeconds }),
  ];
}

/** Times of day, in seconds since 1970-01-01 UTC. */
interface Times {
  readonly nowSeconds: number;
  /** When the bike reported last when its devices were seen. */
  readonly reportSeconds: number;
}

function table(
  devices: readonly DeviceLine[],
  times: Times,
): readonly string[] {
  const rows = [HEADINGS, ...devices.map((device) => cells(device, times))];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")
      .trimEnd()
  );
}

function cells(
  device: DeviceLine,
  { nowSeconds, reportSeconds }: Times,
): readonly string[] {
  const { id, driver = "-", state, lastSeen, batteryPercent, signalDbm } =
    device;
  // A device that is there has been seen since the report: what counts is how old the sight was then.
  const atSeconds = state === "online" ? reportSeconds : nowSeconds;
  return [
    id,
    driver,
    state,
    lastSeen === undefined ? "-" : ago(lastSeen, atSeconds),
    batteryPercent === undefined ? "-" : `${batteryPercent} %`,
    signalDbm === undefined ? "-" : `${signalDbm} dBm`,
    state === "online" ? device.notes.join("; ") : device.error ?? "",
  ];
}

function ago(seconds: number, atSeconds: number): string {
  return `${span(Math.max(0, atSeconds - seconds))} ago`;
}

function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
