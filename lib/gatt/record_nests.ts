/**
 * Several values of a record that belong together.
 *
 * @module
 */
import type { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import type { SizedField } from "./fields.ts";
import { addImpossible, type OpenFlaws } from "./flaws.ts";
import { type BitLayout, bits, readBits } from "./groups.ts";

/** A record that is being decoded. */
export interface RecordSource {
  /** Its bytes. */
  readonly reader: ByteReader;
  /** Its flags. */
  readonly flags: number;
  /** Takes what is wrong with it. */
  readonly flaws: OpenFlaws;
}

/** Fields by name, in the order they stand in the frame. */
export type SizedLayout<P> = { readonly [K in keyof P]: SizedField<P[K]> };

/** Several values that a record keeps under one name. */
export interface Nest<G> {
  /** Reads them, and notes what is wrong; gives nothing where none is whole. */
  readonly read: (source: RecordSource) => G | undefined;
  /** Writes them. */
  readonly write: (writer: ByteWriter, group: G) => void;
}

/**
 * Reads values up to the end of the frame.
 *
 * @param source Where the first one starts.
 * @returns False if the frame ends before the last one does.
 */
export function readPrefix<P extends object>(
  layout: SizedLayout<P>,
  { reader, flaws }: RecordSource,
  into: Partial<P>,
): boolean {
  for (const key in layout) {
    const field = layout[key];
    if (reader.remaining < field.size) return false;
    const value = field.take(reader);
    if (value === undefined) addImpossible(flaws, key);
    else into[key] = value;
  }
  return true;
}

/** Writes all values of a layout. */
export function writeAll<P extends object>(
  layout: SizedLayout<P>,
  writer: ByteWriter,
  given: Partial<P>,
): void {
  for (const key in layout) layout[key].write(writer, given[key], key);
}

/** Values of which each means something. */
export function several<P extends object>(
  layout: SizedLayout<P>,
): Nest<Partial<P>> {
  return {
    read(source) {
      const given: Partial<P> = {};
      if (!readPrefix(layout, source, given)) source.flaws.cutShort = true;
      return keptOf(given);
    },
    write: (writer, given) => writeAll(layout, writer, given),
  };
}

/**
 * Values that share three bytes.
 *
 * @param layout Where each one is.
 */
export function packed<P extends object>(
  layout: BitLayout<P>,
): Nest<Partial<P>> {
  const group = bits<P>(24, layout);
  return {
    read({ reader, flaws }) {
      if (reader.remaining < 3) {
        flaws.cutShort = true;
        return undefined;
      }
      const raw = reader.uint24();
      return keptOf(readBits(layout, raw, (key) => addImpossible(flaws, key)));
    },
    write: (writer, given) => group.write(writer, { ...given }),
  };
}

function keptOf<G extends object>(given: G): G | undefined {
  for (const _ in given) return given;
  return undefined;
}
