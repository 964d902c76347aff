/**
 * Reading what a client sends once it is connected.
 *
 * @module
 */
import type { ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import {
  ACK_KINDS,
  type AckPacket,
  type ClientPacket,
  type DisconnectPacket,
  PACKET_TYPE,
  type PublishPacket,
  type SubscribePacket,
  type SubscriptionRequest,
  type UnsubscribePacket,
} from "./client_packet.ts";
import type { Frame } from "./framer.ts";
import { malformed, PacketReader } from "./packet_reader.ts";
import {
  Properties,
  PROPERTY,
  type PropertyPlace,
  readProperties,
} from "./properties.ts";
import { ProtocolFault } from "./protocol_fault.ts";
import { toQos } from "./qos.ts";
import { REASON } from "./reason_code.ts";

/** The most topic filters of a packet: more than a client may subscribe to. */
const MAX_FILTERS = 1024;

/** The flags that a packet must have; those of PUBLISH are its own (MQTT 5.0, 2.1.3). */
const FLAGS: ReadonlyMap<number, number> = new Map([
  [PACKET_TYPE.puback, 0],
  [PACKET_TYPE.pubrec, 0],
  [PACKET_TYPE.pubrel, 2],
  [PACKET_TYPE.pubcomp, 0],
  [PACKET_TYPE.subscribe, 2],
  [PACKET_TYPE.unsubscribe, 2],
  [PACKET_TYPE.pingreq, 0],
  [PACKET_TYPE.disconnect, 0],
]);

/**
 * Reads a packet.
 *
 * @param version The version that the connection speaks.
 * @throws {ProtocolFault} If it is malformed, or none that a connected client sends.
 */
export function decodePacket(
  { first, body }: Frame,
  version: ProtocolVersion,
): ClientPacket {
  const reader = new PacketReader(body);
  const type = first >> 4;
  if (type === PACKET_TYPE.publish) {
    return decodePublish(reader, first & 0x0f, version);
  }
  const flags = FLAGS.get(type);
  if (flags === undefined) throw unexpected(type);
  if ((first & 0x0f) !== flags) throw malformed("its reserved flags are wrong");
  const packet = decodeOther(reader, type, version);
  reader.expectEnd();
  return packet;
}

function decodeOther(
  reader: PacketReader,
  type: number,
  version: ProtocolVersion,
): ClientPacket {
  switch (type) {
    case PACKET_TYPE.subscribe:
      return decodeSubscribe(reader, version);
    case PACKET_TYPE.unsubscribe:
      return decodeUnsubscribe(reader, version);
    case PACKET_TYPE.pingreq:
      return { kind: "pingreq" };
    case PACKET_TYPE.disconnect:
      return decodeDisconnect(reader, version);
  }
  return decodeAck(reader, type, version);
}

function unexpected(type: number): ProtocolFault {
  return new ProtocolFault(
    type === 0 ? REASON.malformedPacket : REASON.protocolError,
    `Cannot take a packet of type ${type}: expected one that a connected client sends`,
  );
}

function propertiesOf(
  reader: PacketReader,
  version: ProtocolVersion,
  place: PropertyPlace,
): Properties {
  return version === "5" ? readProperties(reader, place) : Properties.NONE;
}

function decodePublish(
  reader: PacketReader,
  flags: number,
  version: ProtocolVersion,
): PublishPacket {
  const qos = toQos(flags >> 1 & 3);
  if (qos === 0 && flags & 8) throw malformed("it has QoS 0 and is a repeat");
  const topic = reader.text();
  const packetId = qos === 0 ? 0 : reader.packetId();
  const properties = propertiesOf(reader, version, "publish");
  return {
    kind: "publish",
    topic,
    payload: reader.rest(),
    qos,
    retain: (flags & 1) !== 0,
    packetId,
    properties,
  };
}

function decodeAck(
  reader: PacketReader,
  type: number,
  version: ProtocolVersion,
): AckPacket {
  const kind = ACK_KINDS[type - PACKET_TYPE.puback];
  if (kind === undefined) throw unexpected(type);
  const packetId = reader.packetId();
  if (version !== "5" || reader.remaining === 0) {
    return { kind, packetId, reasonCode: REASON.success };
  }
  const reasonCode = reader.uint8();
  if (reader.remaining > 0) readProperties(reader, "ack");
  return { kind, packetId, reasonCode };
}

function decodeSubscribe(
  reader: PacketReader,
  version: ProtocolVersion,
): SubscribePacket {
  const packetId = reader.packetId();
  const properties = propertiesOf(reader, version, "subscribe");
  const requests: SubscriptionRequest[] = [];
  while (reader.remaining > 0) {
    if (requests.length >= MAX_FILTERS) throw tooManyFilters();
    requests.push(readRequest(reader.text(), reader.uint8(), version));
  }
  if (requests.length === 0) throw noFilters();
  const identifier = properties.number(PROPERTY.subscriptionIdentifier);
  return { kind: "subscribe", packetId, identifier, requests };
}

function readRequest(
  filter: string,
  options: number,
  version: ProtocolVersion,
): SubscriptionRequest {
  const reserved = version === "5" ? 0xc0 : 0xfc;
  const retainHandling = options >> 4 & 3;
  if (options & reserved || retainHandling === 3) {
    throw malformed("its subscription options are wrong");
  }
  return {
    filter,
    qos: toQos(options & 3),
    noLocal: (options & 4) !== 0,
    retainAsPublished: (options & 8) !== 0,
    retainHandling,
  };
}

function decodeUnsubscribe(
  reader: PacketReader,
  version: ProtocolVersion,
): UnsubscribePacket {
  const packetId = reader.packetId();
  propertiesOf(reader, version, "unsubscribe");
  const filters: string[] = [];
  while (reader.remaining > 0) {
    if (filters.length >= MAX_FILTERS) throw tooManyFilters();
    filters.push(reader.text());
  }
  if (filters.length === 0) throw noFilters();
  return { kind: "unsubscribe", packetId, filters };
}

function noFilters(): ProtocolFault {
  return new ProtocolFault(
    REASON.protocolError,
    "Cannot take a packet: it has no topic filter, expected one or more",
  );
}

function tooManyFilters(): ProtocolFault {
  return new ProtocolFault(
    REASON.quotaExceeded,
    `Cannot take a packet: it has more than ${MAX_FILTERS} topic filters, expected fewer`,
  );
}

function decodeDisconnect(
  reader: PacketReader,
  version: ProtocolVersion,
): DisconnectPacket {
  const isPlain = version !== "5" || reader.remaining === 0;
  const reasonCode = isPlain ? REASON.success : reader.uint8();
  const properties = isPlain || reader.remaining === 0
    ? Properties.NONE
    : readProperties(reader, "disconnect");
  const sessionExpirySeconds = properties.number(
    PROPERTY.sessionExpiryInterval,
  );
  return { kind: "disconnect", reasonCode, sessionExpirySeconds };
}
