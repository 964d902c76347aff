/**
 * What follows from the packets of a connected client.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { isTopicName } from "#lib/mqtt/topic.ts";
import type { BrokerLog } from "./broker_log.ts";
import type { Hub } from "./hub.ts";
import type { BrokerLimits } from "./limits.ts";
import { MAX_TOPIC_ALIASES } from "./login.ts";
import { toMessage } from "./message.ts";
import type { Channel, Session } from "./session.ts";
import {
  parseTarget,
  type Subscription,
  type SubscriptionTarget,
  toSubscription,
} from "./subscription.ts";
import { hasFewLevels } from "./topic_tree.ts";
import type {
  AckPacket,
  PublishPacket,
  SubscribePacket,
  SubscriptionRequest,
  UnsubscribePacket,
} from "./wire/client_packet.ts";
import { encodeAck, encodeFilterAck } from "./wire/encode_packet.ts";
import { PROPERTY } from "./wire/properties.ts";
import { ProtocolFault } from "./wire/protocol_fault.ts";
import { FIRST_FAILURE, REASON } from "./wire/reason_code.ts";

/** What the handler needs of the broker. */
export interface HandlerContext {
  readonly hub: Hub;
  readonly limits: Required<BrokerLimits>;
  readonly clock: Clock;
  readonly log: BrokerLog;
}

/** Carries out the packets of one connection. */
export class PacketHandler {
  readonly #session: Session;
  readonly #channel: Channel;
  readonly #context: HandlerContext;
  readonly #aliases = new Map<number, string>();

  constructor(session: Session, channel: Channel, context: HandlerContext) {
    this.#session = session;
    this.#channel = channel;
    this.#context = context;
  }

  /** PUBLISH. */
  publish(packet: PublishPacket): void {
    const { qos, packetId } = packet;
    const { incoming } = this.#session;
    const { maxInflight } = this.#context.limits;
    const topic = this.#topicOf(packet);
    if (qos === 2 && incoming.has(packetId)) {
      return this.#acknowledge("pubrec", packetId, REASON.success);
    }
    if (qos === 2 && incoming.size >= maxInflight) {
      throw new ProtocolFault(
        REASON.receiveMaximumExceeded,
        `Cannot take a message: ${maxInflight} of QoS 2 are open, expected fewer`,
      );
    }
    const reasonCode = this.#route(packet, topic);
    if (qos === 0) return;
    const isOpen = reasonCode < FIRST_FAILURE || this.#channel.version !== "5";
    if (qos === 2 && isOpen) incoming.add(packetId);
    this.#acknowledge(qos === 1 ? "puback" : "pubrec", packetId, reasonCode);
  }

  /** PUBACK, PUBREC, PUBREL, PUBCOMP. */
  acknowledge({ kind, packetId, reasonCode }: AckPacket): void {
    const { outgoing, incoming } = this.#session;
    if (kind === "pubrel") {
      const isKnown = incoming.delete(packetId);
      return this.#acknowledge(
        "pubcomp",
        packetId,
        isKnown ? REASON.success : REASON.packetIdNotFound,
      );
    }
    if (kind === "pubrec" && reasonCode < FIRST_FAILURE) {
      const isKnown = outgoing.receive(packetId);
      return this.#acknowledge(
        "pubrel",
        packetId,
        isKnown ? REASON.success : REASON.packetIdNotFound,
      );
    }
    outgoing.finish(packetId);
    this.#session.flush(this.#context.clock.monotonicMs());
  }

  /** SUBSCRIBE. */
  subscribe({ packetId, identifier, requests }: SubscribePacket): void {
    const wantRetained = new Map<string, Subscription>();
    const reasonCodes = requests.map((request) => {
      const target = parseTarget(request.filter);
      if (!target || !hasFewLevels(target.filter)) {
        return REASON.topicFilterInvalid;
      }
      const { filter: name, retainHandling } = request;
      const isNew = !this.#session.subscriptions.has(name);
      const reasonCode = this.#checkRequest(request, target, isNew);
      if (reasonCode !== REASON.success) return reasonCode;
      const subscription = toSubscription(request, target, identifier);
      if (!this.#context.hub.subscribe(this.#session, subscription)) {
        return REASON.quotaExceeded;
      }
      const isWanted = retainHandling === 0 || (retainHandling === 1 && isNew);
      if (isWanted) wantRetained.set(name, subscription);
      return request.qos;
    });
    this.#channel.write(encodeFilterAck(
      { kind: "suback", packetId, reasonCodes },
      this.#channel.version,
    ));
    for (const subscription of wantRetained.values()) {
      this.#context.hub.sendRetained(this.#session, subscription);
    }
  }

  /** UNSUBSCRIBE. */
  unsubscribe({ packetId, filters }: UnsubscribePacket): void {
    const reasonCodes = filters.map((name) =>
      this.#context.hub.unsubscribe(this.#session, name)
        ? REASON.success
        : REASON.noSubscriptionExisted
    );
    this.#channel.write(encodeFilterAck(
      { kind: "unsuback", packetId, reasonCodes },
      this.#channel.version,
    ));
  }

  /** The topic that a PUBLISH names, or that its alias stands for (MQTT 5.0, 3.3.2.3.4). */
  #topicOf({ topic, properties }: PublishPacket): string {
    const alias = properties.number(PROPERTY.topicAlias);
    if (alias !== undefined && (alias === 0 || alias > MAX_TOPIC_ALIASES)) {
      throw new ProtocolFault(
        REASON.topicAliasInvalid,
        `Cannot take topic alias ${alias}: expected 1 to ${MAX_TOPIC_ALIASES}`,
      );
    }
    if (topic === "" && alias !== undefined) {
      const known = this.#aliases.get(alias);
      if (known !== undefined) return known;
    }
    if (topic === "") {
      throw new ProtocolFault(
        REASON.protocolError,
        "Cannot take a message: it has no topic, expected a name or an alias that is known",
      );
    }
    if (!isTopicName(topic) || !hasFewLevels(topic)) {
      throw new ProtocolFault(
        REASON.topicNameInvalid,
        "Cannot take a message: its topic has wildcards or too many levels, expected a topic name",
      );
    }
    if (alias !== undefined) this.#aliases.set(alias, topic);
    return topic;
  }

  #route(packet: PublishPacket, topic: string): number {
    const { clientId, permit } = this.#session;
    const { hub, clock, log } = this.#context;
    if (!permit.mayPublish(topic)) {
      log.limited('{client} may not publish to "{topic}"', {
        client: clientId,
        topic,
      });
      return REASON.notAuthorized;
    }
    const nowMs = clock.monotonicMs();
    return hub.publish(
      toMessage(packet, { topic, publisher: clientId, nowMs }),
    );
  }

  #checkRequest(
    { filter: name, noLocal }: SubscriptionRequest,
    { filter, group }: SubscriptionTarget,
    isNew: boolean,
  ): number {
    if (noLocal && group !== undefined) {
      throw new ProtocolFault(
        REASON.protocolError,
        "Cannot subscribe: a shared subscription has No Local, expected none",
      );
    }
    const { permit, subscriptions, clientId } = this.#session;
    if (!permit.maySubscribe(filter)) {
      this.#context.log.limited('{client} may not subscribe to "{filter}"', {
        client: clientId,
        filter: name,
      });
      return REASON.notAuthorized;
    }
    const isFull = subscriptions.size >= this.#context.limits.maxSubscriptions;
    return isNew && isFull ? REASON.quotaExceeded : REASON.success;
  }

  #acknowledge(
    kind: AckPacket["kind"],
    packetId: number,
    reasonCode: number,
  ): void {
    this.#channel.write(
      encodeAck({ kind, packetId, reasonCode }, this.#channel.version),
    );
  }
}
