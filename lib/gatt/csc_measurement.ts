/**
 * CSC Measurement, 0x2A5B: what speed and cadence sensors notify.
 *
 * @module
 */
import { UINT8 } from "./fields.ts";
import { FlagRecord, nested } from "./flag_record.ts";
import type { Flaws } from "./flaws.ts";
import {
  CRANK_COUNTER,
  type Revolutions,
  WHEEL_COUNTER,
} from "./revolutions.ts";

/**
 * One notification of a speed or cadence sensor (Cycling Speed and Cadence
 * Service 1.0, section 3.1). Ticks are 1/1024 s.
 */
export interface CscMeasurement extends Flaws {
  /** The wheel; left out by sensors without one. */
  readonly wheel?: Revolutions;
  /** The crank; left out by sensors without one. */
  readonly crank?: Revolutions;
}

const RECORD = new FlagRecord<CscMeasurement>({
  subject: "CSC measurement",
  flags: UINT8,
  begin: () => ({}),
  parts: [
    nested(0, "wheel", WHEEL_COUNTER),
    nested(1, "crank", CRANK_COUNTER),
  ],
});

/**
 * Decodes a notification of characteristic 0x2A5B. Reserved flags are ignored.
 *
 * @param bytes The characteristic's value.
 * @returns The counters; feed them to `CyclingRates` for speed and cadence.
 * @throws {FrameError} If the value is empty.
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
  return RECORD.decode(bytes);
}

/**
 * Encodes a notification of characteristic 0x2A5B.
 *
 * @param value The counters.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a number is impossible.
 */
export function encodeCscMeasurement(value: CscMeasurement): Uint8Array {
  return RECORD.encode(value);
}
