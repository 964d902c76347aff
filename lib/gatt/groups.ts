/**
 * Groups of fields: several values in a frame, with their names.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { FrameError } from "#lib/base/errors.ts";
import { type Field, toRaw, UINT16, UINT24, UINT8 } from "./fields.ts";
import { addImpossible, type Flaws, type OpenFlaws } from "./flaws.ts";
import type { Scale } from "./scales.ts";

/** Properties of a value to encode, not checked before. */
export type Properties = Readonly<Record<string, unknown>>;

/** Several values in a frame, with their names. */
export interface Group<P> {
  /** Names of its values, in their order; left out where none can be missing. */
  readonly keys?: readonly string[];
  /**
   * Reads the values.
   *
   * @param reader Where the first value starts.
   * @returns The values by name.
   * @throws {FrameError} If the frame ends before them or a value is impossible.
   */
  read(reader: ByteReader): P;
  /** Reads the values that the frame has, and notes what is wrong with the others; groups without this have all or none. */
  readonly readPrefix?: (reader: ByteReader) => Partial<P> & Flaws;
  /**
   * Writes the values.
   *
   * @param writer Where the first value goes.
   * @param values The values by name, not checked before; others are ignored.
   * @throws {PayloadError} If a value is missing or impossible.
   */
  write(writer: ByteWriter, values: Properties): void;
}

function isComplete<P extends object>(
  keys: readonly Extract<keyof P, string>[],
  values: Partial<P>,
): values is P {
  for (const key of keys) if (values[key] === undefined) return false;
  return true;
}

/** The fields of a group by name, in the order they stand in the frame. */
type Layout<P> = { readonly [K in keyof P]: Field<P[K]> };

/** The names of a layout, in its order. */
export function keysOf<P extends object>(
  layout: { readonly [K in keyof P]: unknown },
): readonly Extract<keyof P, string>[] {
  const keys: Extract<keyof P, string>[] = [];
  for (const key in layout) keys.push(key);
  return keys;
}

/**
 * A group of fields, one after the other.
 *
 * @param layout The fields by name, in the order they stand in the frame.
 */
export function fields<P extends object>(layout: Layout<P>): Group<P> {
  const keys = keysOf(layout);
  return {
    keys,
    readPrefix: (reader) => readPrefix(layout, reader),
    read(reader) {
      const values: Partial<P> = {};
      for (const key of keys) values[key] = layout[key].read(reader);
      if (!isComplete(keys, values)) throw reader.error("all fields");
      return values;
    },
    write(writer, values) {
      for (const key in layout) layout[key].write(writer, values[key], key);
    },
  };
}

/** A value in some bits of an integer. */
interface BitField<T> {
  /** The lowest bit, from 0. */
  readonly position: number;
  /** How many bits. */
  readonly width: number;
  /** What they stand for. */
  readonly scale: Scale<T>;
}

/** The bit fields of a group by name. */
export type BitLayout<P> = { readonly [K in keyof P]: BitField<P[K]> };

/** Integer types that can hold a group of bit fields, by size in bits. */
const BIT_CARRIERS = { 8: UINT8, 16: UINT16, 24: UINT24 } as const;

/**
 * Takes an integer apart.
 *
 * @param layout The bit fields by name.
 * @param onImpossible Called with the name of a value that is impossible, and what it could be.
 */
export function readBits<P extends object>(
  layout: BitLayout<P>,
  raw: number,
  onImpossible: (key: Extract<keyof P, string>, expected: string) => void,
): Partial<P> {
  const values: Partial<P> = {};
  for (const key in layout) {
    const { position, width, scale } = layout[key];
    const bounds = { minimum: 0, maximum: 2 ** width - 1 };
    const value = scale.toValue(raw >>> position & bounds.maximum, bounds);
    if (value === undefined) onImpossible(key, scale.expected(bounds));
    else values[key] = value;
  }
  return values;
}

/**
 * A group of values that share an integer; unnamed bits are ignored.
 *
 * @param size The integer's size in bits.
 * @param layout The bit fields by name.
 */
export function bits<P extends object>(
  size: 8 | 16 | 24,
  layout: BitLayout<P>,
): Group<P> {
  const carrier = BIT_CARRIERS[size];
  return {
    read(reader) {
      const { offset } = reader;
      const raw = carrier.read(reader);
      const values = readBits(layout, raw, (key, expected) => {
        throw reader.error(`${key}: ${expected}`, offset);
      });
      if (!isComplete(keysOf(layout), values)) {
        throw reader.error("all bit fields");
      }
      return values;
    },
    write(writer, values) {
      let raw = 0;
      for (const key in layout) {
        const { position, width, scale } = layout[key];
        const bounds = { minimum: 0, maximum: 2 ** width - 1 };
        raw |= toRaw(scale, values[key], bounds, key) << position;
      }
      carrier.write(writer, raw >>> 0);
    },
  };
}

/**
 * Two groups, one after the other.
 *
 * @param first The group that stands first.
 * @param second The group behind it.
 * @returns The group of both.
 */
export function join<A extends object, B extends object>(
  first: Group<A>,
  second: Group<B>,
): Group<A & B> {
  return {
    read: (reader) => ({ ...first.read(reader), ...second.read(reader) }),
    write(writer, values) {
      first.write(writer, values);
      second.write(writer, values);
    },
  };
}

/**
 * A group at the end of a frame that may be missing as a whole.
 *
 * @param key A value of the group; the group is written if this value is given.
 * @returns The group; nothing is read at the end of the frame.
 */
export function optional<P extends object>(
  group: Group<P>,
  key: Extract<keyof P, string>,
): Group<Partial<P>> {
  return {
    read: (reader) => reader.remaining > 0 ? group.read(reader) : {},
    write(writer, values) {
      if (values[key] !== undefined) group.write(writer, values);
    },
  };
}

/**
 * Reads a group at the end of a frame of which each value may be missing.
 *
 * @param reader Where the first value would start.
 * @returns The values that are there, and what is wrong with the others.
 */
export function readOptional<P extends object>(
  group: Group<P>,
  reader: ByteReader,
): Partial<P> & Flaws {
  if (group.readPrefix) return group.readPrefix(reader);
  const layout: Layout<{ readonly values: P }> = {
    values: { read: (one) => group.read(one), write: () => {} },
  };
  const { values, ...flaws } = readPrefix(layout, reader);
  const none: Partial<P> = {};
  return { ...none, ...values, ...flaws };
}

function readPrefix<P extends object>(
  layout: Layout<P>,
  reader: ByteReader,
): Partial<P> & Flaws {
  const values: Partial<P> = {};
  const flaws: OpenFlaws = {};
  for (const key of keysOf(layout)) {
    if (reader.remaining === 0) break;
    const end = reader.offset + reader.remaining;
    try {
      values[key] = layout[key].read(reader);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      if (error.offset >= end) {
        flaws.cutShort = true;
        break;
      }
      addImpossible(flaws, key);
    }
  }
  return { ...values, ...flaws };
}

/**
 * Unused bytes between groups.
 *
 * @returns A group without values.
 */
export function unused(length: number): Group<object> {
  return {
    read(reader) {
      reader.skip(length);
      return {};
    },
    write: (writer) => void writer.skip(length),
  };
}

/**
 * Takes values from outside as those of a group.
 *
 * @param values The values by name, not checked before.
 * @returns The values at the frame's resolution.
 * @throws {PayloadError} If a value is missing or impossible.
 */
export function parseGroup<P>(group: Group<P>, values: Properties): P {
  const writer = new ByteWriter();
  group.write(writer, values);
  return group.read(new ByteReader(writer.toBytes(), "values"));
}
