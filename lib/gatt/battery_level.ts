/**
 * Battery Level, 0x2A19.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { uint8 } from "./fields.ts";
import { number } from "./scales.ts";
import { type Trailing, trailing } from "./trailing.ts";

/** The value of characteristic 0x2A19 (Battery Service 1.0, section 3.1). */
export interface BatteryLevel extends Trailing {
  /** Charge, 0 to 100 %. */
  readonly chargePercent: number;
}

const CHARGE = uint8(number({ maximum: 100 }));

/**
 * Decodes the value of characteristic 0x2A19.
 *
 * @param bytes The characteristic's value.
 * @returns The charge.
 * @throws {FrameError} If the value is empty or above 100 %.
 */
export function decodeBatteryLevel(bytes: Uint8Array): BatteryLevel {
  const reader = new ByteReader(bytes, "battery level");
  return { chargePercent: CHARGE.read(reader), ...trailing(reader) };
}

/**
 * Encodes the value of characteristic 0x2A19.
 *
 * @param value The charge.
 * @returns The characteristic's value.
 * @throws {PayloadError} If the charge is not from 0 to 100 %.
 */
export function encodeBatteryLevel(value: BatteryLevel): Uint8Array {
  const writer = new ByteWriter();
  CHARGE.write(writer, value.chargePercent, "chargePercent");
  return writer.toBytes();
}
