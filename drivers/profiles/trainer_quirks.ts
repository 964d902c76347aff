/**
 * How trainers can differ, and what those are called that advertise something
 * else.
 *
 * @module
 */
import type { Quirks } from "#lib/gatt/quirk.ts";
import { QUIRK_ROWS } from "#lib/gatt/quirk_rows.ts";
import type { BleNamedFilter } from "#lib/hardware/ble.ts";

/** The ways in which a trainer can differ. */
export const TRAINER_QUIRKS = [
  "control",
  "start",
  "resistanceWidth",
  "resistanceRange",
  "powerScale",
  "powerOffsetWatts",
  "speedFrom",
  "heartRateFrom",
  "stopDetection",
  "erg",
  "powerMatch",
  "targetPowerIntervalMs",
  "startTimeoutMs",
  "calibrationTimeoutMs",
  "rollingResistanceStep",
  "unansweredOpCodes",
  "resultOptional",
] as const satisfies readonly (keyof Quirks)[];

/** Trainers that advertise none of a trainer's services. */
export const TRAINER_NAMES: readonly BleNamedFilter[] = QUIRK_ROWS.flatMap(
  ({ device: { name: namePrefix }, advertises: services }) =>
    namePrefix === undefined || services === undefined
      ? []
      : [{ namePrefix, services }],
);
