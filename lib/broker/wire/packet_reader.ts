/**
 * The data types of MQTT, read off a packet (MQTT 5.0, 1.5).
 *
 * @module
 */
import { ByteReader } from "#lib/base/bytes.ts";
import { FrameError } from "#lib/base/errors.ts";
import { ProtocolFault } from "./protocol_fault.ts";
import { REASON } from "./reason_code.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Clients close their connection when a text holds these, so nobody may send them (MQTT 5.0, 1.5.4). */
const FORBIDDEN = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

/** Makes the fault for bytes that are no packet. */
export function malformed(
  what: string,
  options?: ErrorOptions,
): ProtocolFault {
  return new ProtocolFault(
    REASON.malformedPacket,
    `Cannot read a packet: ${what}`,
    options,
  );
}

/** Reads one packet from its first byte behind the remaining length to its last. */
export class PacketReader {
  readonly #body: Uint8Array;
  readonly #reader: ByteReader;

  constructor(body: Uint8Array) {
    this.#body = body;
    this.#reader = new ByteReader(body, "packet", { bigEndian: true });
  }

  /** Where the next field starts. */
  get offset(): number {
    return this.#reader.offset;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#reader.remaining;
  }

  uint8(): number {
    return this.#read(() => this.#reader.uint8());
  }

  uint16(): number {
    return this.#read(() => this.#reader.uint16());
  }

  uint32(): number {
    return this.#read(() => this.#reader.uint32());
  }

  /** A Variable Byte Integer, in as few bytes as it can be written. */
  variableInteger(): number {
    let value = 0;
    for (let index = 0; index < 4; index++) {
      const byte = this.uint8();
      value += (byte & 0x7f) * 128 ** index;
      if (byte >= 0x80) continue;
      if (byte === 0 && index > 0) break;
      return value;
    }
    throw malformed("a variable byte integer is too long");
  }

  /** Binary Data. */
  binary(): Uint8Array {
    const length = this.uint16();
    return this.#read(() => this.#reader.bytes(length));
  }

  /** A UTF-8 Encoded String. */
  text(): string {
    return decodeText(this.binary());
  }

  /** A Packet Identifier. */
  packetId(): number {
    const id = this.uint16();
    if (id > 0) return id;
    throw new ProtocolFault(
      REASON.protocolError,
      "Cannot read a packet: its packet identifier is 0, expected 1 to 65535",
    );
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.#reader.rest();
  }

  /** A part that was read, as it stands in the packet. */
  raw(from: number, to: number): Uint8Array {
    return this.#body.subarray(from, to);
  }

  /** Refuses a packet that goes on behind its last field. */
  expectEnd(): void {
    if (this.remaining > 0) throw malformed("it is longer than its fields");
  }

  #read<T>(field: () => T): T {
    try {
      return field();
    } catch (cause) {
      if (!(cause instanceof FrameError)) throw cause;
      throw malformed("it ends in the middle of a field", { cause });
    }
  }
}

function decodeText(bytes: Uint8Array): string {
  let text;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw malformed("a text is not UTF-8", { cause });
  }
  if (!FORBIDDEN.test(text)) return text;
  throw malformed("a text holds characters that MQTT forbids");
}
