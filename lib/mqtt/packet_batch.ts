/**
 * Packets that go out together, in one write.
 *
 * @module
 */
import type { ProtocolVersion, Qos } from "./endpoint.ts";
import type { OutgoingMessage } from "./outbox.ts";

/** Memory that packets are written to, piece by piece; a piece is never used again. */
const SLAB_BYTES = 64 * 1024;

/** A batch of this size goes out at once. */
const FULL_BYTES = 16 * 1024;

/** The most that stands before the topic: type and length. */
const HEADER_BYTES = 5;

/** Texts up to this length are written character by character, which is faster. */
const SHORT_TEXT = 64;

/** So many steps of promises an acknowledgement waits for a message to travel with: what a caller takes from a reply to its next call. */
const ACKNOWLEDGEMENT_STEPS = 24;

const encoder = new TextEncoder();

/** What a packet needs besides its message. */
interface PublishHeader {
  /** Quality of service it goes with. */
  readonly qos: Qos;
  /** Packet identifier; 0 with QoS 0. */
  readonly id: number;
}

/** Collects packets and hands them on as one piece of bytes. */
export class PacketBatch {
  readonly #isV5: boolean;
  readonly #write: (bytes: Uint8Array) => void;
  #slab = new Uint8Array(SLAB_BYTES);
  #start = 0;
  #at = 0;
  #steps = 0;

  /**
   * Makes an empty batch.
   *
   * @param protocolVersion Whether packets have properties.
   * @param write Takes the bytes.
   */
  constructor(
    protocolVersion: ProtocolVersion,
    write: (bytes: Uint8Array) => void,
  ) {
    this.#isV5 = protocolVersion === "5";
    this.#write = write;
  }

  /**
   * Adds a PUBLISH (MQTT 5.0, 3.3).
   *
   * @param header What else it needs.
   */
  publish(message: OutgoingMessage, { qos, id }: PublishHeader): void {
    const { topic, options } = message;
    const payload = compact(message.payload);
    const most = HEADER_BYTES + 16 + 3 * (topic.length + payload.length) +
      (this.#isV5 ? mostPropertyBytes(message) : 0);
    this.#reserve(most);
    const start = this.#at;
    const body = this.#at = start + HEADER_BYTES;
    this.#text(topic);
    if (qos > 0) this.#number16(id);
    if (this.#isV5) this.#properties(message);
    this.#bytes(payload);
    const retain = options.retain ? 1 : 0;
    this.#finish(start, body, 0x30 | (qos << 1) | retain);
  }

  /**
   * Adds a PUBACK (MQTT 5.0, 3.4).
   *
   * @param id Packet identifier of the PUBLISH.
   */
  acknowledge(id: number): void {
    this.#reserve(4);
    this.#slab[this.#at++] = 0x40;
    this.#slab[this.#at++] = 2;
    this.#number16(id);
    this.#schedule(ACKNOWLEDGEMENT_STEPS);
  }

  /** Hands on what was added. */
  flush(): void {
    if (this.#at === this.#start) return;
    const bytes = this.#slab.subarray(this.#start, this.#at);
    this.#start = this.#at;
    this.#write(bytes);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#slab.length) return;
    this.flush();
    this.#slab = new Uint8Array(Math.max(SLAB_BYTES, bytes));
    this.#start = this.#at = 0;
  }

  /** Writes type and length right before the body, and closes the gap to the packet before. */
  #finish(start: number, body: number, type: number): void {
    const slab = this.#slab;
    const end = this.#at;
    let length = end - body;
    this.#at = start;
    slab[this.#at++] = type;
    do {
      slab[this.#at++] = (length & 0x7f) | (length >= 0x80 ? 0x80 : 0);
      length >>>= 7;
    } while (length > 0);
    if (this.#at < body) slab.copyWithin(this.#at, body, end);
    this.#at += end - body;
    this.#schedule(1);
  }

  /** What is added in one turn goes out together, after so many steps of promises. */
  #schedule(steps: number): void {
    if (this.#at - this.#start >= FULL_BYTES) return this.flush();
    const isDue = this.#steps > 0;
    this.#steps = isDue ? Math.min(steps, this.#steps) : steps;
    if (!isDue) queueMicrotask(this.#step);
  }

  readonly #step = (): void => {
    if (--this.#steps > 0) queueMicrotask(this.#step);
    else this.flush();
  };

  #properties(message: OutgoingMessage): void {
    const { properties } = message.options;
    if (!properties) {
      this.#slab[this.#at++] = 0;
      return;
    }
    const start = this.#at;
    const { responseTopic, correlationData, contentType } = properties;
    const seconds = message.leftSeconds();
    this.#at++;
    if (seconds !== undefined) {
      this.#slab[this.#at++] = 0x02;
      this.#number16(seconds >>> 16);
      this.#number16(seconds & 0xffff);
    }
    if (contentType !== undefined) this.#property(0x03, contentType);
    if (responseTopic !== undefined) this.#property(0x08, responseTopic);
    if (correlationData) this.#property(0x09, correlationData);
    for (const name in properties.userProperties) {
      const texts = properties.userProperties[name] ?? [];
      for (const text of typeof texts === "string" ? [texts] : texts) {
        this.#property(0x26, name);
        this.#text(text);
      }
    }
    this.#closeProperties(start);
  }

  /** One byte was left for the length; a longer one moves the properties. */
  #closeProperties(start: number): void {
    let length = this.#at - start - 1;
    const extra = length < 0x80 ? 0 : length < 0x4000 ? 1 : 2;
    if (extra > 0) {
      this.#slab.copyWithin(start + 1 + extra, start + 1, this.#at);
      this.#at += extra;
    }
    for (let i = 0; i <= extra; i++) {
      this.#slab[start + i] = (length & 0x7f) | (i < extra ? 0x80 : 0);
      length >>>= 7;
    }
  }

  #property(code: number, value: string | Uint8Array): void {
    this.#slab[this.#at++] = code;
    this.#text(value);
  }

  /** Text or bytes behind their length. */
  #text(value: string | Uint8Array): void {
    const start = this.#at;
    this.#at += 2;
    this.#bytes(value);
    const end = this.#at;
    this.#at = start;
    this.#number16(end - start - 2);
    this.#at = end;
  }

  #bytes(value: string | Uint8Array): void {
    if (typeof value !== "string") {
      this.#slab.set(value, this.#at);
      this.#at += value.length;
      return;
    }
    const start = this.#at;
    const { length } = value;
    if (length <= SHORT_TEXT) {
      let at = 0;
      for (; at < length; at++) {
        const code = value.charCodeAt(at);
        if (code >= 0x80) break;
        this.#slab[start + at] = code;
      }
      if (at === length) {
        this.#at += length;
        return;
      }
    }
    const { written } = encoder.encodeInto(value, this.#slab.subarray(start));
    this.#at += written;
  }

  #number16(value: number): void {
    this.#slab[this.#at++] = value >>> 8;
    this.#slab[this.#at++] = value & 0xff;
  }
}

/** Long texts are turned into bytes first, as room for any characters would be three times as much. */
function compact(payload: string | Uint8Array): string | Uint8Array {
  return typeof payload === "string" && payload.length > FULL_BYTES
    ? encoder.encode(payload)
    : payload;
}

/** Room for the properties, whatever their characters. */
function mostPropertyBytes({ options }: OutgoingMessage): number {
  const { properties } = options;
  if (!properties) return 1;
  const { responseTopic = "", correlationData, contentType = "" } = properties;
  let most = 32 + 3 * (responseTopic.length + contentType.length) +
    (correlationData?.length ?? 0);
  for (const name in properties.userProperties) {
    const texts = properties.userProperties[name] ?? [];
    for (const text of typeof texts === "string" ? [texts] : texts) {
      most += 5 + 3 * (name.length + text.length);
    }
  }
  return most;
}
