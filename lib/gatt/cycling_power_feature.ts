/**
 * Cycling Power Feature, 0x2A65: what a power meter can do.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOfNames, hasBit, namesOfBits } from "./bits.ts";
import { type Trailing, trailing } from "./trailing.ts";

/** Abilities of a power meter, from bit 0 on. */
export const CYCLING_POWER_FEATURES = [
  "pedalPowerBalance",
  "accumulatedTorque",
  "wheelRevolutionData",
  "crankRevolutionData",
  "extremeMagnitudes",
  "extremeAngles",
  "deadSpotAngles",
  "accumulatedEnergy",
  "offsetCompensationIndicator",
  "offsetCompensation",
  "measurementContentMasking",
  "multipleSensorLocations",
  "crankLengthAdjustment",
  "chainLengthAdjustment",
  "chainWeightAdjustment",
  "spanLengthAdjustment",
] as const;

/** More abilities of a power meter, from bit 17 on. */
export const CYCLING_POWER_LATER_FEATURES = [
  "instantaneousMeasurementDirection",
  "factoryCalibrationDate",
  "enhancedOffsetCompensation",
] as const;

const LATER_FEATURES_BIT = 17;
const TORQUE_CONTEXT_BIT = 16;
const DISTRIBUTED_BIT = 20;

/** Whether a power meter may be one of two, from code 0 on. */
export const DISTRIBUTED_SYSTEMS = [
  "unspecified",
  "notForDistributedUse",
  "canBeDistributed",
  "reserved",
] as const;

/** One ability of a power meter. */
export type CyclingPowerFeatureName =
  | (typeof CYCLING_POWER_FEATURES)[number]
  | (typeof CYCLING_POWER_LATER_FEATURES)[number];

/** Abilities of a power meter (Cycling Power Service 1.1, section 3.3). */
export interface CyclingPowerFeature extends Trailing {
  /** All bits as decoded, unsigned; encoders work them out. */
  readonly featureBits?: number;
  /** What it can do, lowest bit first. */
  readonly features: readonly CyclingPowerFeatureName[];
  /** Whether its raw values are forces or torques. */
  readonly sensorContext: "force" | "torque";
  /**
   * Whether it may be one of two that each send half of the power: add two
   * only if both say `canBeDistributed`.
   */
  readonly distributedSystem: (typeof DISTRIBUTED_SYSTEMS)[number];
}

/**
 * Decodes the value of characteristic 0x2A65. Some devices send only the lower
 * bytes: missing ones count as zero. Reserved bits are ignored.
 *
 * @throws {FrameError} If the value has fewer than two bytes.
 */
export function decodeCyclingPowerFeature(
  bytes: Uint8Array,
): CyclingPowerFeature {
  const reader = new ByteReader(bytes, "cycling power feature");
  const lower = reader.uint16();
  const upper = reader.remaining >= 2
    ? reader.uint16()
    : reader.remaining === 1
    ? reader.uint8()
    : 0;
  const featureBits = lower + upper * 0x10000;
  return {
    featureBits,
    features: [
      ...namesOfBits(featureBits, CYCLING_POWER_FEATURES),
      ...namesOfBits(
        featureBits >>> LATER_FEATURES_BIT,
        CYCLING_POWER_LATER_FEATURES,
      ),
    ],
    sensorContext: hasBit(featureBits, TORQUE_CONTEXT_BIT) ? "torque" : "force",
    distributedSystem:
      DISTRIBUTED_SYSTEMS[featureBits >>> DISTRIBUTED_BIT & 3] ?? "reserved",
    ...trailing(reader),
  };
}

/**
 * Encodes the value of characteristic 0x2A65.
 *
 * @returns The characteristic's value, four bytes.
 */
export function encodeCyclingPowerFeature(
  value: CyclingPowerFeature,
): Uint8Array {
  const features = value.features;
  const lower = bitsOfNames<string>(features, CYCLING_POWER_FEATURES);
  const later = bitsOfNames<string>(features, CYCLING_POWER_LATER_FEATURES);
  const context = value.sensorContext === "torque"
    ? 1 << TORQUE_CONTEXT_BIT
    : 0;
  const distributed = DISTRIBUTED_SYSTEMS.indexOf(value.distributedSystem);
  return new ByteWriter().uint32(
    (lower | later << LATER_FEATURES_BIT | context |
      distributed << DISTRIBUTED_BIT) >>> 0,
  ).toBytes();
}
