/**
 * Cycling Power Measurement, 0x2A63.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOf, hasBit } from "#lib/gatt/bits.ts";
import { bits } from "#lib/gatt/groups.ts";
import { number } from "#lib/gatt/scales.ts";
import {
  readCrank,
  readWheel,
  type Revolutions,
  writeCrank,
  writeWheel,
} from "#lib/gatt/revolutions.ts";
import { type Trailing, trailing } from "#lib/gatt/trailing.ts";

/** Largest and smallest force on the crank within one turn. */
export interface ExtremeForces {
  /** -32768 to 32767 N. */
  readonly maximumForceNewtons: number;
  /** -32768 to 32767 N. */
  readonly minimumForceNewtons: number;
}

/** Largest and smallest torque on the crank within one turn. */
export interface ExtremeTorques {
  /** -1024 to 1023.96875 Nm, in steps of 1/32. */
  readonly maximumTorqueNewtonMeters: number;
  /** -1024 to 1023.96875 Nm, in steps of 1/32. */
  readonly minimumTorqueNewtonMeters: number;
}

/** Where in the turn the extremes were. */
export interface ExtremeAngles {
  /** Angle of the largest magnitude, 0 to 360 degrees. */
  readonly maximumAngleDegrees: number;
  /** Angle of the smallest magnitude, 0 to 360 degrees. */
  readonly minimumAngleDegrees: number;
}

/** One notification of a power meter (Cycling Power Service 1.1, section 3.2). */
export interface CyclingPowerMeasurement extends Trailing {
  /** The flags as decoded, 0 to 65535; encoders work them out. */
  readonly flags?: number;
  /** Power, -32768 to 32767 W; negative while pedalling backwards. */
  readonly powerWatts: number;
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

const BALANCE = 0;
const BALANCE_IS_LEFT = 1;
const TORQUE = 2;
const TORQUE_IS_CRANK = 3;
const WHEEL = 4;
const CRANK = 5;
const FORCES = 6;
const TORQUES = 7;
const ANGLES = 8;
const TOP_DEAD_SPOT = 9;
const BOTTOM_DEAD_SPOT = 10;
const ENERGY = 11;
const OFFSET_COMPENSATION = 12;

const ANGLE = number({ maximum: 360 });
const ANGLE_GROUP = bits<ExtremeAngles>(24, {
  maximumAngleDegrees: { position: 0, width: 12, scale: ANGLE },
  minimumAngleDegrees: { position: 12, width: 12, scale: ANGLE },
});

/**
 * Decodes a notification of characteristic 0x2A63.
 *
 * @param bytes The characteristic's value.
 * @returns The measurement; feed its counters to `CyclingRates` for speed and cadence.
 * @throws {FrameError} If the value is shorter than its flags say, or a
 * balance or an angle is impossible.
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
  const reader = new ByteReader(bytes, "cycling power measurement");
  const flags = reader.uint16();
  return {
    flags,
    powerWatts: reader.sint16(),
    ...(hasBit(flags, BALANCE) && readBalance(reader, flags)),
    ...(hasBit(flags, TORQUE) && readTorque(reader, flags)),
    ...(hasBit(flags, WHEEL) && { wheel: readWheel(reader) }),
    ...(hasBit(flags, CRANK) && { crank: readCrank(reader) }),
    ...readExtremes(reader, flags),
    ...(hasBit(flags, TOP_DEAD_SPOT) &&
      { topDeadSpotDegrees: readAngle(reader) }),
    ...(hasBit(flags, BOTTOM_DEAD_SPOT) &&
      { bottomDeadSpotDegrees: readAngle(reader) }),
    ...(hasBit(flags, ENERGY) &&
      { accumulatedEnergyKilojoules: reader.uint16() }),
    offsetCompensation: hasBit(flags, OFFSET_COMPENSATION),
    ...trailing(reader),
  };
}

function readBalance(reader: ByteReader, flags: number) {
  const { offset } = reader;
  const balancePercent = reader.uint8() / 2;
  if (balancePercent > 100) throw reader.error("a share up to 100 %", offset);
  const balanceReference: "left" | "unknown" = hasBit(flags, BALANCE_IS_LEFT)
    ? "left"
    : "unknown";
  return { balancePercent, balanceReference };
}

function readTorque(reader: ByteReader, flags: number) {
  const torqueSource: "wheel" | "crank" = hasBit(flags, TORQUE_IS_CRANK)
    ? "crank"
    : "wheel";
  return { accumulatedTorqueNewtonMeters: reader.uint16() / 32, torqueSource };
}

function readExtremes(reader: ByteReader, flags: number) {
  return {
    ...(hasBit(flags, FORCES) && {
      forces: {
        maximumForceNewtons: reader.sint16(),
        minimumForceNewtons: reader.sint16(),
      },
    }),
    ...(hasBit(flags, TORQUES) && {
      torques: {
        maximumTorqueNewtonMeters: reader.sint16() / 32,
        minimumTorqueNewtonMeters: reader.sint16() / 32,
      },
    }),
    ...(hasBit(flags, ANGLES) && { angles: ANGLE_GROUP.read(reader) }),
  };
}

function readAngle(reader: ByteReader): number {
  const { offset } = reader;
  const degrees = reader.uint16();
  if (degrees > 360) throw reader.error("an angle up to 360 degrees", offset);
  return degrees;
}

/**
 * Encodes a notification of characteristic 0x2A63.
 *
 * @param value The measurement.
 * @returns The characteristic's value.
 * @throws {RangeError} If a number does not fit its field.
 * @throws {PayloadError} If an extreme angle is impossible.
 */
export function encodeCyclingPowerMeasurement(
  value: CyclingPowerMeasurement,
): Uint8Array {
  const writer = new ByteWriter().uint16(flagsOf(value));
  writer.sint16(value.powerWatts);
  const { balancePercent: balance, forces, torques, angles } = value;
  const { accumulatedTorqueNewtonMeters: torque } = value;
  if (balance !== undefined) writer.uint8(Math.round(balance * 2));
  if (torque !== undefined) writer.uint16(Math.round(torque * 32));
  writeWheel(writer, value.wheel);
  writeCrank(writer, value.crank);
  if (forces !== undefined) {
    writer.sint16(forces.maximumForceNewtons);
    writer.sint16(forces.minimumForceNewtons);
  }
  if (torques !== undefined) {
    writer.sint16(Math.round(torques.maximumTorqueNewtonMeters * 32));
    writer.sint16(Math.round(torques.minimumTorqueNewtonMeters * 32));
  }
  if (angles !== undefined) ANGLE_GROUP.write(writer, { ...angles });
  for (
    const last of [
      value.topDeadSpotDegrees,
      value.bottomDeadSpotDegrees,
      value.accumulatedEnergyKilojoules,
    ]
  ) {
    if (last !== undefined) writer.uint16(last);
  }
  return writer.toBytes();
}

function flagsOf(value: CyclingPowerMeasurement): number {
  return bitsOf({
    [BALANCE]: value.balancePercent !== undefined,
    [BALANCE_IS_LEFT]: value.balanceReference === "left",
    [TORQUE]: value.accumulatedTorqueNewtonMeters !== undefined,
    [TORQUE_IS_CRANK]: value.torqueSource === "crank",
    [WHEEL]: value.wheel !== undefined,
    [CRANK]: value.crank !== undefined,
    [FORCES]: value.forces !== undefined,
    [TORQUES]: value.torques !== undefined,
    [ANGLES]: value.angles !== undefined,
    [TOP_DEAD_SPOT]: value.topDeadSpotDegrees !== undefined,
    [BOTTOM_DEAD_SPOT]: value.bottomDeadSpotDegrees !== undefined,
    [ENERGY]: value.accumulatedEnergyKilojoules !== undefined,
    [OFFSET_COMPENSATION]: value.offsetCompensation,
  });
}
