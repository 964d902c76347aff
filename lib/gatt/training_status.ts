/**
 * Training Status, 0x2AD3: which part of a training a machine is in.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOf, hasBit } from "./bits.ts";
import type { ReservedName } from "./scales.ts";
import { type Trailing, trailing } from "./trailing.ts";
import { encodeText, type PaddedText, readText } from "./utf8.ts";

/** Parts of a training, from code 0 on. */
export const TRAINING_STATUSES = [
  "other",
  "idle",
  "warmingUp",
  "lowIntensityInterval",
  "highIntensityInterval",
  "recoveryInterval",
  "isometric",
  "heartRateControl",
  "fitnessTest",
  "speedBelowControlRegion",
  "speedAboveControlRegion",
  "coolDown",
  "wattControl",
  "manualMode",
  "preWorkout",
  "postWorkout",
] as const;

/** The value of characteristic 0x2AD3 (Fitness Machine Service 1.0, section 4.10). */
export interface TrainingStatus extends Trailing, Partial<PaddedText> {
  /** The part's code, 0 to 255. */
  readonly status: number;
  /** The part's name; encoders ignore it. */
  readonly name?: (typeof TRAINING_STATUSES)[number] | ReservedName;
  /** Whether `text` is only the start of a longer text. */
  readonly extendedText?: boolean;
}

const BIT_TEXT = 0;
const BIT_EXTENDED_TEXT = 1;

/**
 * Decodes the value of characteristic 0x2AD3.
 *
 * @param bytes The characteristic's value.
 * @returns The part of the training.
 * @throws {FrameError} If the value is short.
 */
export function decodeTrainingStatus(bytes: Uint8Array): TrainingStatus {
  const reader = new ByteReader(bytes, "training status");
  const flags = reader.uint8();
  const status = reader.uint8();
  return {
    status,
    name: TRAINING_STATUSES[status] ?? `reserved${status}` as const,
    ...(hasBit(flags, BIT_TEXT) && readText(reader)),
    ...(hasBit(flags, BIT_EXTENDED_TEXT) && { extendedText: true }),
    ...trailing(reader),
  };
}

/**
 * Encodes the value of characteristic 0x2AD3.
 *
 * @param value The part of the training; its code counts.
 * @returns The characteristic's value.
 * @throws {RangeError} If the code does not fit a byte.
 */
export function encodeTrainingStatus(value: TrainingStatus): Uint8Array {
  const { text, paddingBytes = 0 } = value;
  const writer = new ByteWriter().uint8(bitsOf({
    [BIT_TEXT]: text !== undefined,
    [BIT_EXTENDED_TEXT]: value.extendedText ?? false,
  })).uint8(value.status);
  if (text !== undefined) writer.bytes(encodeText({ text, paddingBytes }));
  return writer.toBytes();
}
