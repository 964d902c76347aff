/**
 * The only byte cursor: every codec reads and writes frames through it, so
 * that a short frame always ends in a {@linkcode FrameError} and never in a
 * wrong number.
 *
 * @module
 */
import { FrameError } from "./errors.ts";

/** How multi-byte integers stand in a frame. */
interface ByteOrderOptions {
  /**
   * Most significant byte first.
   *
   * @default {false}
   */
  readonly bigEndian?: boolean;
}

/** How a {@linkcode ByteWriter} writes. */
interface ByteWriterOptions extends ByteOrderOptions {
  /**
   * What unused bytes hold.
   *
   * @default {0xff}
   */
  readonly filler?: number;
}

/**
 * Reads the fields of a frame, one after the other.
 *
 * @example Usage
 * ```ts
 * import { ByteReader } from "#lib/base/bytes.ts";
 * import assert from "node:assert/strict";
 *
 * const reader = new ByteReader(Uint8Array.of(0x2c, 0x01, 0x48), "sample");
 * assert.equal(reader.uint16(), 300);
 * assert.equal(reader.remaining, 1);
 * ```
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #subject: string;
  readonly #littleEndian: boolean;
  #offset = 0;
  #filler: number | undefined;

  /**
   * Starts at the first byte.
   *
   * @param subject What the frame is, for error messages.
   */
  constructor(
    bytes: Uint8Array,
    subject: string,
    options?: ByteOrderOptions,
  ) {
    this.#bytes = bytes;
    this.#length = bytes.byteLength;
    this.#subject = subject;
    this.#littleEndian = options?.bigEndian !== true;
  }

  /** Where the next field starts, in bytes from 0. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#length - this.#offset;
  }

  /** The unused byte last passed over; nothing if there was none. */
  get filler(): number | undefined {
    return this.#filler;
  }

  /**
   * Reads an unsigned 8-bit integer.
   *
   * @returns 0 to 255.
   * @throws {FrameError} If the frame ends before it.
   */
  uint8(): number {
    return this.#byte(this.#take(1, "uint8"));
  }

  /**
   * Reads an unsigned 16-bit integer.
   *
   * @returns 0 to 65535.
   * @throws {FrameError} If the frame ends before it does.
   */
  uint16(): number {
    return this.#pair(this.#take(2, "uint16"));
  }

  /**
   * Reads an unsigned 24-bit integer.
   *
   * @returns 0 to 16777215.
   * @throws {FrameError} If the frame ends before it does.
   */
  uint24(): number {
    const at = this.#take(3, "uint24");
    const middle = this.#byte(at + 1) << 8;
    return this.#littleEndian
      ? this.#byte(at + 2) << 16 | middle | this.#byte(at)
      : this.#byte(at) << 16 | middle | this.#byte(at + 2);
  }

  /**
   * Reads an unsigned 32-bit integer.
   *
   * @returns 0 to 4294967295.
   * @throws {FrameError} If the frame ends before it does.
   */
  uint32(): number {
    const at = this.#take(4, "uint32");
    const [low, high] = this.#littleEndian ? [at, at + 2] : [at + 2, at];
    return this.#pair(high) * 0x10000 + this.#pair(low);
  }

  /**
   * Reads a signed 16-bit integer.
   *
   * @throws {FrameError} If the frame ends before it does.
   */
  sint16(): number {
    return this.#pair(this.#take(2, "sint16")) << 16 >> 16;
  }

  /**
   * Copies bytes.
   *
   * @returns A copy, safe to keep.
   * @throws {FrameError} If the frame has fewer left.
   */
  bytes(length: number): Uint8Array {
    const at = this.#take(length, `${length} bytes`);
    return this.#bytes.slice(at, at + length);
  }

  /**
   * Copies all bytes left.
   *
   * @returns A copy, safe to keep; empty at the end of the frame.
   */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /**
   * Passes over unused bytes.
   *
   * @throws {FrameError} If the frame has fewer left.
   */
  skip(length: number): void {
    const at = this.#take(length, `${length} unused bytes`);
    if (length > 0) this.#filler = this.#byte(at);
  }

  /**
   * Describes why this frame is refused; the caller throws it.
   *
   * @param expected What should stand there.
   * @param offset Where it should stand, in bytes from 0; the next field if left out.
   * @param options The error this one translates, as `cause`.
   * @returns The error to throw.
   */
  error(
    expected: string,
    offset: number = this.#offset,
    options?: ErrorOptions,
  ): FrameError {
    const state = offset < this.#length
      ? `0x${this.#byte(offset).toString(16).padStart(2, "0")}`
      : "the frame ends";
    return new FrameError(
      `Cannot decode "${this.#subject}": ${state} at offset ${offset}, expected ${expected}`,
      offset,
      expected,
      options,
    );
  }

  #byte(at: number): number {
    return this.#bytes[at] ?? 0;
  }

  #pair(at: number): number {
    return this.#littleEndian
      ? this.#byte(at) | this.#byte(at + 1) << 8
      : this.#byte(at) << 8 | this.#byte(at + 1);
  }

  #take(size: number, expected: string): number {
    if (size > this.#length - this.#offset) {
      throw this.error(expected, this.#length);
    }
    const at = this.#offset;
    this.#offset += size;
    return at;
  }
}

/**
 * Writes the fields of a frame, one after the other.
 *
 * @example Usage
 * ```ts
 * import { ByteWriter } from "#lib/base/bytes.ts";
 * import assert from "node:assert/strict";
 *
 * const bytes = new ByteWriter().uint8(0x05).sint16(-10).toBytes();
 * assert.deepEqual(bytes, Uint8Array.of(0x05, 0xf6, 0xff));
 * ```
 */
export class ByteWriter {
  readonly #bytes: number[] = [];
  readonly #bigEndian: boolean;
  readonly #filler: number;

  /**
   * Starts with an empty frame.
   *
   * @param options The byte order and the filler.
   */
  constructor(options: ByteWriterOptions = {}) {
    this.#bigEndian = options.bigEndian ?? false;
    this.#filler = options.filler ?? 0xff;
  }

  /**
   * Appends an unsigned 8-bit integer.
   *
   * @param value 0 to 255.
   * @throws {RangeError} If the value does not fit.
   */
  uint8(value: number): this {
    return this.#integer(value, 1, 0, 0xff);
  }

  /**
   * Appends an unsigned 16-bit integer.
   *
   * @param value 0 to 65535.
   * @throws {RangeError} If the value does not fit.
   */
  uint16(value: number): this {
    return this.#integer(value, 2, 0, 0xffff);
  }

  /**
   * Appends an unsigned 24-bit integer.
   *
   * @param value 0 to 16777215.
   * @throws {RangeError} If the value does not fit.
   */
  uint24(value: number): this {
    return this.#integer(value, 3, 0, 0xffffff);
  }

  /**
   * Appends an unsigned 32-bit integer.
   *
   * @param value 0 to 4294967295.
   * @throws {RangeError} If the value does not fit.
   */
  uint32(value: number): this {
    return this.#integer(value, 4, 0, 0xffffffff);
  }

  /**
   * Appends a signed 16-bit integer.
   *
   * @throws {RangeError} If the value does not fit.
   */
  sint16(value: number): this {
    return this.#integer(value, 2, -0x8000, 0x7fff);
  }

  /** Appends bytes as they are. */
  bytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** Appends unused bytes. */
  skip(length: number): this {
    for (let i = 0; i < length; i++) this.#bytes.push(this.#filler);
    return this;
  }

  /**
   * Ends the frame.
   *
   * @returns The frame so far.
   */
  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #integer(value: number, size: number, minimum: number, maximum: number) {
    if (!Number.isInteger(value) || value < minimum || value > maximum) {
      throw new RangeError(
        `Cannot write "${value}": not in ${size} bytes, expected an integer from ${minimum} to ${maximum}`,
      );
    }
    for (let i = 0; i < size; i++) {
      const shift = 8 * (this.#bigEndian ? size - 1 - i : i);
      this.#bytes.push((value >>> shift) & 0xff);
    }
    return this;
  }
}
