/**
 * Bytes after the last field. Devices send them (later editions of a
 * specification, padding, an odd half of an RR value), so decoders count and
 * otherwise ignore them.
 *
 * @module
 */
import type { ByteReader } from "#lib/base/bytes.ts";

/** Part of each decoded value whose frame may be longer than its fields. */
export interface Trailing {
  /** Bytes left over after all fields; left out if there are none. Encoders ignore it. */
  readonly trailingBytes?: number;
}

/**
 * Counts the bytes left over.
 *
 * @param reader The reader, after the last field.
 * @returns The count, to be spread into the decoded value; empty if nothing is left.
 */
export function trailing(reader: ByteReader): Trailing {
  return reader.remaining > 0 ? { trailingBytes: reader.remaining } : {};
}
