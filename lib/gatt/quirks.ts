/**
 * How models and firmwares differ from the specification: looked up in a
 * table, so that drivers hold no branch for a model.
 *
 * @module
 */
import {
  DEFAULT_QUIRKS,
  type DeviceIdentity,
  type QuirkRow,
  type Quirks,
} from "./quirk.ts";
import { QUIRK_ROWS } from "./quirk_rows.ts";

/**
 * Looks up how a device differs from the specification.
 *
 * @param identity What the device says of itself.
 * @returns All quirks, with the specification's value where nothing differs.
 *
 * @example Usage
 * ```ts
 * import { quirksOf } from "#lib/gatt/quirks.ts";
 * import assert from "node:assert/strict";
 *
 * assert(quirksOf({ manufacturer: "Stages Cycling" }).resultOptional);
 * assert.equal(quirksOf({ name: "KICKR 1234" }).targetPowerIntervalMs, 2000);
 * ```
 */
export function quirksOf(
  identity: DeviceIdentity,
  rows: readonly QuirkRow[] = QUIRK_ROWS,
): Quirks {
  return quirkRowsOf(identity, rows).reduce<Quirks>(
    (quirks, row) => ({ ...quirks, ...row.quirks }),
    DEFAULT_QUIRKS,
  );
}

/**
 * Lists the rows that hold for a device.
 *
 * @param identity What the device says of itself.
 * @returns The rows; later ones win.
 */
export function quirkRowsOf(
  identity: DeviceIdentity,
  rows: readonly QuirkRow[] = QUIRK_ROWS,
): readonly QuirkRow[] {
  return rows.filter((row) => isMeant(row, identity));
}

/**
 * Says why a row holds for a device.
 *
 * @returns Its conditions, for example `name begins with "KICKR SNAP"`.
 */
export function reasonOf({ device, firmwareFrom, firmwareBefore }: QuirkRow) {
  const conditions = Object.entries(device).map(([part, prefix]) =>
    `${part} begins with "${prefix}"`
  );
  return [
    ...conditions,
    ...(firmwareFrom === undefined ? [] : [`firmware from ${firmwareFrom}`]),
    ...(firmwareBefore === undefined
      ? []
      : [`firmware before ${firmwareBefore}`]),
  ].join(", ");
}

function isMeant(row: QuirkRow, identity: DeviceIdentity): boolean {
  const { name, manufacturer, model, firmware } = row.device;
  const pairs = [
    [identity.name, name],
    [identity.manufacturer, manufacturer],
    [identity.model, model],
    [identity.firmware, firmware],
  ] as const;
  return pairs.every(([said, prefix]) =>
    prefix === undefined ||
    said?.toLowerCase().startsWith(prefix.toLowerCase()) === true
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
