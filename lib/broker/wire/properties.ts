/**
 * The properties of MQTT 5 (2.2.2): which there are, and where a client may
 * send them.
 *
 * @module
 */
import { isTopicName } from "#lib/mqtt/topic.ts";
import { malformed, type PacketReader } from "./packet_reader.ts";
import { PacketWriter } from "./packet_writer.ts";
import { ProtocolFault } from "./protocol_fault.ts";
import { REASON } from "./reason_code.ts";

/** Identifiers of properties. */
export const PROPERTY = {
  payloadFormatIndicator: 0x01,
  messageExpiryInterval: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionIdentifier: 0x0b,
  sessionExpiryInterval: 0x11,
  assignedClientIdentifier: 0x12,
  serverKeepAlive: 0x13,
  authenticationMethod: 0x15,
  authenticationData: 0x16,
  requestProblemInformation: 0x17,
  willDelayInterval: 0x18,
  requestResponseInformation: 0x19,
  responseInformation: 0x1a,
  serverReference: 0x1c,
  reasonString: 0x1f,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  maximumQos: 0x24,
  retainAvailable: 0x25,
  userProperty: 0x26,
  maximumPacketSize: 0x27,
  wildcardSubscriptionAvailable: 0x28,
  subscriptionIdentifierAvailable: 0x29,
  sharedSubscriptionAvailable: 0x2a,
} as const;

/** Where properties stand in what a client sends. */
export type PropertyPlace =
  | "connect"
  | "will"
  | "publish"
  | "ack"
  | "subscribe"
  | "unsubscribe"
  | "disconnect"
  | "auth";

type PropertyType =
  | "flag"
  | "uint16"
  | "uint32"
  | "variable"
  | "text"
  | "binary"
  | "pair";

interface PropertyRule {
  readonly type: PropertyType;
  /** Where a client may send it; nowhere where only a broker does. */
  readonly places: readonly PropertyPlace[];
  readonly isPositive?: boolean;
}

/** Goes with a message, unaltered and in its order, to those who get it. */
const FORWARDED: ReadonlySet<number> = new Set([
  PROPERTY.payloadFormatIndicator,
  PROPERTY.contentType,
  PROPERTY.responseTopic,
  PROPERTY.correlationData,
  PROPERTY.userProperty,
]);

const MESSAGE = ["publish", "will"] as const;

const RULES: ReadonlyMap<number, PropertyRule> = new Map<number, PropertyRule>([
  [PROPERTY.payloadFormatIndicator, { type: "flag", places: MESSAGE }],
  [PROPERTY.messageExpiryInterval, { type: "uint32", places: MESSAGE }],
  [PROPERTY.contentType, { type: "text", places: MESSAGE }],
  [PROPERTY.responseTopic, { type: "text", places: MESSAGE }],
  [PROPERTY.correlationData, { type: "binary", places: MESSAGE }],
  [PROPERTY.subscriptionIdentifier, {
    type: "variable",
    places: ["subscribe"],
    isPositive: true,
  }],
  [PROPERTY.sessionExpiryInterval, {
    type: "uint32",
    places: ["connect", "disconnect"],
  }],
  [PROPERTY.assignedClientIdentifier, { type: "text", places: [] }],
  [PROPERTY.serverKeepAlive, { type: "uint16", places: [] }],
  [PROPERTY.authenticationMethod, {
    type: "text",
    places: ["connect", "auth"],
  }],
  [PROPERTY.authenticationData, {
    type: "binary",
    places: ["connect", "auth"],
  }],
  [PROPERTY.requestProblemInformation, { type: "flag", places: ["connect"] }],
  [PROPERTY.willDelayInterval, { type: "uint32", places: ["will"] }],
  [PROPERTY.requestResponseInformation, { type: "flag", places: ["connect"] }],
  [PROPERTY.responseInformation, { type: "text", places: [] }],
  [PROPERTY.serverReference, { type: "text", places: [] }],
  [PROPERTY.reasonString, {
    type: "text",
    places: ["ack", "disconnect", "auth"],
  }],
  [PROPERTY.receiveMaximum, {
    type: "uint16",
    places: ["connect"],
    isPositive: true,
  }],
  [PROPERTY.topicAliasMaximum, { type: "uint16", places: ["connect"] }],
  [PROPERTY.topicAlias, { type: "uint16", places: ["publish"] }],
  [PROPERTY.maximumQos, { type: "flag", places: [] }],
  [PROPERTY.retainAvailable, { type: "flag", places: [] }],
  [PROPERTY.userProperty, {
    type: "pair",
    places: [
      ...MESSAGE,
      "connect",
      "ack",
      "subscribe",
      "unsubscribe",
      "disconnect",
      "auth",
    ],
  }],
  [PROPERTY.maximumPacketSize, {
    type: "uint32",
    places: ["connect"],
    isPositive: true,
  }],
  [PROPERTY.wildcardSubscriptionAvailable, { type: "flag", places: [] }],
  [PROPERTY.subscriptionIdentifierAvailable, { type: "flag", places: [] }],
  [PROPERTY.sharedSubscriptionAvailable, { type: "flag", places: [] }],
]);

type PropertyValue = number | string | Uint8Array;

const NO_BYTES = new Uint8Array();

/** The properties of one packet, checked. */
export class Properties {
  /** No properties. */
  static readonly NONE: Properties = new Properties(new Map(), NO_BYTES);
  /** Those that go with a message to its receivers, as they stand in a packet. */
  readonly forwarded: Uint8Array;
  readonly #values: ReadonlyMap<number, PropertyValue>;

  constructor(
    values: ReadonlyMap<number, PropertyValue>,
    forwarded: Uint8Array,
  ) {
    this.#values = values;
    this.forwarded = forwarded;
  }

  /** A property that is a number. */
  number(id: number): number | undefined {
    const value = this.#values.get(id);
    return typeof value === "number" ? value : undefined;
  }

  /** A property that is a text. */
  text(id: number): string | undefined {
    const value = this.#values.get(id);
    return typeof value === "string" ? value : undefined;
  }
}

/** The most bytes that the properties of a packet take: reading millions of small ones keeps others waiting. */
const MAX_BYTES = 256 * 1024;

/**
 * Reads properties with their length before them.
 *
 * @param reader Stands at the length.
 * @param place What they belong to.
 * @throws {ProtocolFault} If one is unknown, does not belong there, comes twice or has no such value, or all are too long.
 */
export function readProperties(
  reader: PacketReader,
  place: PropertyPlace,
): Properties {
  const length = reader.variableInteger();
  if (length === 0) return Properties.NONE;
  if (length > reader.remaining) {
    throw malformed("its properties are longer than it is");
  }
  if (length > MAX_BYTES) {
    throw new ProtocolFault(
      REASON.packetTooLarge,
      `Cannot take a packet: its properties have ${length} bytes, expected at most ${MAX_BYTES}`,
    );
  }
  const end = reader.offset + length;
  const values = new Map<number, PropertyValue>();
  const forwarded: Uint8Array[] = [];
  while (reader.offset < end) {
    const start = reader.offset;
    const id = reader.variableInteger();
    const value = readProperty(reader, id, place);
    if (reader.offset > end) throw malformed("a property has no end");
    if (FORWARDED.has(id)) forwarded.push(reader.raw(start, reader.offset));
    if (value === undefined) continue;
    if (values.has(id)) throw invalid(id, "it comes twice, expected one");
    values.set(id, value);
  }
  return new Properties(values, join(forwarded));
}

/** Reads one property; a user property is checked only. */
function readProperty(
  reader: PacketReader,
  id: number,
  place: PropertyPlace,
): PropertyValue | undefined {
  const rule = RULES.get(id);
  if (!rule?.places.includes(place)) {
    throw malformed(`property ${id} does not belong into ${place}`);
  }
  const value = readValue(reader, rule.type);
  if (rule.type === "flag" && value !== 0 && value !== 1) {
    throw invalid(id, `it is ${value}, expected 0 or 1`);
  }
  if (rule.isPositive && value === 0) {
    throw invalid(id, "it is 0, expected more");
  }
  if (
    id === PROPERTY.responseTopic &&
    !(typeof value === "string" && isTopicName(value))
  ) throw invalid(id, "it is no topic name, expected one without wildcards");
  return value;
}

function readValue(
  reader: PacketReader,
  type: PropertyType,
): PropertyValue | undefined {
  switch (type) {
    case "flag":
      return reader.uint8();
    case "uint16":
      return reader.uint16();
    case "uint32":
      return reader.uint32();
    case "variable":
      return reader.variableInteger();
    case "text":
      return reader.text();
    case "binary":
      return reader.binary();
    case "pair":
      reader.text();
      reader.text();
      return undefined;
  }
}

function invalid(id: number, why: string): ProtocolFault {
  return new ProtocolFault(
    REASON.protocolError,
    `Cannot take property ${id}: ${why}`,
  );
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 0) return NO_BYTES;
  const writer = new PacketWriter();
  for (const part of parts) writer.raw(part);
  return writer.toBytes();
}

/** A property that the broker sends. */
export type OutgoingProperty = readonly [
  id: number,
  value: number | string | undefined,
];

/**
 * Writes properties with their length before them.
 *
 * @param properties The properties; those without a value are left out.
 */
export function writeProperties(
  writer: PacketWriter,
  properties: readonly OutgoingProperty[],
): void {
  const inner = new PacketWriter();
  for (const [id, value] of properties) {
    if (value === undefined) continue;
    inner.variableInteger(id);
    writeValue(inner, RULES.get(id)?.type, value);
  }
  writer.variableInteger(inner.length).raw(inner.toBytes());
}

function writeValue(
  writer: PacketWriter,
  type: PropertyType | undefined,
  value: number | string,
): void {
  if (typeof value === "string") writer.text(value);
  else if (type === "flag") writer.uint8(value);
  else if (type === "uint16") writer.uint16(value);
  else if (type === "uint32") writer.uint32(value);
  else writer.variableInteger(value);
}
