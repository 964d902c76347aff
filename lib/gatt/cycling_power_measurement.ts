/**
 * Cycling Power Measurement, 0x2A63.
 *
 * @module
 */
import { bitsOf, hasBit } from "./bits.ts";
import { sint16, UINT16, uint16, uint8 } from "./fields.ts";
import {
  ALWAYS,
  FlagRecord,
  markedValue,
  nested,
  value,
  whenSet,
} from "./flag_record.ts";
import type { Flaws } from "./flaws.ts";
import { packed, several } from "./record_nests.ts";
import {
  CRANK_COUNTER,
  type Revolutions,
  WHEEL_COUNTER,
} from "./revolutions.ts";
import { RIDER_POWER } from "./rider_limits.ts";
import { number } from "./scales.ts";

/** Largest and smallest force on the crank within one turn. */
export interface ExtremeForces {
  /** -32768 to 32767 N. */
  readonly maximumForceNewtons?: number;
  /** -32768 to 32767 N. */
  readonly minimumForceNewtons?: number;
}

/** Largest and smallest torque on the crank within one turn. */
export interface ExtremeTorques {
  /** -1024 to 1023.96875 Nm, in steps of 1/32. */
  readonly maximumTorqueNewtonMeters?: number;
  /** -1024 to 1023.96875 Nm, in steps of 1/32. */
  readonly minimumTorqueNewtonMeters?: number;
}

/** Where in the turn the extremes were. */
export interface ExtremeAngles {
  /** Angle of the largest magnitude, 0 to 360 degrees. */
  readonly maximumAngleDegrees?: number;
  /** Angle of the smallest magnitude, 0 to 360 degrees. */
  readonly minimumAngleDegrees?: number;
}

/** One notification of a power meter (Cycling Power Service 1.1, section 3.2). */
export interface CyclingPowerMeasurement extends Flaws {
  /** The flags as decoded, 0 to 65535; encoders work them out. */
  readonly flags?: number;
  /** Power, -500 to 4094 W; negative while pedalling backwards. Left out if impossible. */
  readonly powerWatts?: number;
  /** Share of one pedal, 0 to 100 %, in steps of 0.5. */
  readonly balancePercent?: number;
  /** Which pedal the share belongs to. */
  readonly balanceReference?: "left" | "unknown";
  /** Torque since the start, 0 to 2047.96875 Nm, in steps of 1/32; it wraps. */
  readonly accumulatedTorqueNewtonMeters?: number;
  /** Where the torque is measured. */
  readonly torqueSource?: "wheel" | "crank";
  /** The wheel; its ticks are 1/2048 s. */
  readonly wheel?: Revolutions;
  /** The crank; its ticks are 1/1024 s. */
  readonly crank?: Revolutions;
  /** Extreme forces within the last turn. */
  readonly forces?: ExtremeForces;
  /** Extreme torques within the last turn. */
  readonly torques?: ExtremeTorques;
  /** Angles of the extremes. */
  readonly angles?: ExtremeAngles;
  /** Crank angle of the top dead spot, 0 to 360 degrees. */
  readonly topDeadSpotDegrees?: number;
  /** Crank angle of the bottom dead spot, 0 to 360 degrees. */
  readonly bottomDeadSpotDegrees?: number;
  /** Energy since the start, 0 to 65535 kJ. */
  readonly accumulatedEnergyKilojoules?: number;
  /** Whether the sensor asks for a zero offset. */
  readonly offsetCompensation: boolean;
}

const OFFSET_COMPENSATION = 12;

const ANGLE = number({ maximum: 360 });
const TORQUE = number({ divisor: 32 });

const RECORD = new FlagRecord<CyclingPowerMeasurement>({
  subject: "cycling power measurement",
  flags: UINT16,
  begin: (flags) => ({
    flags,
    offsetCompensation: hasBit(flags, OFFSET_COMPENSATION),
  }),
  flagsOf: ({ offsetCompensation }) =>
    bitsOf({ [OFFSET_COMPENSATION]: offsetCompensation }),
  head: value(ALWAYS, "powerWatts", sint16(number(RIDER_POWER))),
  parts: [
    markedValue(
      0,
      "balancePercent",
      uint8(number({ divisor: 2, maximum: 200 })),
      { bit: 1, key: "balanceReference", meanings: ["unknown", "left"] },
    ),
    markedValue(2, "accumulatedTorqueNewtonMeters", uint16(TORQUE), {
      bit: 3,
      key: "torqueSource",
      meanings: ["wheel", "crank"],
    }),
    nested(4, "wheel", WHEEL_COUNTER),
    nested(5, "crank", CRANK_COUNTER),
    nested(
      6,
      "forces",
      several({
        maximumForceNewtons: sint16(),
        minimumForceNewtons: sint16(),
      }),
    ),
    nested(
      7,
      "torques",
      several({
        maximumTorqueNewtonMeters: sint16(TORQUE),
        minimumTorqueNewtonMeters: sint16(TORQUE),
      }),
    ),
    nested(
      8,
      "angles",
      packed({
        maximumAngleDegrees: { position: 0, width: 12, scale: ANGLE },
        minimumAngleDegrees: { position: 12, width: 12, scale: ANGLE },
      }),
    ),
    value(whenSet(9), "topDeadSpotDegrees", uint16(ANGLE)),
    value(whenSet(10), "bottomDeadSpotDegrees", uint16(ANGLE)),
    value(whenSet(11), "accumulatedEnergyKilojoules", uint16()),
  ],
});

/**
 * Decodes a notification of characteristic 0x2A63.
 *
 * @param bytes The characteristic's value.
 * @returns The measurement; feed its counters to `CyclingRates` for speed and cadence.
 * @throws {FrameError} If the value ends before its power does.
 *
 * @example Usage
 * ```ts
 * import { decodeCyclingPowerMeasurement } from "#lib/gatt/cycling_power_measurement.ts";
 * import assert from "node:assert/strict";
 *
 * const value = decodeCyclingPowerMeasurement(Uint8Array.of(0, 0, 0xf6, 0xff));
 * assert.equal(value.powerWatts, -10);
 * ```
 */
export function decodeCyclingPowerMeasurement(
  bytes: Uint8Array,
): CyclingPowerMeasurement {
  return RECORD.decode(bytes);
}

/**
 * Encodes a notification of characteristic 0x2A63.
 *
 * @param value The measurement.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a number is missing or impossible.
 */
export function encodeCyclingPowerMeasurement(
  value: CyclingPowerMeasurement,
): Uint8Array {
  return RECORD.encode(value);
}
