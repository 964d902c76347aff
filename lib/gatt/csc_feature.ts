/**
 * CSC Feature, 0x2A5C: what a speed and cadence sensor can do.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOf, hasBit } from "./bits.ts";
import { type Trailing, trailing } from "./trailing.ts";

/** Abilities of a sensor (Cycling Speed and Cadence Service 1.0, section 3.2). */
export interface CscFeature extends Trailing {
  /** It counts wheel revolutions. */
  readonly wheelRevolutionData: boolean;
  /** It counts crank revolutions. */
  readonly crankRevolutionData: boolean;
  /** Its location can be set. */
  readonly multipleSensorLocations: boolean;
}

/**
 * Decodes the value of characteristic 0x2A5C. Reserved bits are ignored.
 *
 * @throws {FrameError} If the value is short.
 */
export function decodeCscFeature(bytes: Uint8Array): CscFeature {
  const reader = new ByteReader(bytes, "CSC feature");
  const bits = reader.uint16();
  return {
    wheelRevolutionData: hasBit(bits, 0),
    crankRevolutionData: hasBit(bits, 1),
    multipleSensorLocations: hasBit(bits, 2),
    ...trailing(reader),
  };
}

/** Encodes the value of characteristic 0x2A5C. */
export function encodeCscFeature(value: CscFeature): Uint8Array {
  return new ByteWriter().uint16(bitsOf({
    0: value.wheelRevolutionData,
    1: value.crankRevolutionData,
    2: value.multipleSensorLocations,
  })).toBytes();
}
