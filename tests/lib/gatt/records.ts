/**
 * The records with flags as the specifications lay them out, apart from the
 * codecs: what they are tested against.
 *
 * @module
 */
import { bytesOf } from "./fixtures.ts";

/** One field of a record. */
export interface RecordField {
  /** Name of its value in what is decoded; with a dot where it is nested. */
  readonly name: string;
  /** Its size, in bytes. */
  readonly size: number;
  /** The flag that says that it is there; none for what is always there. */
  readonly bit?: number;
  /** Set if the field is there while the flag is not set. */
  readonly isInverted?: true;
  /** Bytes that no rider or device can have. */
  readonly impossible?: string;
}

/** One characteristic. */
export interface RecordLayout {
  readonly characteristic: string;
  /** Size of the flags, in bytes. */
  readonly flagsSize: number;
  /** How many of the fields are the head, which must be whole. */
  readonly headFields: number;
  readonly fields: readonly RecordField[];
}

const one = (name: string, bit: number, size: number, impossible?: string) => ({
  name,
  bit,
  size,
  ...(impossible !== undefined && { impossible }),
});

/** The four characteristics. */
export const RECORDS: readonly RecordLayout[] = [
  {
    characteristic: "2ad2",
    flagsSize: 2,
    headFields: 0,
    fields: [
      { ...one("speedKph", 0, 2, "ffff"), isInverted: true },
      one("averageSpeedKph", 1, 2, "214e"),
      one("cadenceRpm", 2, 2, "ff7f"),
      one("averageCadenceRpm", 3, 2, "f501"),
      one("distanceMeters", 4, 3),
      one("resistanceLevel", 5, 2),
      one("powerWatts", 6, 2, "ff7f"),
      one("averagePowerWatts", 7, 2, "0080"),
      one("totalEnergyKilocalories", 8, 2),
      one("energyPerHourKilocalories", 8, 2),
      one("energyPerMinuteKilocalories", 8, 1),
      one("heartRateBpm", 9, 1, "ff"),
      one("metabolicEquivalent", 10, 1),
      one("elapsedTimeSeconds", 11, 2),
      one("remainingTimeSeconds", 12, 2),
    ],
  },
  {
    characteristic: "2a63",
    flagsSize: 2,
    headFields: 1,
    fields: [
      { name: "powerWatts", size: 2, impossible: "ff7f" },
      one("balancePercent", 0, 1, "c9"),
      one("accumulatedTorqueNewtonMeters", 2, 2),
      one("wheel", 4, 6),
      one("crank", 5, 4),
      one("forces.maximumForceNewtons", 6, 2),
      one("forces.minimumForceNewtons", 6, 2),
      one("torques.maximumTorqueNewtonMeters", 7, 2),
      one("torques.minimumTorqueNewtonMeters", 7, 2),
      one("angles.minimumAngleDegrees", 8, 3, "08012e"),
      one("topDeadSpotDegrees", 9, 2, "6901"),
      one("bottomDeadSpotDegrees", 10, 2, "ffff"),
      one("accumulatedEnergyKilojoules", 11, 2),
    ],
  },
  {
    characteristic: "2a37",
    flagsSize: 1,
    headFields: 1,
    fields: [
      { name: "heartRateBpm", size: 1 },
      one("energyExpendedKilojoules", 3, 2),
    ],
  },
  {
    characteristic: "2a5b",
    flagsSize: 1,
    headFields: 0,
    fields: [one("wheel", 0, 6), one("crank", 1, 4)],
  },
];

/** Checks whether flags say that a field is there. */
export function isThere(field: RecordField, flags: number): boolean {
  const { bit, isInverted = false } = field;
  return bit === undefined || (flags >>> bit & 1) === (isInverted ? 0 : 1);
}

/**
 * Builds a record whose values are all possible: every byte 1.
 *
 * @param layout The characteristic.
 * @param flags Its flags.
 * @param odd A field whose bytes are impossible.
 * @returns The frame.
 */
export function recordOf(
  { flagsSize, fields }: RecordLayout,
  flags: number,
  odd?: RecordField,
): Uint8Array {
  const head = [flags & 0xff, flags >>> 8].slice(0, flagsSize);
  const body = fields.filter((field) => isThere(field, flags)).map((field) =>
    (field === odd ? field.impossible : undefined) ?? "01".repeat(field.size)
  );
  return Uint8Array.of(...head, ...bytesOf(body.join("")));
}
