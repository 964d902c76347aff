/**
 * Reads a PUBLISH as it mostly is (MQTT 5.0, 3.3). Anything unusual is left to
 * MQTT.js, which also says what is wrong with it.
 *
 * @module
 */
import { readShortAscii } from "#lib/base/octets.ts";
import type { MqttMessage, MqttProperties, Qos } from "./endpoint.ts";
import { TextCache } from "./text_cache.ts";

/** A PUBLISH that was read. */
interface DecodedPublish {
  /** The message. */
  readonly message: MqttMessage;
  /** Packet identifier; 0 with QoS 0. */
  readonly id: number;
  /** The SUBSCRIBEs it was delivered for. */
  readonly identifiers: readonly number[];
}

/** Where a PUBLISH stands. */
export interface PublishBytes {
  /** All that came. */
  readonly bytes: Uint8Array;
  /** Where its first byte stands. */
  readonly start: number;
  /** Where its topic stands, behind the length. */
  readonly body: number;
  /** Where the next packet starts. */
  readonly end: number;
}

type Properties = { -readonly [K in keyof MqttProperties]: MqttProperties[K] };

const NO_PROPERTIES: MqttProperties = Object.freeze({});
const NO_IDENTIFIERS: readonly number[] = Object.freeze([]);

const RETAIN_FLAG = 0x01;
const DUP_FLAG = 0x08;

/** Identifiers of properties (MQTT 5.0, 2.2.2.2). */
const PROPERTY = {
  payloadFormat: 0x01,
  messageExpiry: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionIdentifier: 0x0b,
  user: 0x26,
} as const;

/** Made for good text only: MQTT.js judges the other. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Thrown for what is left to MQTT.js. */
const UNUSUAL = Symbol("unusual");

/** Reads PUBLISH packets. */
export class PublishDecoder {
  readonly #isV5: boolean;
  readonly #names = new TextCache();
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;
  #identifiers: readonly number[] = NO_IDENTIFIERS;

  /**
   * Makes a decoder.
   *
   * @param isV5 Whether packets have properties.
   */
  constructor(isV5: boolean) {
    this.#isV5 = isV5;
  }

  /**
   * Reads a packet.
   *
   * @returns What it holds, with pieces of the same bytes; undefined for QoS 2 and for anything unusual.
   */
  decode(packet: PublishBytes): DecodedPublish | undefined {
    try {
      return this.#read(packet);
    } catch (error) {
      if (error === UNUSUAL || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  #read({ bytes, start, body, end }: PublishBytes): DecodedPublish | undefined {
    const flags = bytes[start] ?? 0;
    const qos = toQos((flags >> 1) & 3);
    if (qos === undefined) return undefined;
    this.#bytes = bytes;
    this.#at = body;
    this.#end = end;
    this.#identifiers = NO_IDENTIFIERS;
    const topic = this.#name();
    const id = qos === 0 ? 0 : this.#number(2);
    if (topic === "" || (qos > 0 && id === 0)) return undefined;
    const properties = this.#isV5 ? this.#properties() : NO_PROPERTIES;
    const message: MqttMessage = {
      topic,
      payload: bytes.subarray(this.#at, end),
      qos,
      retain: (flags & RETAIN_FLAG) !== 0,
      ...((flags & DUP_FLAG) !== 0 && { isRepeated: true }),
      properties,
    };
    return { message, id, identifiers: this.#identifiers };
  }

  #properties(): MqttProperties {
    const length = this.#variable();
    if (length === 0) return NO_PROPERTIES;
    const packetEnd = this.#end;
    const end = this.#at + length;
    if (end > packetEnd) throw UNUSUAL;
    this.#end = end;
    const properties: Properties = {};
    while (this.#at < end) this.#property(properties);
    this.#end = packetEnd;
    return properties;
  }

  #property(properties: Properties): void {
    switch (this.#number(1)) {
      case PROPERTY.payloadFormat:
        this.#number(1);
        return;
      case PROPERTY.messageExpiry:
        properties.messageExpirySeconds = this.#number(4);
        return;
      case PROPERTY.contentType:
        properties.contentType = this.#name();
        return;
      case PROPERTY.responseTopic:
        properties.responseTopic = this.#name();
        return;
      case PROPERTY.correlationData:
        properties.correlationData = this.#binary();
        return;
      case PROPERTY.subscriptionIdentifier:
        this.#identifiers = [...this.#identifiers, this.#variable()];
        return;
      case PROPERTY.user:
        properties.userProperties = addUser(
          properties.userProperties,
          this.#name(),
          this.#text(),
        );
        return;
      default:
        throw UNUSUAL;
    }
  }

  #number(length: number): number {
    if (this.#at + length > this.#end) throw UNUSUAL;
    let value = 0;
    for (let i = 0; i < length; i++) {
      value = value * 256 + (this.#bytes[this.#at++] ?? 0);
    }
    return value;
  }

  #variable(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#number(1);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw UNUSUAL;
  }

  #binary(): Uint8Array {
    const [start, end] = this.#place();
    return this.#bytes.subarray(start, end);
  }

  /** A text that comes again and again. */
  #name(): string {
    const [start, end] = this.#place();
    return this.#names.read(this.#bytes, start, end) ??
      decoder.decode(this.#bytes.subarray(start, end));
  }

  #text(): string {
    const [start, end] = this.#place();
    return readShortAscii(this.#bytes, start, end) ??
      decoder.decode(this.#bytes.subarray(start, end));
  }

  /** Where a text stands, behind its length. */
  #place(): readonly [start: number, end: number] {
    const start = this.#at + 2;
    const end = start + this.#number(2);
    if (end > this.#end) throw UNUSUAL;
    this.#at = end;
    return [start, end];
  }
}

function toQos(level: number): Qos | undefined {
  return level === 0 || level === 1 ? level : undefined;
}

type UserProperties = NonNullable<MqttProperties["userProperties"]>;

/** A name that stands once has a text, one that stands again a list. */
function addUser(
  before: UserProperties | undefined,
  name: string,
  text: string,
): UserProperties {
  const properties: Record<string, string | readonly string[]> = before ??
    Object.create(null);
  const known = properties[name];
  properties[name] = known === undefined ? text : [known, text].flat();
  return properties;
}
