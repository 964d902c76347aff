/**
 * The data types of MQTT, written into a packet (MQTT 5.0, 1.5).
 *
 * @module
 */

const encoder = new TextEncoder();

/** Writes the fields of a packet, one after the other. */
export class PacketWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  uint8(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  uint16(value: number): this {
    return this.uint8(value >>> 8).uint8(value & 0xff);
  }

  uint32(value: number): this {
    return this.uint16(value >>> 16).uint16(value & 0xffff);
  }

  /** A Variable Byte Integer. */
  variableInteger(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.uint8(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    return this.uint8(rest);
  }

  /** A UTF-8 Encoded String. */
  text(value: string): this {
    return this.binary(encoder.encode(value));
  }

  /** Binary Data. */
  binary(value: Uint8Array): this {
    return this.uint16(value.length).raw(value);
  }

  /** Bytes without a length before them. */
  raw(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** What was written. */
  toBytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/**
 * How many bytes a Variable Byte Integer takes.
 *
 * @returns 1 to 4.
 */
export function variableIntegerSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x20_0000 ? 3 : 4;
}
