/**
 * All codecs by characteristic and direction, named as in traces.
 *
 * @module
 */
import type { Codec } from "./codec.ts";
import { refusal } from "./fields.ts";
import {
  DEVICE_CODECS,
  FITNESS_MACHINE_CODECS,
  SENSOR_CODECS,
} from "./standard_codecs.ts";
import { shortNameOf } from "./uuids.ts";
import { VENDOR_CODECS } from "./vendor_codecs.ts";

/** All codecs. */
export const CODECS: readonly Codec[] = [
  ...SENSOR_CODECS,
  ...FITNESS_MACHINE_CODECS,
  ...DEVICE_CODECS,
  ...VENDOR_CODECS,
];

const CODECS_BY_NAME: ReadonlyMap<string, readonly Codec[]> = Map.groupBy(
  CODECS,
  ({ characteristic }) => characteristic,
);

/** A frame by its place. */
export interface FrameQuery {
  /** Short name or UUID of the characteristic, in any case. */
  readonly characteristic: string;
  /** Which way it goes; worked out from the bytes if left out. */
  readonly direction?: string;
}

/**
 * Decodes a frame.
 *
 * @param query Where the frame stands.
 * @param bytes The frame.
 * @returns The value.
 * @throws {FrameError} If the frame is short, corrupt or impossible.
 * @throws {PayloadError} If there is no such characteristic or direction.
 *
 * @example Usage
 * ```ts
 * import { decodeFrame } from "#lib/gatt/catalog.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   decodeFrame({ characteristic: "2a19" }, Uint8Array.of(70)),
 *   { chargePercent: 70 },
 * );
 * ```
 */
export function decodeFrame(query: FrameQuery, bytes: Uint8Array): object {
  const codecs = codecsOf(query.characteristic);
  const { direction } = query;
  const chosen = direction === undefined
    ? codecs.find((codec) => codec.claims?.(bytes)) ?? codecs[0]
    : codecs.find((codec) =>
      codec.directions.some((known) => known === direction)
    );
  if (chosen === undefined) {
    const known = codecs.flatMap((codec) => codec.directions);
    throw refusal("direction", direction, known.join(" or "));
  }
  return chosen.decode(bytes);
}

/**
 * Encodes what is written to a device.
 *
 * @param characteristic Short name or UUID of the characteristic, in any case.
 * @param value The value, not checked before; decoded ones fit.
 * @returns The frame.
 * @throws {PayloadError} If there is no such characteristic, nothing is
 * written to it, or a part of the value is missing or impossible.
 *
 * @example Usage
 * ```ts
 * import { encodeFrame } from "#lib/gatt/catalog.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   encodeFrame("2ad9", { name: "setTargetPower", powerWatts: 225 }),
 *   Uint8Array.of(0x05, 0xe1, 0x00),
 * );
 * ```
 */
export function encodeFrame(
  characteristic: string,
  value: unknown,
): Uint8Array {
  for (const { encode } of codecsOf(characteristic)) {
    if (encode) return encode(value);
  }
  const written = CODECS.filter((codec) => codec.encode)
    .map((codec) => codec.characteristic);
  throw refusal(
    "characteristic",
    characteristic,
    `one that is written: ${written.join(", ")}`,
  );
}

function codecsOf(characteristic: string): readonly Codec[] {
  const codecs = CODECS_BY_NAME.get(shortNameOf(characteristic));
  if (codecs) return codecs;
  throw refusal(
    "characteristic",
    characteristic,
    `one of ${[...CODECS_BY_NAME.keys()].join(", ")}`,
  );
}
