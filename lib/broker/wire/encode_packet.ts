/**
 * Writing what the broker sends.
 *
 * @module
 */
import type { ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import { type AckPacket, PACKET_TYPE } from "./client_packet.ts";
import { PacketWriter } from "./packet_writer.ts";
import {
  type OutgoingProperty,
  PROPERTY,
  writeProperties,
} from "./properties.ts";
import { FIRST_FAILURE, REASON, toReturnCode } from "./reason_code.ts";

/** PINGRESP. */
export const PINGRESP: Uint8Array = Uint8Array.of(
  PACKET_TYPE.pingresp << 4,
  0,
);

/** Puts type, flags and length before a body. */
function packet(type: number, flags: number, body: PacketWriter): Uint8Array {
  return new PacketWriter()
    .uint8(type << 4 | flags)
    .variableInteger(body.length)
    .raw(body.toBytes())
    .toBytes();
}

/** What a CONNACK says. */
export interface Connack {
  readonly reasonCode: number;
  readonly sessionPresent: boolean;
  readonly properties: readonly OutgoingProperty[];
}

/**
 * Writes a CONNACK.
 *
 * @param version The version that the client speaks.
 */
export function encodeConnack(
  { reasonCode, sessionPresent, properties }: Connack,
  version: ProtocolVersion,
): Uint8Array {
  const body = new PacketWriter().uint8(sessionPresent ? 1 : 0);
  if (version === "5") {
    body.uint8(reasonCode);
    writeProperties(body, properties);
  } else {
    body.uint8(toReturnCode(reasonCode));
  }
  return packet(PACKET_TYPE.connack, 0, body);
}

/**
 * Writes a PUBACK, PUBREC, PUBREL or PUBCOMP.
 *
 * @param version The version that the client speaks.
 */
export function encodeAck(
  { kind, packetId, reasonCode }: AckPacket,
  version: ProtocolVersion,
): Uint8Array {
  const body = new PacketWriter().uint16(packetId);
  if (version === "5" && reasonCode !== REASON.success) body.uint8(reasonCode);
  const flags = kind === "pubrel" ? 2 : 0;
  return packet(PACKET_TYPE[kind], flags, body);
}

/** The answer to a SUBSCRIBE or UNSUBSCRIBE: one code for each filter. */
interface FilterAck {
  readonly kind: "suback" | "unsuback";
  readonly packetId: number;
  readonly reasonCodes: readonly number[];
}

/**
 * Writes a SUBACK or UNSUBACK.
 *
 * @param version The version that the client speaks.
 */
export function encodeFilterAck(
  { kind, packetId, reasonCodes }: FilterAck,
  version: ProtocolVersion,
): Uint8Array {
  const body = new PacketWriter().uint16(packetId);
  if (version === "5") writeProperties(body, []);
  if (version === "5" || kind === "suback") {
    for (const code of reasonCodes) {
      const isExact = version === "5" || code < FIRST_FAILURE;
      body.uint8(isExact ? code : FIRST_FAILURE);
    }
  }
  return packet(PACKET_TYPE[kind], 0, body);
}

/**
 * Writes a DISCONNECT, which only MQTT 5 has.
 *
 * @param reason The same in words; left out where the client does not want it.
 */
export function encodeDisconnect(
  reasonCode: number,
  reason: string | undefined,
): Uint8Array {
  const body = new PacketWriter().uint8(reasonCode);
  writeProperties(body, [[PROPERTY.reasonString, reason]]);
  return packet(PACKET_TYPE.disconnect, 0, body);
}
