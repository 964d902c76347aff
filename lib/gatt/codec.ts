/**
 * One shape for all codecs, so that they can stand in one table.
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";

/** Ways a frame can go; the last three are those of Direct Connect. */
const DIRECTIONS = [
  "notify",
  "indicate",
  "read",
  "write",
  "request",
  "response",
  "notification",
] as const;

/** A way a frame can go. */
type Direction = (typeof DIRECTIONS)[number];

/** The codec of one characteristic in some directions. */
export interface Codec {
  /** Short name of the characteristic, for example `2ad2`. */
  readonly characteristic: string;
  /** What it holds. */
  readonly name: string;
  /** The directions in which it holds this. */
  readonly directions: readonly Direction[];
  /**
   * Decodes a frame.
   *
   * @throws {FrameError} If the frame is short, corrupt or impossible.
   */
  decode(bytes: Uint8Array): object;
  /**
   * Decodes a frame and encodes its value again: the frame without what
   * decoders ignore.
   *
   * @returns The frame that encoders make.
   * @throws {FrameError} If the frame is short, corrupt or impossible.
   * @throws {PayloadError} If its operation is unknown.
   */
  normalize(bytes: Uint8Array): Uint8Array;
  /**
   * Encodes a value from outside; only frames that are written to devices.
   *
   * @param value The value, not checked before.
   * @throws {PayloadError} If a part of the value is missing or impossible.
   */
  readonly encode?: (value: unknown) => Uint8Array;
  /**
   * Checks whether a frame without a direction goes this way.
   *
   * @returns Whether it does; codecs without this take what no other wants.
   */
  readonly claims?: (bytes: Uint8Array) => boolean;
}

/** A value whose operation has no name. */
interface Unknown {
  /** Says so. */
  readonly name: "unknown";
}

/** How one structure is decoded and encoded, and taken from outside. */
interface Structure<T extends object> {
  /** Short name of the characteristic. */
  readonly characteristic: string;
  /** What it holds. */
  readonly name: string;
  /** The directions in which it holds this. */
  readonly directions: readonly Direction[];
  /** Decodes a frame. */
  readonly decode: (bytes: Uint8Array) => T | Unknown;
  /** Encodes a value. */
  readonly encode: (value: T) => Uint8Array;
  /** Takes a value from outside; only structures that are written to devices. */
  readonly parse?: (value: unknown) => T;
  /** Checks whether a frame without a direction is one. */
  readonly claims?: (bytes: Uint8Array) => boolean;
}

/**
 * Gives a structure the shape of the table.
 *
 * @param structure Where it stands, and how it is decoded and encoded.
 */
export function codec<T extends object>(structure: Structure<T>): Codec {
  const { decode, encode, parse, claims, ...place } = structure;
  return {
    ...place,
    decode: (bytes) => decode(bytes),
    normalize(bytes) {
      const value = decode(bytes);
      if (isUnknown(value)) {
        throw new PayloadError({
          path: "name",
          received: "unknown",
          expected: "an operation with a name",
        });
      }
      return encode(value);
    },
    ...(parse && { encode: (value) => encode(parse(value)) }),
    ...(claims && { claims }),
  };
}

function isUnknown(value: object): value is Unknown {
  return "name" in value && value.name === "unknown";
}

/**
 * Claims frames by their first byte.
 *
 * @param marks The first bytes to claim.
 * @returns What a structure's `claims` can be.
 */
export function startsWith(
  ...marks: readonly number[]
): (bytes: Uint8Array) => boolean {
  return (bytes) => bytes[0] !== undefined && marks.includes(bytes[0]);
}
