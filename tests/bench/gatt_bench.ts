/**
 * What decoding a frame costs.
 *
 * @module
 */
import { decodeFrame } from "#lib/gatt/catalog.ts";
import { decodeCscMeasurement } from "#lib/gatt/csc_measurement.ts";
import { decodeCyclingPowerMeasurement } from "#lib/gatt/cycling_power_measurement.ts";
import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import { decodeIndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";
import { compare, type Measurement } from "./compare.ts";

/** Frames of one round. */
const COUNT = 100_000;

/** One frame, and two ways to read it. */
interface Case {
  readonly name: string;
  readonly hex: string;
  /** Reads the fields of this very frame where they stand, and checks nothing. */
  readonly bare: (view: DataView) => object;
  readonly decode: (bytes: Uint8Array) => object;
}

const INDOOR_BIKE_DATA = {
  hex: "4402ca0ca0002c018c",
  bare: (view: DataView) => ({
    speedKph: view.getUint16(2, true) / 100,
    cadenceRpm: view.getUint16(4, true) / 2,
    powerWatts: view.getInt16(6, true),
    heartRateBpm: view.getUint8(8),
  }),
};

const CASES: readonly Case[] = [
  {
    name: "2a37 heart rate, two intervals",
    hex: "16485401ec02",
    bare: (view) => ({
      heartRateBpm: view.getUint8(1),
      rrIntervalsMs: [
        view.getUint16(2, true) / 1.024,
        view.getUint16(4, true) / 1.024,
      ],
    }),
    decode: decodeHeartRateMeasurement,
  },
  {
    name: "2a5b wheel and crank",
    hex: "0301000000000402000004",
    bare: (view) => ({
      wheelRevolutions: view.getUint32(1, true),
      wheelEventTime: view.getUint16(5, true),
      crankRevolutions: view.getUint16(7, true),
      crankEventTime: view.getUint16(9, true),
    }),
    decode: decodeCscMeasurement,
  },
  {
    name: "2a63 power with crank",
    hex: "2000e10002000004",
    bare: (view) => ({
      powerWatts: view.getInt16(2, true),
      crankRevolutions: view.getUint16(4, true),
      crankEventTime: view.getUint16(6, true),
    }),
    decode: decodeCyclingPowerMeasurement,
  },
  {
    name: "2ad2 speed, cadence, power, pulse",
    ...INDOOR_BIKE_DATA,
    decode: decodeIndoorBikeData,
  },
  {
    name: "the same, found by its name",
    ...INDOOR_BIKE_DATA,
    decode: (bytes) =>
      decodeFrame({ characteristic: "2ad2", direction: "notify" }, bytes),
  },
];

/**
 * Measures decoders, beside bare reads of the same bytes at fixed places.
 *
 * @returns Frames a second.
 */
export async function measureGatt(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { name, hex, bare, decode } of CASES) {
    const bytes = Uint8Array.fromHex(hex);
    measurements.push(
      await compare(name, COUNT, {
        raw: () => readMany(() => bare(viewOf(bytes))),
        layer: () => readMany(() => decode(bytes)),
      }),
    );
  }
  return measurements;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Keeps what it reads until the next, so that no read can be left out. */
function readMany(read: () => object): void {
  let last: object = {};
  for (let i = 0; i < COUNT; i++) last = read();
  if (Object.keys(last).length === 0) throw new TypeError("Nothing was read");
}
