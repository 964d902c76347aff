/**
 * Records that start with flags, as sensors notify them: each field is
 * written down once, and works in both directions.
 *
 * A record must have its flags and its head. The first field that is cut ends
 * it, and what stood before is kept; a value that is impossible is left out
 * and named.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { type Integer, refusal, type SizedField } from "./fields.ts";
import { addImpossible, type OpenFlaws } from "./flaws.ts";
import { keysOf } from "./groups.ts";
import {
  type Nest,
  readPrefix,
  type RecordSource,
  type SizedLayout,
  writeAll,
} from "./record_nests.ts";

/** One or several values of a record that stand or are missing together. */
export interface RecordPart<in T> {
  /** The flags that decide whether it is there. */
  readonly mask: number;
  /** What those flags are if it is there. */
  readonly bits: number;
  /** Reads it into a value; gives false if the frame ends within it. */
  readonly read: (source: RecordSource, into: T) => boolean;
  /** The flags that a value needs. */
  readonly flagsOf: (value: T) => number;
  /** Writes it. */
  readonly write: (writer: ByteWriter, value: T) => void;
}

/** A flag that says more about a value, with its two meanings. */
interface Mark<K extends string, M> {
  /** The flag, from 0. */
  readonly bit: number;
  /** Name of what it says. */
  readonly key: K;
  /** What it says if it is not set, and if it is. */
  readonly meanings: readonly [off: M, on: M];
}

/** Values by name. */
type Values<K extends string, V> = { [P in K]?: V };

/** Where a part stands: behind a flag, in absence of a flag, or always. */
interface Place {
  readonly mask: number;
  readonly bits: number;
}

/**
 * A part that is there if a flag is set.
 *
 * @param bit The flag, from 0.
 */
export function whenSet(bit: number): Place {
  return { mask: 1 << bit, bits: 1 << bit };
}

/**
 * A part that is there if a flag is not set.
 *
 * @param bit The flag, from 0.
 */
export function unlessSet(bit: number): Place {
  return { mask: 1 << bit, bits: 0 };
}

/** A part that is always there. */
export const ALWAYS: Place = { mask: 0, bits: 0 };

/** One value. */
export function value<K extends string, V>(
  place: Place,
  key: K,
  field: SizedField<V>,
): RecordPart<Values<K, V>> {
  const { mask, bits } = place;
  return {
    mask,
    bits,
    read({ reader, flaws }, into) {
      if (reader.remaining < field.size) return false;
      const read = field.take(reader);
      if (read === undefined) addImpossible(flaws, key);
      else into[key] = read;
      return true;
    },
    flagsOf: (values) => values[key] === undefined ? mask & ~bits : bits,
    write(writer, values) {
      field.write(writer, values[key], key);
    },
  };
}

/**
 * One value with a flag that says more about it.
 *
 * @param bit The flag that says that it is there.
 */
export function markedValue<K extends string, V, L extends string, M>(
  bit: number,
  key: K,
  field: SizedField<V>,
  mark: Mark<L, M>,
): RecordPart<Values<K, V> & Values<L, M>> {
  const plain = value(whenSet(bit), key, field);
  const marked: (values: Values<L, M>) => Values<L, M> = (values) => values;
  const flag = 1 << mark.bit;
  return {
    ...plain,
    read(source, into) {
      if (!plain.read(source, into)) return false;
      if (into[key] !== undefined) {
        const isSet = (source.flags & flag) !== 0;
        marked(into)[mark.key] = mark.meanings[isSet ? 1 : 0];
      }
      return true;
    },
    flagsOf: (values) =>
      plain.flagsOf(values) |
      (marked(values)[mark.key] === mark.meanings[1] ? flag : 0),
  };
}

/**
 * Several values that have one flag.
 *
 * @returns The part; a frame that ends between them has those before.
 */
export function values<P extends object>(
  bit: number,
  layout: SizedLayout<P>,
): RecordPart<Partial<P>> {
  const keys = keysOf(layout);
  const [first] = keys;
  return {
    ...whenSet(bit),
    read: (source, into) => readPrefix(layout, source, into),
    flagsOf: (given) =>
      first === undefined || given[first] === undefined ? 0 : 1 << bit,
    write: (writer, given) => writeAll(layout, writer, given),
  };
}

/**
 * Several values under one name.
 *
 * @param bit The flag that says that they are there.
 */
export function nested<K extends string, G extends object>(
  bit: number,
  key: K,
  nest: Nest<G>,
): RecordPart<Values<K, G>> {
  return {
    ...whenSet(bit),
    read(source, into) {
      const group = nest.read(source);
      if (group !== undefined) into[key] = group;
      return source.flaws.cutShort === undefined;
    },
    flagsOf: (given) => given[key] === undefined ? 0 : 1 << bit,
    write(writer, given) {
      const group = given[key];
      if (group === undefined) throw refusal(key, group, "its values");
      nest.write(writer, group);
    },
  };
}

/** What a {@linkcode FlagRecord} needs to know. */
interface FlagRecordOptions<T> {
  /** What the frames are, for error messages. */
  readonly subject: string;
  /** The flags. */
  readonly flags: Integer;
  /** What the flags alone say. */
  readonly begin: (flags: number) => T & OpenFlaws;
  /** The flags of what they alone say. */
  readonly flagsOf?: (value: T) => number;
  /** What must be there. */
  readonly head?: RecordPart<T>;
  /** What follows, in the order of the frame. */
  readonly parts: readonly RecordPart<T>[];
}

/** The records of one characteristic. */
export class FlagRecord<T> {
  readonly #options: FlagRecordOptions<T>;
  readonly #parts: readonly RecordPart<T>[];

  /** Keeps the description. */
  constructor(options: FlagRecordOptions<T>) {
    const { head, parts } = options;
    this.#options = options;
    this.#parts = head ? [head, ...parts] : parts;
  }

  /**
   * Decodes a record.
   *
   * @returns The values, and what is wrong with the frame.
   * @throws {FrameError} If it ends before its head does.
   */
  decode(bytes: Uint8Array): T {
    const { subject, flags: carrier, begin, head } = this.#options;
    const reader = new ByteReader(bytes, subject);
    const flags = carrier.read(reader);
    const into = begin(flags);
    const source: RecordSource = { reader, flags, flaws: into };
    for (const part of this.#parts) {
      if ((flags & part.mask) !== part.bits) continue;
      if (part.read(source, into)) continue;
      if (part === head) throw reader.error("a whole head", bytes.length);
      into.cutShort = true;
      return into;
    }
    if (reader.remaining > 0) into.trailingBytes = reader.remaining;
    return into;
  }

  /**
   * Encodes a record.
   *
   * @param value The values; what was wrong with a frame is ignored.
   * @throws {PayloadError} If a value is missing or impossible.
   */
  encode(value: T): Uint8Array {
    const { flags: carrier, flagsOf } = this.#options;
    let flags = flagsOf?.(value) ?? 0;
    for (const part of this.#parts) flags |= part.flagsOf(value);
    const writer = new ByteWriter();
    carrier.write(writer, flags);
    for (const part of this.#parts) {
      if ((flags & part.mask) === part.bits) part.write(writer, value);
    }
    return writer.toBytes();
  }
}
