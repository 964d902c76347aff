/**
 * From a stream of bytes to packets.
 *
 * @module
 */
import { malformed } from "./packet_reader.ts";
import { ProtocolFault } from "./protocol_fault.ts";
import { REASON } from "./reason_code.ts";

/** A packet as it came. */
export interface Frame {
  /** The first byte: type and flags. */
  readonly first: number;
  /** All behind the remaining length; a view that the next bytes do not touch. */
  readonly body: Uint8Array;
  /** The whole packet, in bytes. */
  readonly size: number;
}

const NO_BYTES = new Uint8Array();

/** The shortest packet, in bytes. */
const MIN_PACKET_BYTES = 2;

/** Cuts a stream of bytes into packets. It never keeps more than one packet and what came with it. */
export class Framer {
  #chunks: Uint8Array[] = [];
  #length = 0;
  #needed = MIN_PACKET_BYTES;

  /** Takes bytes as they come. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /**
   * Cuts the next packet off.
   *
   * @param maxBytes The longest packet that is taken, in bytes.
   * @returns The packet; undefined until all of it has come.
   * @throws {ProtocolFault} If it is longer, or its length cannot be read.
   */
  next(maxBytes: number): Frame | undefined {
    if (this.#length < this.#needed) return undefined;
    const bytes = this.#join();
    const header = readHeader(bytes);
    if (header === undefined) {
      this.#needed = bytes.length + 1;
      return undefined;
    }
    const size = header.bodyAt + header.bodyLength;
    if (size > maxBytes) {
      throw new ProtocolFault(
        REASON.packetTooLarge,
        `Cannot take a packet: it has ${size} bytes, expected at most ${maxBytes}`,
      );
    }
    if (bytes.length < size) {
      this.#needed = size;
      return undefined;
    }
    this.#needed = MIN_PACKET_BYTES;
    this.#length = bytes.length - size;
    this.#chunks = this.#length > 0 ? [bytes.subarray(size)] : [];
    const body = bytes.subarray(header.bodyAt, size);
    return { first: header.first, body, size };
  }

  #join(): Uint8Array {
    const [only = NO_BYTES] = this.#chunks;
    if (this.#chunks.length <= 1) return only;
    const joined = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [joined];
    return joined;
  }
}

function readHeader(bytes: Uint8Array) {
  const [first = 0] = bytes;
  let bodyLength = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[index + 1];
    if (byte === undefined) return undefined;
    bodyLength += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) return { first, bodyLength, bodyAt: index + 2 };
  }
  throw malformed("its remaining length takes more than 4 bytes");
}
