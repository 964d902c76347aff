/**
 * How models and firmwares differ from the specification: data, so that
 * drivers hold no branch for a model.
 *
 * @module
 */

/** What a device tells of itself, as far as it is known. */
export interface DeviceIdentity {
  /** The advertised name. */
  readonly name?: string;
  /** Manufacturer Name String. */
  readonly manufacturer?: string;
  /** Model Number String. */
  readonly model?: string;
  /** Firmware Revision String. */
  readonly firmware?: string;
}

/** How a device differs; {@linkcode DEFAULT_QUIRKS} follows the specification. */
export interface Quirks {
  /** Bytes that a resistance level takes in a control point write. */
  readonly resistanceWidthBytes: 1 | 2;
  /** Multiplies the raw resistance level of Indoor Bike Data. */
  readonly resistanceLevelScale: number;
  /** Bytes of each number of the supported resistance level range. */
  readonly resistanceRangeWidthBytes: 1 | 2;
  /** Bytes of each number of the supported heart rate range. */
  readonly heartRateRangeWidthBytes: 1 | 2;
  /** Coefficient of rolling resistance that one raw step of Wahoo trainer control means. */
  readonly rollingResistanceStep: number;
  /** Op codes of Wahoo trainer control that get no answer. */
  readonly unansweredOpCodes: readonly number[];
  /** Whether answers of the Cycling Power Control Point may lack the result byte. */
  readonly resultOptional: boolean;
  /** Whether a descent is written one step less steep, as Wahoo's app does. */
  readonly tiltAsWahooSends: boolean;
  /** Whether cadence and power repeat for seconds after the rider stops. */
  readonly repeatsAfterStop: boolean;
  /** How long to wait for the answer to a start, in ms. */
  readonly startTimeoutMs: number;
  /** How long to wait for the answer to a calibration, in ms. */
  readonly calibrationTimeoutMs: number;
  /** Shortest time between two target powers, in ms. */
  readonly targetPowerIntervalMs: number;
}

/** A row of the table: which devices, and how they differ. */
export interface QuirkRow {
  /** What the device must tell of itself: each text is a prefix, in any case. */
  readonly device: DeviceIdentity;
  /** First firmware that differs; all up to `firmwareBefore` if left out. */
  readonly firmwareFrom?: string;
  /** First firmware that differs no more; none if left out. */
  readonly firmwareBefore?: string;
  /** How it differs. */
  readonly quirks: Partial<Quirks>;
}

/** A device that follows the specification. */
export const DEFAULT_QUIRKS: Quirks = {
  resistanceWidthBytes: 1,
  resistanceLevelScale: 1,
  resistanceRangeWidthBytes: 2,
  heartRateRangeWidthBytes: 1,
  rollingResistanceStep: 1e-4,
  unansweredOpCodes: [],
  resultOptional: false,
  tiltAsWahooSends: false,
  repeatsAfterStop: false,
  startTimeoutMs: 10_000,
  calibrationTimeoutMs: 30_000,
  targetPowerIntervalMs: 0,
};

const SIMULATION_MODE = 0x43;
const WAHOO_QUIRKS = {
  tiltAsWahooSends: true,
  repeatsAfterStop: true,
  targetPowerIntervalMs: 2000,
} as const;

/** All known differences; later rows win. */
export const QUIRK_ROWS: readonly QuirkRow[] = [
  { device: { manufacturer: "Wahoo" }, quirks: WAHOO_QUIRKS },
  { device: { name: "KICKR" }, quirks: WAHOO_QUIRKS },
  { device: { name: "Wahoo KICKR" }, quirks: WAHOO_QUIRKS },
  {
    device: { name: "KICKR SNAP" },
    quirks: { unansweredOpCodes: [SIMULATION_MODE] },
  },
  {
    device: { name: "Wahoo KICKR SNAP" },
    quirks: { unansweredOpCodes: [SIMULATION_MODE] },
  },
  { device: { manufacturer: "Stages" }, quirks: { resultOptional: true } },
  { device: { name: "DIRETO" }, quirks: { repeatsAfterStop: true } },
  {
    device: { manufacturer: "YESOUL" },
    quirks: { heartRateRangeWidthBytes: 2 },
  },
];

/**
 * Looks up how a device differs from the specification.
 *
 * @param identity What the device tells of itself.
 * @param rows The table.
 * @returns All quirks, with the specification's value where nothing differs.
 *
 * @example Usage
 * ```ts
 * import { quirksOf } from "#lib/gatt/quirks.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(quirksOf({ manufacturer: "YESOUL" }).heartRateRangeWidthBytes, 2);
 * assert.equal(quirksOf({ name: "KICKR 1234" }).targetPowerIntervalMs, 2000);
 * ```
 */
export function quirksOf(
  identity: DeviceIdentity,
  rows: readonly QuirkRow[] = QUIRK_ROWS,
): Quirks {
  return rows.filter((row) => isMeant(row, identity)).reduce<Quirks>(
    (quirks, row) => ({ ...quirks, ...row.quirks }),
    DEFAULT_QUIRKS,
  );
}

function isMeant(row: QuirkRow, identity: DeviceIdentity): boolean {
  const { name, manufacturer, model, firmware } = row.device;
  const pairs = [
    [identity.name, name],
    [identity.manufacturer, manufacturer],
    [identity.model, model],
    [identity.firmware, firmware],
  ] as const;
  return pairs.every(([told, prefix]) =>
    prefix === undefined ||
    told?.toLowerCase().startsWith(prefix.toLowerCase()) === true
  ) && isFirmwareMeant(row, identity.firmware);
}

function isFirmwareMeant(row: QuirkRow, firmware: string | undefined): boolean {
  const { firmwareFrom, firmwareBefore } = row;
  if (firmwareFrom === undefined && firmwareBefore === undefined) return true;
  if (firmware === undefined) return false;
  const isLate = firmwareFrom === undefined ||
    compareVersions(firmware, firmwareFrom) >= 0;
  const isEarly = firmwareBefore === undefined ||
    compareVersions(firmware, firmwareBefore) < 0;
  return isLate && isEarly;
}

/** Compares the numbers in two versions, from the left. */
function compareVersions(one: string, other: string): number {
  const left = numbersIn(one);
  const right = numbersIn(other);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersIn(version: string): readonly number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
