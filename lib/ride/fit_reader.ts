/**
 * Reads the messages of a FIT file.
 *
 * @module
 */
import { FileError } from "#lib/base/store_errors.ts";

/** A message: its global number, and its fields by number. */
export interface FitMessage {
  /** Its global number. */
  readonly message: number;
  /** Its fields; those without a value are left out, lists are whole. */
  readonly fields: ReadonlyMap<number, number | readonly number[]>;
}

/** How a field is read. */
interface BaseType {
  readonly size: number;
  readonly invalid: number;
  read(view: DataView, at: number, isLittle: boolean): number;
}

const BASE_TYPES: ReadonlyMap<number, BaseType> = new Map<number, BaseType>([
  [0x00, { size: 1, invalid: 0xff, read: (v, at) => v.getUint8(at) }],
  [0x01, { size: 1, invalid: 0x7f, read: (v, at) => v.getInt8(at) }],
  [0x02, { size: 1, invalid: 0xff, read: (v, at) => v.getUint8(at) }],
  [0x0a, { size: 1, invalid: 0, read: (v, at) => v.getUint8(at) }],
  [0x0d, { size: 1, invalid: 0xff, read: (v, at) => v.getUint8(at) }],
  [0x83, { size: 2, invalid: 0x7fff, read: (v, at, le) => v.getInt16(at, le) }],
  [0x84, {
    size: 2,
    invalid: 0xffff,
    read: (v, at, le) => v.getUint16(at, le),
  }],
  [0x8b, { size: 2, invalid: 0, read: (v, at, le) => v.getUint16(at, le) }],
  [0x85, {
    size: 4,
    invalid: 0x7fffffff,
    read: (v, at, le) => v.getInt32(at, le),
  }],
  [0x86, {
    size: 4,
    invalid: 0xffffffff,
    read: (v, at, le) => v.getUint32(at, le),
  }],
  [0x8c, { size: 4, invalid: 0, read: (v, at, le) => v.getUint32(at, le) }],
  [0x88, { size: 4, invalid: NaN, read: (v, at, le) => v.getFloat32(at, le) }],
  [0x89, { size: 8, invalid: NaN, read: (v, at, le) => v.getFloat64(at, le) }],
]);

/** The largest FIT file that is read, in bytes. */
export const MAX_FIT_BYTES = 64 * 1024 * 1024;

/** The most messages that are read: five days of a record each second, and a byte is enough for one. */
const MAX_MESSAGES = 500_000;

const TIMESTAMP = 253;

interface FieldDefinition {
  readonly number: number;
  readonly size: number;
  readonly type: BaseType | undefined;
}

interface Definition {
  readonly message: number;
  readonly isLittle: boolean;
  readonly fields: readonly FieldDefinition[];
  /** Bytes of developers' own fields, which are skipped. */
  readonly skipped: number;
}

/**
 * Reads the messages of a FIT file, one after the other.
 *
 * @param bytes The file's bytes; files may be chained.
 * @param file Its name, for errors.
 * @returns Its messages, in their order.
 * @throws {FileError} If it is no FIT file, is cut off, has too many messages, or a checksum is wrong.
 */
export function* readFit(
  bytes: Uint8Array,
  file: string,
): Generator<FitMessage, void> {
  const fail = (reason: string): never => {
    throw new FileError(`Cannot read "${file}": ${reason}`, file);
  };
  let count = 0;
  for (let at = 0; at === 0 || at < bytes.length;) {
    const reader = openOne(bytes, at, fail);
    for (let next = reader.next(); next !== "end"; next = reader.next()) {
      if (++count > MAX_MESSAGES) {
        fail(`it has more than ${MAX_MESSAGES} messages, expected fewer`);
      }
      if (next) yield next;
    }
    at = reader.end + 2;
  }
}

/** Checks one of the chained files. */
function openOne(
  bytes: Uint8Array,
  start: number,
  fail: (reason: string) => never,
): MessageReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerSize = bytes[start] ?? 0;
  const isFit = bytes.length - start >= 12 && headerSize >= 12 &&
    new TextDecoder().decode(bytes.subarray(start + 8, start + 12)) === ".FIT";
  if (!isFit) fail("it is no FIT file, expected .FIT in its header");
  const dataSize = view.getUint32(start + 4, true);
  const end = start + headerSize + dataSize;
  if (dataSize === 0 || end + 2 > bytes.length) {
    fail("it is cut off before its end, expected a whole file");
  }
  if (crcOf(bytes.subarray(start, end)) !== view.getUint16(end, true)) {
    fail("its checksum is wrong, expected an undamaged file");
  }
  return new MessageReader(view, { start: start + headerSize, end }, fail);
}

class MessageReader {
  /** Where its file ends, before the checksum. */
  readonly end: number;
  readonly #view: DataView;
  readonly #fail: (reason: string) => never;
  readonly #definitions = new Map<number, Definition>();
  #at: number;
  #timestamp = 0;

  constructor(
    view: DataView,
    { start, end }: { readonly start: number; readonly end: number },
    fail: (reason: string) => never,
  ) {
    this.#view = view;
    this.#at = start;
    this.end = end;
    this.#fail = fail;
  }

  /** The next message; undefined for a definition. */
  next(): FitMessage | undefined | "end" {
    try {
      return this.#next();
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      return this.#fail(
        "a message reaches beyond its end, expected an undamaged file",
      );
    }
  }

  #next(): FitMessage | undefined | "end" {
    if (this.#at >= this.end) return "end";
    const header = this.#byte();
    if ((header & 0x80) !== 0) {
      return this.#readData((header >> 5) & 3, header & 0x1f);
    }
    if ((header & 0x40) === 0) return this.#readData(header & 0x0f);
    this.#define(header & 0x0f, (header & 0x20) !== 0);
    return undefined;
  }

  #byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  #define(local: number, hasDeveloperFields: boolean): void {
    this.#at++;
    const isLittle = this.#byte() === 0;
    const message = this.#view.getUint16(this.#at, isLittle);
    this.#at += 2;
    const fields = Array.from({ length: this.#byte() }, () => {
      const [number, size, type] = [this.#byte(), this.#byte(), this.#byte()];
      return { number, size, type: BASE_TYPES.get(type) };
    });
    let skipped = 0;
    for (let n = hasDeveloperFields ? this.#byte() : 0; n > 0; n--) {
      this.#at++;
      skipped += this.#byte();
      this.#at++;
    }
    this.#definitions.set(local, { message, isLittle, fields, skipped });
  }

  #readData(local: number, offset?: number): FitMessage {
    const definition = this.#definitions.get(local);
    if (!definition) throw new RangeError("a message without a definition");
    const fields = new Map<number, number | readonly number[]>();
    for (const field of definition.fields) {
      const value = this.#readField(field, definition.isLittle);
      if (value !== undefined) fields.set(field.number, value);
    }
    this.#at += definition.skipped;
    if (this.#at > this.end) throw new RangeError("beyond the end");
    if (offset !== undefined) {
      const step = (offset - this.#timestamp) & 0x1f;
      fields.set(TIMESTAMP, this.#timestamp + step);
    }
    const timestamp = fields.get(TIMESTAMP);
    if (typeof timestamp === "number") this.#timestamp = timestamp;
    return { message: definition.message, fields };
  }

  #readField(
    { size, type }: FieldDefinition,
    isLittle: boolean,
  ): number | readonly number[] | undefined {
    const start = this.#at;
    this.#at += size;
    if (!type || size === 0 || size % type.size !== 0) return undefined;
    const values: number[] = [];
    for (let at = start; at < start + size; at += type.size) {
      const value = type.read(this.#view, at, isLittle);
      if (!Object.is(value, type.invalid)) values.push(value);
    }
    return size === type.size ? values[0] : values;
  }
}

const CRC_TABLE = [
  0x0000,
  0xcc01,
  0xd801,
  0x1400,
  0xf001,
  0x3c00,
  0x2800,
  0xe401,
  0xa001,
  0x6c00,
  0x7800,
  0xb401,
  0x5000,
  0x9c01,
  0x8801,
  0x4400,
] as const;

/** The checksum of the FIT protocol: CRC-16 of polynomial 0x8005, reflected. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    for (const nibble of [byte & 0xf, byte >> 4]) {
      crc = (crc >> 4) ^ (CRC_TABLE[crc & 0xf] ?? 0) ^ (CRC_TABLE[nibble] ?? 0);
    }
  }
  return crc;
}
