/**
 * Fitness Machine Feature, 0x2ACC: what a fitness machine measures and which
 * targets it takes.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOfNames, namesOfBits } from "./bits.ts";
import { type Trailing, trailing } from "./trailing.ts";

/** What a machine can measure, from bit 0 on. */
export const FITNESS_MACHINE_FEATURES = [
  "averageSpeed",
  "cadence",
  "totalDistance",
  "inclination",
  "elevationGain",
  "pace",
  "stepCount",
  "resistanceLevel",
  "strideCount",
  "expendedEnergy",
  "heartRate",
  "metabolicEquivalent",
  "elapsedTime",
  "remainingTime",
  "powerMeasurement",
  "forceOnBeltAndPowerOutput",
  "userDataRetention",
] as const;

/** Targets a machine can take, from bit 0 on. */
export const FITNESS_MACHINE_TARGETS = [
  "speed",
  "inclination",
  "resistance",
  "power",
  "heartRate",
  "expendedEnergy",
  "stepNumber",
  "strideNumber",
  "distance",
  "trainingTime",
  "timeInTwoHeartRateZones",
  "timeInThreeHeartRateZones",
  "timeInFiveHeartRateZones",
  "indoorBikeSimulation",
  "wheelCircumference",
  "spinDown",
  "cadence",
] as const;

/** One thing a machine can measure. */
export type FitnessMachineFeatureName =
  (typeof FITNESS_MACHINE_FEATURES)[number];

/** One target a machine can take. */
export type FitnessMachineTargetName = (typeof FITNESS_MACHINE_TARGETS)[number];

/** Abilities of a fitness machine (Fitness Machine Service 1.0, section 4.3). */
export interface FitnessMachineFeature extends Trailing {
  /** What it measures, lowest bit first. */
  readonly features: readonly FitnessMachineFeatureName[];
  /** Which targets it takes, lowest bit first. */
  readonly targets: readonly FitnessMachineTargetName[];
}

/**
 * Decodes the value of characteristic 0x2ACC. Reserved bits are ignored.
 *
 * @param bytes The characteristic's value.
 * @returns The abilities.
 * @throws {FrameError} If the value is short.
 */
export function decodeFitnessMachineFeature(
  bytes: Uint8Array,
): FitnessMachineFeature {
  const reader = new ByteReader(bytes, "fitness machine feature");
  return {
    features: namesOfBits(reader.uint32(), FITNESS_MACHINE_FEATURES),
    targets: namesOfBits(reader.uint32(), FITNESS_MACHINE_TARGETS),
    ...trailing(reader),
  };
}

/**
 * Encodes the value of characteristic 0x2ACC.
 *
 * @param value The abilities.
 * @returns The characteristic's value.
 */
export function encodeFitnessMachineFeature(
  value: FitnessMachineFeature,
): Uint8Array {
  return new ByteWriter()
    .uint32(bitsOfNames(value.features, FITNESS_MACHINE_FEATURES))
    .uint32(bitsOfNames(value.targets, FITNESS_MACHINE_TARGETS))
    .toBytes();
}
