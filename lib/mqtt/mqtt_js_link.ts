/**
 * One MQTT.js client: the only file that imports the package.
 *
 * @module
 */
import type { IConnackPacket, MqttClient, Packet } from "mqtt";
// The package's bundle for browsers has no export by name.
import mqtt from "mqtt";
import { ConnectionError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import { toBrokerLimits } from "./broker_limits.ts";
import { dotRemark } from "./dotted_topics.ts";
import { NO_MATCHING_SUBSCRIBERS } from "./endpoint.ts";
import { InFlight } from "./in_flight.ts";
import { keepAliveLimits } from "./keep_alive.ts";
import type { Link, LinkEvents, LinkTarget } from "./link.ts";
import { LinkWatch } from "./link_watch.ts";
import { MqttJsAttempt } from "./mqtt_js_attempt.ts";
import {
  type BrokerRemarks,
  isSubscriptionRefusal,
  toRefusal,
} from "./mqtt_js_error.ts";
import { PublishLane } from "./publish_lane.ts";
import {
  lacksIdentifier,
  subscriptionIdentifiers,
  toBuffer,
  toMessage,
  toMqttJsOptions,
  toMqttJsPublish,
} from "./mqtt_js_options.ts";
import type { OutgoingMessage } from "./outbox.ts";
import type { FilterEntry } from "./subscription_table.ts";
import type { SubscribeOutcome } from "./subscriptions.ts";

const logger = getLogger("mqtt");

/** How long a goodbye may take, in milliseconds. */
const END_TIMEOUT_MS = 1000;

/** The longest time that a timer can run, in milliseconds. */
const NEVER_MS = 2 ** 31 - 1;

/** A client of one broker that connects when it is asked to. */
export class MqttJsLink implements Link {
  readonly #target: LinkTarget;
  readonly #events: LinkEvents;
  readonly #unreceived = new Set<number>();
  readonly #unwritten = new Set<OutgoingMessage>();
  readonly #lane: PublishLane;
  readonly #inFlight = new InFlight();
  readonly #watch: LinkWatch;
  #client: MqttClient | undefined;
  #attempt: MqttJsAttempt;
  #hasResent = false;
  #removal: Error | undefined;
  #identifiersAvailable = false;
  #ended = false;
  #ending: Promise<void> | undefined;

  /** Makes a link that does nothing before `open`. */
  constructor(target: LinkTarget, events: LinkEvents) {
    this.#target = target;
    this.#events = events;
    this.#attempt = this.#newAttempt();
    this.#lane = new PublishLane({
      protocolVersion: target.protocolVersion,
      allocate: () => this.#allocate(),
      received: (message, identifiers) => {
        if (!this.#ended) events.message(message, identifiers);
      },
      handOver: (id, message) => this.#handOver(id, message),
    });
    this.#watch = new LinkWatch(target.clock, {
      ping: () => {
        if (this.#client?.connected) this.#client.sendPing();
      },
      expire: (afterMs) => {
        this.#attempt.expire(afterMs);
        this.#client?.stream.destroy();
      },
      resumed: (silentMs) => events.resumed(silentMs),
      slackMs: () => this.#inFlight.slackMs(this.#lane.longestPayload),
    });
  }

  open(patienceMs: number): void {
    const { connectTimeoutMs: totalMs = 10_000 } = this.#target.options;
    const attempt = this.#newAttempt();
    this.#attempt = attempt;
    this.#hasResent = false;
    const client = (this.#client ??= this.#makeClient()).connect();
    // Before MQTT.js reads it: what comes is judged by how long nothing had come.
    client.stream.prependListener("data", (chunk: Uint8Array) => {
      this.#watch.heard();
      attempt.hear(chunk);
    });
    // MQTT.js keeps errors of a stream that have no code to itself.
    client.stream.on("error", (error) => attempt.fail(error));
    this.#watch.start({ silenceMs: Math.min(patienceMs, totalMs), totalMs });
  }

  publish(message: OutgoingMessage): void {
    const client = this.#client;
    if (!client || this.#lane.publish(message)) return;
    const { topic, payload, options } = message;
    if (options.qos === 0) this.#unwritten.add(message);
    client.publish(
      topic,
      typeof payload === "string" ? payload : toBuffer(payload),
      toMqttJsPublish(message, this.#target.protocolVersion),
      (error, packet) => this.#settle(message, error, packet),
    );
    if (options.qos !== 0) {
      this.#inFlight.add(client.getLastMessageId(), message);
    }
  }

  subscribe(entry: FilterEntry): Promise<SubscribeOutcome> {
    const { filter, qos, identifier } = entry;
    const options = {
      qos,
      ...(this.#identifiersAvailable &&
        { properties: { subscriptionIdentifier: identifier } }),
    };
    return new Promise((resolve) => {
      if (!this.#client) return resolve("lost");
      this.#client.subscribe(filter, options, (error, _granted, packet) => {
        if (!error) return resolve("granted");
        // All other errors are about the connection.
        if (!isSubscriptionRefusal(error)) return resolve("lost");
        const { url } = this.#target.address;
        const remark = dotRemark(filter);
        const refused = { right: "subscribe", topic: filter, remark } as const;
        resolve(toRefusal(refused, error, url, packet?.properties));
      });
    });
  }

  async unsubscribe(filter: string): Promise<void> {
    try {
      await this.#client?.unsubscribeAsync(filter);
    } catch (error) {
      logger.debug("Cannot unsubscribe from {filter}: {error}", {
        filter,
        error,
      });
    }
  }

  end(): Promise<void> {
    return this.#ending ??= this.#end();
  }

  async #end(): Promise<void> {
    this.#ended = true;
    this.#watch.stop();
    const client = this.#client;
    if (!client) return;
    if (client.connected) await this.#sayGoodbye(client);
    else await client.endAsync(true);
    // MQTT.js starts timers of 0 ms and leaves them behind; they end first.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  async #sayGoodbye(client: MqttClient): Promise<void> {
    const v5 = this.#target.protocolVersion === "5";
    const goodbye = v5 ? { properties: { sessionExpiryInterval: 0 } } : {};
    // MQTT.js says goodbye only after all has been acknowledged.
    for (const id of Object.keys(client.outgoing)) {
      client.removeOutgoingMessage(Number(id));
    }
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const stop = this.#target.clock.setTimeout(resolve, END_TIMEOUT_MS);
    await Promise.race([client.endAsync(false, goodbye), late]);
    stop();
    client.stream.destroy();
  }

  #newAttempt(): MqttJsAttempt {
    const { address, clientId } = this.#target;
    return new MqttJsAttempt(address, clientId);
  }

  #makeClient(): MqttClient {
    const client = mqtt.connect(this.#target.address.url, {
      ...toMqttJsOptions(this.#target),
      manualConnect: true,
      // The endpoint says when to try again, and the watch when to give up.
      reconnectPeriod: NEVER_MS,
      connectTimeout: NEVER_MS,
      timerVariant: { set: () => 0, clear: () => {} },
    });
    // It means something else when the client ends.
    client.options.manualConnect = false;
    const build = client["streamBuilder"];
    client["streamBuilder"] = (...args: Parameters<typeof build>) =>
      this.#lane.intercept(build(...args));
    client.on("connect", (packet) => {
      if (!this.#ended) this.#onConnect(client, packet);
    });
    client.on("message", (topic, payload, packet) => {
      if (this.#ended) return;
      this.#events.message(
        toMessage(topic, payload, packet),
        subscriptionIdentifiers(packet),
      );
    });
    client.on("packetreceive", (packet) => this.#onPacket(client, packet));
    client.on("packetsend", (packet) => this.#onSend(packet));
    client.on("error", (error) => {
      this.#attempt.fail(error);
      // After a packet that breaks a rule nothing else can be understood.
      client.stream.destroy();
    });
    client.on("close", () => this.#onClose(client));
    return client;
  }

  #onPacket(client: MqttClient, packet: Packet): void {
    if (lacksIdentifier(packet)) {
      this.#attempt.fail(new TypeError(`${packet.cmd} without an identifier`));
      client.stream.destroy();
    }
    // MQTT.js goes on with a packet that it cannot answer, and throws; it ignores this one.
    if (this.#attempt.isFailed) return void Reflect.set(packet, "cmd", "none");
    if (packet.cmd === "connack") {
      this.#attempt.answered(packet);
      if (this.#attempt.isAccepted) this.#dropExpired(client);
    }
    if (packet.cmd === "disconnect") this.#attempt.dismissed(packet);
    if (packet.cmd !== "puback" && packet.cmd !== "pubrec") return;
    // MQTT.js hides reason code 16, so it is read off the acknowledgement.
    if (packet.reasonCode !== NO_MATCHING_SUBSCRIBERS) return;
    if (packet.messageId !== undefined) this.#unreceived.add(packet.messageId);
  }

  /** Before it fires `connect`, MQTT.js sends again what was not acknowledged. */
  #onSend(packet: Packet): void {
    this.#lane.flush();
    if (packet.cmd !== "publish" && packet.cmd !== "pubrel") return;
    if (this.#hasResent || packet.messageId === undefined) return;
    const leftSeconds = this.#inFlight.resend(packet.messageId)?.leftSeconds();
    if (packet.cmd === "publish" && packet.properties && leftSeconds) {
      packet.properties.messageExpiryInterval = leftSeconds;
    }
  }

  #onConnect(client: MqttClient, packet: IConnackPacket): void {
    const { stream, options } = client;
    if ("setNoDelay" in stream && typeof stream.setNoDelay === "function") {
      stream.setNoDelay(true);
    }
    if (options.properties?.sessionExpiryInterval) options.clean = false;
    this.#hasResent = true;
    this.#inFlight.resentAll();
    this.#lane.open();
    const { properties, sessionPresent } = packet;
    this.#identifiersAvailable = this.#target.protocolVersion === "5" &&
      properties?.subscriptionIdentifiersAvailable !== false;
    const { keepAliveSeconds } = this.#target.options;
    this.#watch.start(
      keepAliveLimits(keepAliveSeconds, properties?.serverKeepAlive),
    );
    const limits = toBrokerLimits(properties ?? {});
    this.#events.connected({ sessionPresent, limits });
  }

  #onClose(client: MqttClient): void {
    this.#watch.stop();
    this.#lane.close();
    // MQTT.js forgets QoS 0 messages that a full socket still held; they may be lost.
    for (const message of this.#unwritten) message.resolve({ reasonCode: 0 });
    this.#unwritten.clear();
    if (this.#ended) return;
    const attempt = this.#attempt;
    this.#dropExpired(client);
    const end = attempt.end();
    if (attempt.isAccepted && !attempt.isSilent) {
      this.#dropPunished(client, end.error);
    }
    this.#events.closed(end);
  }

  #dropExpired(client: MqttClient): void {
    for (const [id, message] of this.#inFlight.expired()) {
      this.#drop(client, id, message.expiryError());
    }
  }

  #dropPunished(client: MqttClient, cause: Error | undefined): void {
    const punished = this.#inFlight.cut();
    if (!punished) return;
    const [id, { topic }] = punished;
    const { url } = this.#target.address;
    const reason = cause ? ` (${cause.message})` : "";
    const error = new ConnectionError(
      `Cannot publish to "${topic}": the connection ends whenever it is sent${reason}${
        dotRemark(topic)
      }`,
      url,
      "refused",
      { cause },
    );
    logger.warn("{message}", { message: error.message });
    this.#drop(client, id, error);
  }

  /** A packet identifier that no message on its way has. */
  #allocate(): number {
    const { messageIdProvider: provider, outgoing = {} } = this.#client ?? {};
    for (;;) {
      const id = provider?.allocate() ?? 1;
      if (outgoing[id] === undefined && !this.#lane.isUsed(id)) return id;
    }
  }

  /** Makes MQTT.js wait for an acknowledgement as if it had sent the message. */
  #handOver(id: number, message: OutgoingMessage): void {
    const client = this.#client;
    if (!client) return;
    const { topic, payload } = message;
    client.outgoing[id] = {
      volatile: false,
      cmd: "publish",
      cb: (error, packet) => this.#settle(message, error, packet),
    };
    client.outgoingStore.put({
      cmd: "publish",
      topic,
      payload: typeof payload === "string" ? payload : toBuffer(payload),
      messageId: id,
      dup: false,
      ...toMqttJsPublish(message, this.#target.protocolVersion),
    }, () => {});
    this.#inFlight.add(id, message);
  }

  /** Takes a message back that is on its way. */
  #drop(client: MqttClient, id: number, error: Error): void {
    this.#removal = error;
    client.removeOutgoingMessage(id);
    this.#removal = undefined;
  }

  #settle(
    message: OutgoingMessage,
    error: (Error & { readonly code?: unknown }) | null | undefined,
    packet: (Packet & { properties?: BrokerRemarks }) | undefined,
  ): void {
    const { topic, options } = message;
    this.#unwritten.delete(message);
    this.#inFlight.delete(message);
    if (this.#removal) return message.reject(this.#removal);
    if (error && this.#ended) return;
    if (!error) {
      const unreceived = this.#unreceived.delete(packet?.messageId ?? 0);
      message.resolve({
        reasonCode: unreceived ? NO_MATCHING_SUBSCRIBERS : 0,
      });
    } else if (error.code === undefined && options.qos === 0) {
      this.#events.putBack(message);
    } else {
      const { url } = this.#target.address;
      const refused = { right: "publish", topic } as const;
      message.reject(toRefusal(refused, error, url, packet?.properties));
    }
  }
}
