/**
 * Fields: one value in a frame, written down once and working in both
 * directions. Values to encode may come from outside, so each is checked.
 *
 * @module
 */
import type { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { PayloadError } from "#lib/base/errors.ts";
import { decodeHex } from "#lib/base/octets.ts";
import { stringifyHex } from "./hex.ts";
import { type Bounds, number, type Scale } from "./scales.ts";

/** One value in a frame. */
export interface Field<T> {
  /**
   * Reads the value.
   *
   * @param reader Where the value starts.
   * @throws {FrameError} If the frame ends before it or the value is impossible.
   */
  read(reader: ByteReader): T;
  /**
   * Writes the value.
   *
   * @param writer Where the value goes.
   * @param value The value, not checked before.
   * @param path Its name, for error messages.
   * @throws {PayloadError} If the value is impossible.
   */
  write(writer: ByteWriter, value: unknown, path: string): void;
}

/** A field of a known size, which can be read without an error. */
export interface SizedField<T> extends Field<T> {
  /** Its size, in bytes. */
  readonly size: number;
  /**
   * Reads the value from a frame that is long enough.
   *
   * @param reader Where the value starts.
   * @returns The value; nothing if it is impossible.
   */
  take(reader: ByteReader): T | undefined;
}

/** An integer type of a frame. */
export interface Integer extends Bounds {
  /** Its size, in bytes. */
  readonly size: number;
  /**
   * Reads a raw integer.
   *
   * @throws {FrameError} If the frame ends before it does.
   */
  read(reader: ByteReader): number;
  /**
   * Writes a raw integer.
   *
   * @throws {RangeError} If it does not fit.
   */
  write(writer: ByteWriter, raw: number): void;
}

/** An unsigned byte. */
export const UINT8: Integer = {
  size: 1,
  minimum: 0,
  maximum: 0xff,
  read: (reader) => reader.uint8(),
  write: (writer, raw) => writer.uint8(raw),
};
/** Two bytes, unsigned. */
export const UINT16: Integer = {
  size: 2,
  minimum: 0,
  maximum: 0xffff,
  read: (reader) => reader.uint16(),
  write: (writer, raw) => writer.uint16(raw),
};
/** Three bytes, unsigned. */
export const UINT24: Integer = {
  size: 3,
  minimum: 0,
  maximum: 0xffffff,
  read: (reader) => reader.uint24(),
  write: (writer, raw) => writer.uint24(raw),
};
/** Four bytes, unsigned. */
export const UINT32: Integer = {
  size: 4,
  minimum: 0,
  maximum: 0xffffffff,
  read: (reader) => reader.uint32(),
  write: (writer, raw) => writer.uint32(raw),
};
const SINT16: Integer = {
  size: 2,
  minimum: -0x8000,
  maximum: 0x7fff,
  read: (reader) => reader.sint16(),
  write: (writer, raw) => writer.sint16(raw),
};

/**
 * Describes why a value cannot be encoded; the caller throws it.
 *
 * @param expected What should stand there.
 * @returns The error to throw.
 */
export function refusal(
  path: string,
  received: unknown,
  expected: string,
): PayloadError {
  return new PayloadError({ path, received: describe(received), expected });
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  try {
    const text: string | undefined = JSON.stringify(value);
    return (text ?? typeof value).slice(0, 64);
  } catch {
    // It may be nested deeper than the stack, or be a bigint.
    return typeof value;
  }
}

/**
 * Gives the raw integer that stands for a value.
 *
 * @param scale What raw integers stand for.
 * @param value The value, not checked before.
 * @param bounds What the place can hold.
 * @param path The value's name, for error messages.
 * @throws {PayloadError} If the value is impossible.
 */
export function toRaw<T>(
  scale: Scale<T>,
  value: unknown,
  bounds: Bounds,
  path: string,
): number {
  const raw = scale.toRaw(value, bounds);
  if (raw === undefined) throw refusal(path, value, scale.expected(bounds));
  return raw;
}

function integerField<T>(integer: Integer, scale: Scale<T>): SizedField<T> {
  return {
    size: integer.size,
    take: (reader) => scale.toValue(integer.read(reader), integer),
    read(reader) {
      const { offset } = reader;
      const value = scale.toValue(integer.read(reader), integer);
      if (value === undefined) {
        throw reader.error(scale.expected(integer), offset);
      }
      return value;
    },
    write(writer, value, path) {
      integer.write(writer, toRaw(scale, value, integer, path));
    },
  };
}

/** Makes a field of one integer type; a plain number unless a scale is given. */
interface IntegerFieldMaker {
  /** A plain number. */
  (): SizedField<number>;
  /** A value on a scale. */
  <T>(scale: Scale<T>): SizedField<T>;
}

function maker(integer: Integer): IntegerFieldMaker {
  function make(): SizedField<number>;
  function make<T>(scale: Scale<T>): SizedField<T>;
  function make<T>(scale?: Scale<T>): SizedField<number> | SizedField<T> {
    return scale === undefined
      ? integerField(integer, number())
      : integerField(integer, scale);
  }
  return make;
}

/** A field of one unsigned byte. */
export const uint8: IntegerFieldMaker = maker(UINT8);
/** A field of two bytes, unsigned. */
export const uint16: IntegerFieldMaker = maker(UINT16);
/** A field of three bytes, unsigned. */
export const uint24: IntegerFieldMaker = maker(UINT24);
/** A field of four bytes, unsigned. */
export const uint32: IntegerFieldMaker = maker(UINT32);
/** A field of two bytes, signed. */
export const sint16: IntegerFieldMaker = maker(SINT16);

/**
 * A field behind unused bytes.
 *
 * @param length How many bytes are unused.
 * @param field The field behind them.
 */
export function after<T>(length: number, field: Field<T>): Field<T> {
  return {
    read(reader) {
      reader.skip(length);
      return field.read(reader);
    },
    write(writer, value, path) {
      writer.skip(length);
      field.write(writer, value, path);
    },
  };
}

/**
 * The same field several times.
 *
 * @param count How often; up to the end of the frame if left out.
 * @returns A field whose value is the list.
 */
export function list<T>(
  field: Field<T>,
  count?: number,
): Field<readonly T[]> {
  return {
    read(reader) {
      const values: T[] = [];
      while (
        count === undefined ? reader.remaining > 0 : values.length < count
      ) {
        values.push(field.read(reader));
      }
      return values;
    },
    write(writer, value, path) {
      if (
        !Array.isArray(value) || (count !== undefined && value.length !== count)
      ) {
        throw refusal(path, value, `a list${count ? ` of ${count}` : ""}`);
      }
      value.forEach((item: unknown, index) =>
        field.write(writer, item, `${path}[${index}]`)
      );
    },
  };
}

/**
 * Bytes that are kept as they are.
 *
 * @param length How many; up to the end of the frame if left out.
 * @returns The field; values to encode may also be hexadecimal text.
 */
export function octets(length?: number): Field<Uint8Array> {
  return {
    read: (reader) =>
      length === undefined ? reader.rest() : reader.bytes(length),
    write(writer, value, path) {
      const bytes = octetsOf(value);
      if (bytes === undefined || bytes.length !== (length ?? bytes.length)) {
        const count = length === undefined ? "" : `${length} `;
        throw refusal(
          path,
          value instanceof Uint8Array ? stringifyHex(value) : value,
          `${count}bytes or their hexadecimal digits`,
        );
      }
      writer.bytes(bytes);
    },
  };
}

function octetsOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "string") return undefined;
  return /^([0-9a-fA-F]{2})*$/.test(value) ? decodeHex(value) : undefined;
}

/**
 * Bytes behind a byte that counts them.
 *
 * @returns The field; values to encode may also be hexadecimal text.
 */
export function sizedOctets(): Field<Uint8Array> {
  return {
    read: (reader) => reader.bytes(reader.uint8()),
    write(writer, value, path) {
      const size = octetsOf(value)?.length ?? 0;
      writer.uint8(size);
      octets(size).write(writer, value, path);
    },
  };
}
