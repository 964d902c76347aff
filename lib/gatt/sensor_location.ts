/**
 * Sensor Location, 0x2A5D: where a speed, cadence or power sensor sits.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { openName, type ReservedName, type Scale } from "./scales.ts";
import { type Trailing, trailing } from "./trailing.ts";

/** Places a sensor can sit, from code 0 on. */
export const SENSOR_LOCATIONS = [
  "other",
  "topOfShoe",
  "inShoe",
  "hip",
  "frontWheel",
  "leftCrank",
  "rightCrank",
  "leftPedal",
  "rightPedal",
  "frontHub",
  "rearDropout",
  "chainstay",
  "rearWheel",
  "rearHub",
  "chest",
  "spider",
  "chainRing",
] as const;

/** A place a sensor can sit, or a code that later editions may name. */
export type SensorLocation = (typeof SENSOR_LOCATIONS)[number] | ReservedName;

/** The value of characteristic 0x2A5D. */
export interface SensorLocationValue extends Trailing {
  /** The place's code, 0 to 255. */
  readonly code: number;
  /** The place; encoders ignore it. */
  readonly location?: SensorLocation;
}

/** How a location's code stands for its name. */
export const SENSOR_LOCATION_SCALE: Scale<SensorLocation> = openName({
  ...SENSOR_LOCATIONS,
});

/**
 * Decodes the value of characteristic 0x2A5D.
 *
 * @throws {FrameError} If the value is empty.
 */
export function decodeSensorLocation(bytes: Uint8Array): SensorLocationValue {
  const reader = new ByteReader(bytes, "sensor location");
  const code = reader.uint8();
  const location = SENSOR_LOCATIONS[code] ?? `reserved${code}` as const;
  return { code, location, ...trailing(reader) };
}

/**
 * Encodes the value of characteristic 0x2A5D.
 *
 * @param value The place; its code counts.
 * @throws {RangeError} If the code does not fit a byte.
 */
export function encodeSensorLocation(value: SensorLocationValue): Uint8Array {
  return new ByteWriter().uint8(value.code).toBytes();
}
