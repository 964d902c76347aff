/**
 * Finds packets in the bytes of a connection (MQTT 5.0, 2.1).
 *
 * @module
 */
import type { PublishBytes } from "./publish_decoder.ts";

/** The most bytes of a type and a length. */
const MAX_HEADER_BYTES = 5;

/** A longer packet is handed on piece by piece, without being put together. */
const MAX_BUFFERED_BYTES = 64 * 1024;

/** What becomes of packets. */
interface FrameSink {
  /**
   * Takes a whole packet.
   *
   * @returns False to have its bytes handed to `pass` instead.
   */
  take(packet: PublishBytes): boolean;
  /** Takes bytes as they came: of packets that were not taken, and of long ones. */
  pass(bytes: Uint8Array): void;
}

/** Cuts what comes into packets. */
export class PacketFramer {
  readonly #sink: FrameSink;
  #rest: Uint8Array | undefined;
  /** How many bytes of a long packet are still to be passed; all, where no packet can be found any more. */
  #passing = 0;

  /**
   * Makes a framer for a new connection.
   *
   * @param sink What becomes of the packets.
   */
  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /**
   * Takes bytes as they come.
   *
   * @param chunk The bytes.
   */
  feed(chunk: Uint8Array): void {
    const bytes = this.#rest ? join(this.#rest, chunk) : chunk;
    this.#rest = undefined;
    let at = 0;
    /** What is not taken and not passed yet starts here. */
    let passFrom = 0;
    while (at < bytes.length) {
      if (this.#passing > 0) {
        const end = Math.min(bytes.length, at + this.#passing);
        this.#passing -= end - at;
        at = end;
        continue;
      }
      const packet = this.#find(bytes, at);
      if (!packet) break;
      const { end } = packet;
      if (end - at > MAX_BUFFERED_BYTES) {
        this.#passing = end - at;
        continue;
      }
      if (end > bytes.length) break;
      if (passFrom < at) this.#sink.pass(bytes.subarray(passFrom, at));
      passFrom = at;
      if (this.#sink.take(packet)) passFrom = end;
      at = end;
    }
    if (passFrom < at) this.#sink.pass(bytes.subarray(passFrom, at));
    if (at < bytes.length) this.#rest = bytes.subarray(at);
  }

  /** Where a packet ends; undefined while its length has not come. */
  #find(bytes: Uint8Array, start: number): PublishBytes | undefined {
    let length = 0;
    let weight = 1;
    for (let at = start + 1; at < bytes.length;) {
      const byte = bytes[at++] ?? 0;
      length += (byte & 0x7f) * weight;
      weight *= 128;
      if (byte < 0x80) return { bytes, start, body: at, end: at + length };
      // No length of MQTT: MQTT.js says so.
      if (at - start >= MAX_HEADER_BYTES) {
        return { bytes, start, body: at, end: Infinity };
      }
    }
    return undefined;
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
