/**
 * What clients send.
 *
 * @module
 */
import type { ProtocolVersion, Qos } from "#lib/mqtt/endpoint.ts";
import type { Properties } from "./properties.ts";

/** Packet types by name (MQTT 5.0, 2.1.2). */
export const PACKET_TYPE = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const;

/** A last will. */
export interface WillPacket {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties: Properties;
}

/** CONNECT. */
export interface ConnectPacket {
  readonly kind: "connect";
  readonly version: ProtocolVersion;
  readonly clientId: string;
  readonly cleanStart: boolean;
  readonly keepAliveSeconds: number;
  readonly properties: Properties;
  readonly will: WillPacket | undefined;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
}

/** PUBLISH. */
export interface PublishPacket {
  readonly kind: "publish";
  /** Empty where a topic alias stands for it. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** 0 with QoS 0. */
  readonly packetId: number;
  readonly properties: Properties;
}

/** The packets that acknowledge a PUBLISH. */
export const ACK_KINDS = ["puback", "pubrec", "pubrel", "pubcomp"] as const;

/** PUBACK, PUBREC, PUBREL, PUBCOMP. */
export interface AckPacket {
  readonly kind: (typeof ACK_KINDS)[number];
  readonly packetId: number;
  readonly reasonCode: number;
}

/** One filter of a SUBSCRIBE. */
export interface SubscriptionRequest {
  readonly filter: string;
  readonly qos: Qos;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  /** 0: send retained messages, 1: only for a new subscription, 2: never. */
  readonly retainHandling: number;
}

/** SUBSCRIBE. */
export interface SubscribePacket {
  readonly kind: "subscribe";
  readonly packetId: number;
  readonly identifier: number | undefined;
  readonly requests: readonly SubscriptionRequest[];
}

/** UNSUBSCRIBE. */
export interface UnsubscribePacket {
  readonly kind: "unsubscribe";
  readonly packetId: number;
  readonly filters: readonly string[];
}

/** PINGREQ. */
interface PingPacket {
  readonly kind: "pingreq";
}

/** DISCONNECT. */
export interface DisconnectPacket {
  readonly kind: "disconnect";
  readonly reasonCode: number;
  readonly sessionExpirySeconds: number | undefined;
}

/** What a client sends once it is connected. */
export type ClientPacket =
  | PublishPacket
  | AckPacket
  | SubscribePacket
  | UnsubscribePacket
  | PingPacket
  | DisconnectPacket;
