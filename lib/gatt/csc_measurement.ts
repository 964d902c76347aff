/**
 * CSC Measurement, 0x2A5B: what speed and cadence sensors notify.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { bitsOf, hasBit } from "#lib/gatt/bits.ts";
import {
  readCrank,
  readWheel,
  type Revolutions,
  writeCrank,
  writeWheel,
} from "#lib/gatt/revolutions.ts";
import { type Trailing, trailing } from "#lib/gatt/trailing.ts";

/**
 * One notification of a speed or cadence sensor (Cycling Speed and Cadence
 * Service 1.0, section 3.1). Ticks are 1/1024 s.
 */
export interface CscMeasurement extends Trailing {
  /** The wheel; left out by sensors without one. */
  readonly wheel?: Revolutions;
  /** The crank; left out by sensors without one. */
  readonly crank?: Revolutions;
}

const BIT_WHEEL = 0;
const BIT_CRANK = 1;

/**
 * Decodes a notification of characteristic 0x2A5B. Reserved flags are ignored.
 *
 * @param bytes The characteristic's value.
 * @returns The counters; feed them to `CyclingRates` for speed and cadence.
 * @throws {FrameError} If the value is shorter than its flags say.
 *
 * @example Usage
 * ```ts
 * import { decodeCscMeasurement } from "#lib/gatt/csc_measurement.ts";
 * import assert from "node:assert/strict";
 *
 * const value = decodeCscMeasurement(Uint8Array.of(0x02, 10, 0, 0x00, 0x04));
 * assert.deepEqual(value, { crank: { revolutions: 10, eventTimeTicks: 1024 } });
 * ```
 */
export function decodeCscMeasurement(bytes: Uint8Array): CscMeasurement {
  const reader = new ByteReader(bytes, "CSC measurement");
  const flags = reader.uint8();
  return {
    ...(hasBit(flags, BIT_WHEEL) && { wheel: readWheel(reader) }),
    ...(hasBit(flags, BIT_CRANK) && { crank: readCrank(reader) }),
    ...trailing(reader),
  };
}

/**
 * Encodes a notification of characteristic 0x2A5B.
 *
 * @param value The counters.
 * @returns The characteristic's value.
 * @throws {RangeError} If a number does not fit its field.
 */
export function encodeCscMeasurement(value: CscMeasurement): Uint8Array {
  const writer = new ByteWriter().uint8(bitsOf({
    [BIT_WHEEL]: value.wheel !== undefined,
    [BIT_CRANK]: value.crank !== undefined,
  }));
  writeWheel(writer, value.wheel);
  writeCrank(writer, value.crank);
  return writer.toBytes();
}
