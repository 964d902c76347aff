/**
 * Writing PUBLISH (MQTT 5.0, 3.3).
 *
 * @module
 */
import type { ProtocolVersion, Qos } from "#lib/mqtt/endpoint.ts";
import { PACKET_TYPE } from "./client_packet.ts";
import { PacketWriter, variableIntegerSize } from "./packet_writer.ts";
import { PROPERTY } from "./properties.ts";

/** A message on its way to one client. */
interface OutgoingPublish {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  /** 0 with QoS 0. */
  readonly packetId: number;
  /** Properties that the publisher gave, as they stand in a packet. */
  readonly forwarded: Uint8Array;
  readonly messageExpirySeconds: number | undefined;
  readonly subscriptionIdentifiers: readonly number[];
}

/**
 * Writes a PUBLISH up to its payload, which is sent behind it without a copy.
 *
 * @param version The version that the client speaks.
 * @returns All but the payload.
 */
export function encodePublishHead(
  publish: OutgoingPublish,
  version: ProtocolVersion,
): Uint8Array {
  const { qos, retain, dup, packetId, payload } = publish;
  const head = new PacketWriter().text(publish.topic);
  if (qos > 0) head.uint16(packetId);
  if (version === "5") writePublishProperties(head, publish);
  const flags = (dup ? 8 : 0) | qos << 1 | (retain ? 1 : 0);
  return new PacketWriter()
    .uint8(PACKET_TYPE.publish << 4 | flags)
    .variableInteger(head.length + payload.length)
    .raw(head.toBytes())
    .toBytes();
}

function writePublishProperties(
  writer: PacketWriter,
  publish: OutgoingPublish,
): void {
  const { forwarded, messageExpirySeconds, subscriptionIdentifiers } = publish;
  const identifiersSize = subscriptionIdentifiers.reduce(
    (size, identifier) => size + 1 + variableIntegerSize(identifier),
    0,
  );
  const expirySize = messageExpirySeconds === undefined ? 0 : 5;
  writer.variableInteger(forwarded.length + expirySize + identifiersSize);
  if (messageExpirySeconds !== undefined) {
    writer.uint8(PROPERTY.messageExpiryInterval).uint32(messageExpirySeconds);
  }
  for (const identifier of subscriptionIdentifiers) {
    writer.uint8(PROPERTY.subscriptionIdentifier).variableInteger(identifier);
  }
  writer.raw(forwarded);
}
