/**
 * What the broker knows of a client, over its connections (MQTT 5.0, 4.1).
 *
 * @module
 */
import type { ProtocolVersion, Qos } from "#lib/mqtt/endpoint.ts";
import type { Permit } from "./access.ts";
import type { Message } from "./message.ts";
import type { Delivery, Outgoing } from "./outgoing.ts";
import type { Subscription } from "./subscription.ts";
import type { WillPacket } from "./wire/client_packet.ts";
import { encodeAck } from "./wire/encode_packet.ts";
import { encodePublishHead } from "./wire/encode_publish.ts";
import { REASON } from "./wire/reason_code.ts";

/** The connection of a client, as its session sees it. */
export interface Channel {
  /** The version that it speaks. */
  readonly version: ProtocolVersion;
  /** The longest packet that the client takes, in bytes. */
  readonly maxPacketBytes: number;
  /** False while too much is on its way. */
  readonly isWritable: boolean;
  /** What is on its way, in bytes. */
  readonly buffered: number;
  /** Sends bytes. */
  write(...parts: readonly Uint8Array[]): void;
  /**
   * Closes it, and has the session know at once.
   *
   * @param reason The same in words, for the log and the client.
   */
  end(reasonCode: number, reason: string): void;
}

/** A will whose time has not come. */
interface WaitingWill {
  readonly will: WillPacket;
  /** When it is published, by the monotonic clock. */
  readonly atMs: number;
}

/** One client's session. */
export class Session {
  readonly clientId: string;
  /** What the client may do. */
  permit: Permit;
  /** How long it outlives its connection, in seconds. */
  expirySeconds = 0;
  /** When it ends, by the monotonic clock; undefined while connected. */
  expiresAtMs: number | undefined;
  /** The will of the present connection. */
  will: WillPacket | undefined;
  /** The will of the last connection. */
  waitingWill: WaitingWill | undefined;
  /** The connection. */
  channel: Channel | undefined;
  /** Subscriptions by filter as the client wrote it. */
  readonly subscriptions: Map<string, Subscription> = new Map();
  /** Messages for the client. */
  readonly outgoing: Outgoing;
  /** Packet identifiers of QoS 2 messages from the client whose handshake has not ended. */
  readonly incoming: Set<number> = new Set();

  constructor(clientId: string, permit: Permit, outgoing: Outgoing) {
    this.clientId = clientId;
    this.permit = permit;
    this.outgoing = outgoing;
  }

  /** Whether messages reach it now. */
  get isConnected(): boolean {
    return this.channel !== undefined;
  }

  /**
   * Takes a message for the client.
   *
   * @param subscriptions Those that it matches.
   * @returns False where what waits for the client is too much already.
   */
  deliver(message: Message, subscriptions: readonly Subscription[]): boolean {
    const delivery = this.#deliveryOf(message, subscriptions);
    if (!delivery || (delivery.qos === 0 && !this.channel)) return true;
    return this.outgoing.add(delivery);
  }

  /**
   * Takes a retained message for a new subscription.
   *
   * @returns False where what waits for the client is too much already.
   */
  deliverRetained(message: Message, subscription: Subscription): boolean {
    const delivery = this.#deliveryOf(message, [subscription]);
    return !delivery || this.outgoing.add({ ...delivery, retain: true });
  }

  /**
   * Sends what waits, as long as the client takes it.
   *
   * @param nowMs The time, by the monotonic clock.
   */
  flush(nowMs: number): void {
    const { channel, outgoing } = this;
    while (channel?.isWritable && this.channel === channel) {
      const packet = outgoing.next(nowMs);
      if (!packet) return;
      const { delivery, packetId, dup } = packet;
      if (delivery) send(channel, delivery, { outgoing, packetId, dup, nowMs });
      else sendPubrel(channel, packetId);
    }
  }

  #deliveryOf(
    message: Message,
    matching: readonly Subscription[],
  ): Delivery | undefined {
    const isOwn = message.publisher === this.clientId;
    let qos: Qos | undefined;
    let asPublished = false;
    const identifiers: number[] = [];
    for (const subscription of matching) {
      if (isOwn && subscription.noLocal) continue;
      if (qos === undefined || subscription.qos > qos) qos = subscription.qos;
      asPublished ||= subscription.retainAsPublished;
      const { identifier } = subscription;
      if (identifier !== undefined) identifiers.push(identifier);
    }
    if (qos === undefined || !this.permit.mayReceive(message.topic)) {
      return undefined;
    }
    return {
      message,
      qos: qos < message.qos ? qos : message.qos,
      retain: message.retain && asPublished,
      identifiers,
    };
  }
}

interface Sending {
  readonly outgoing: Outgoing;
  readonly packetId: number;
  readonly dup: boolean;
  readonly nowMs: number;
}

function send(
  channel: Channel,
  { message, qos, retain, identifiers }: Delivery,
  { outgoing, packetId, dup, nowMs }: Sending,
): void {
  const { topic, payload, forwarded, expiresAtMs } = message;
  const head = encodePublishHead({
    topic,
    payload,
    qos,
    retain,
    dup,
    packetId,
    forwarded,
    messageExpirySeconds: expiresAtMs === undefined
      ? undefined
      : Math.max(0, Math.ceil((expiresAtMs - nowMs) / 1000)),
    subscriptionIdentifiers: identifiers,
  }, channel.version);
  // MQTT 5.0, 3.1.2.11.4: as if it had been delivered.
  if (head.length + payload.length > channel.maxPacketBytes) {
    outgoing.finish(packetId);
  } else channel.write(head, payload);
}

function sendPubrel(channel: Channel, packetId: number): void {
  const reasonCode = REASON.success;
  channel.write(
    encodeAck({ kind: "pubrel", packetId, reasonCode }, channel.version),
  );
}
