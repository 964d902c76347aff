/**
 * One MQTT.js client: the only file that imports the package.
 *
 * @module
 */
import type { IConnackPacket, MqttClient, Packet } from "mqtt";
import { connect } from "mqtt";
import { ConnectionError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MqttMessage } from "./endpoint.ts";
import { NO_MATCHING_SUBSCRIBERS } from "./endpoint.ts";
import { toRefusal } from "./mqtt_js_error.ts";
import {
  type MqttJsConnection,
  subscriptionIdentifiers,
  toBuffer,
  toMessage,
  toMqttJsOptions,
  toMqttJsProperties,
} from "./mqtt_js_options.ts";
import type { OutgoingMessage } from "./outbox.ts";
import type { FilterEntry } from "./subscription_table.ts";
import type { SubscribeOutcome } from "./subscriptions.ts";

const logger = getLogger("mqtt");

/** How long a goodbye may take, in milliseconds. */
const END_TIMEOUT_MS = 2000;

/** A broker's goodbye to a client whose id another one uses now (MQTT 5.0, 3.14.2.1). */
const SESSION_TAKEN_OVER = 0x8e;

/** What a CONNACK says of the broker. */
export interface Connack {
  /** True when the broker kept this client's session. */
  readonly sessionPresent: boolean;
  /** The most unacknowledged messages the broker takes. */
  readonly receiveMaximum: number;
  /** The largest packet the broker takes, in bytes. */
  readonly maximumPacketBytes: number;
}

/** Whom a link tells what happens. Nothing is told after `end`. */
export interface LinkEvents {
  /** The broker has accepted the connection. */
  connected(connack: Connack): void;
  /** A message came. */
  message(message: MqttMessage, identifiers: readonly number[]): void;
  /** A try to connect failed, or the connection broke a rule. */
  failed(error: unknown): void;
  /** The connection is gone; the link will try again by itself. */
  closed(): void;
  /** How long to wait before the next try, in milliseconds; asked for when a connection is lost, before it is told closed, and with each try. */
  nextWaitMs(): number;
  /** Takes back a message that was not sent. */
  putBack(message: OutgoingMessage): void;
}

/** A client of one broker that connects and reconnects until it is ended. */
export class MqttJsLink {
  readonly #client: MqttClient;
  readonly #connection: MqttJsConnection;
  readonly #events: LinkEvents;
  readonly #unreceived = new Set<number>();
  readonly #unwritten = new Set<OutgoingMessage>();
  #identifiersAvailable = false;
  #ended = false;

  /**
   * Starts to connect.
   *
   * @param connection The connection to make.
   * @param events Whom to tell what happens.
   */
  constructor(connection: MqttJsConnection, events: LinkEvents) {
    this.#connection = connection;
    this.#events = events;
    this.#client = connect(connection.address.url, {
      ...toMqttJsOptions(connection),
      // Set before each wait; 0 would be none ever.
      reconnectPeriod: 1,
    });
    this.#listen();
  }

  /**
   * Publishes a message, and resolves or rejects it in the end, or not at all after `end`.
   *
   * @param message The message.
   */
  publish(message: OutgoingMessage): void {
    const { topic, payload, options } = message;
    const { qos = 1, retain = false, properties } = options;
    const v5 = this.#connection.protocolVersion === "5";
    if (qos === 0) this.#unwritten.add(message);
    this.#client.publish(
      topic,
      typeof payload === "string" ? payload : toBuffer(payload),
      {
        qos,
        retain,
        ...(v5 && properties && { properties: toMqttJsProperties(properties) }),
      },
      (error, packet) => this.#settle(message, error, packet),
    );
  }

  /**
   * Sends SUBSCRIBE.
   *
   * @param entry The filter, its quality of service and its identifier.
   * @returns What became of it.
   */
  subscribe(entry: FilterEntry): Promise<SubscribeOutcome> {
    const { filter, qos, identifier } = entry;
    const options = {
      qos,
      ...(this.#identifiersAvailable &&
        { properties: { subscriptionIdentifier: identifier } }),
    };
    return new Promise((resolve) => {
      this.#client.subscribe(filter, options, (error) => {
        if (!error) return resolve("granted");
        if (!("packet" in error) || !error.packet) return resolve("lost");
        const action = `subscribe to "${filter}"`;
        resolve(toRefusal(action, error, this.#connection.address.url));
      });
    });
  }

  /**
   * Sends UNSUBSCRIBE; never rejects.
   *
   * @param filter The topic filter.
   */
  async unsubscribe(filter: string): Promise<void> {
    try {
      await this.#client.unsubscribeAsync(filter);
    } catch (error) {
      logger.debug("Cannot unsubscribe from {filter}: {error}", {
        filter,
        error,
      });
    }
  }

  /** Disconnects for good; never rejects. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const client = this.#client;
    client.on("error", () => {});
    if (client.connected) {
      const v5 = this.#connection.protocolVersion === "5";
      const goodbye = v5 ? { properties: { sessionExpiryInterval: 0 } } : {};
      // MQTT.js says goodbye only after all has been acknowledged.
      for (const id of Object.keys(client.outgoing)) {
        client.removeOutgoingMessage(Number(id));
      }
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, END_TIMEOUT_MS);
      await Promise.race([client.endAsync(false, goodbye), late]);
      clearTimeout(timer);
      client.stream.destroy();
    } else await client.endAsync(true);
    // MQTT.js starts timers of 0 ms and leaves them behind; they end first.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  #listen(): void {
    const client = this.#client;
    const events = this.#events;
    const tell = (report: () => void) => {
      if (!this.#ended) report();
    };
    const setWait = () => {
      client.options.reconnectPeriod = events.nextWaitMs();
    };
    client.on("connect", (packet) => tell(() => this.#onConnect(packet)));
    client.on("offline", setWait);
    client.on("reconnect", setWait);
    client.on("message", (topic, payload, packet) => {
      if (this.#ended) return;
      events.message(
        toMessage(topic, payload, packet),
        subscriptionIdentifiers(packet),
      );
    });
    client.on("packetreceive", (packet) => this.#noteReason(packet));
    client.on("error", (error) => tell(() => events.failed(error)));
    client.on("disconnect", ({ reasonCode }) => {
      if (reasonCode === SESSION_TAKEN_OVER) {
        tell(() => events.failed(this.#takenOver()));
      }
    });
    client.on("close", () => {
      tell(() => events.closed());
      this.#giveUpUnwritten();
    });
  }

  #takenOver(): ConnectionError {
    const { address, clientId } = this.#connection;
    return new ConnectionError(
      `Cannot stay connected to "${address.url}": another client uses the client id "${clientId}", each needs its own`,
      address.url,
      "refused",
    );
  }

  #onConnect(packet: IConnackPacket): void {
    const client = this.#client;
    const { stream, options } = client;
    if ("setNoDelay" in stream && typeof stream.setNoDelay === "function") {
      stream.setNoDelay(true);
    }
    if (options.properties?.sessionExpiryInterval) options.clean = false;
    const { properties, sessionPresent } = packet;
    this.#identifiersAvailable = this.#connection.protocolVersion === "5" &&
      properties?.subscriptionIdentifiersAvailable !== false;
    this.#events.connected({
      sessionPresent,
      receiveMaximum: properties?.receiveMaximum ?? 65_535,
      maximumPacketBytes: properties?.maximumPacketSize ?? Infinity,
    });
  }

  /** MQTT.js forgets QoS 0 messages that a full socket still held; they may be lost. */
  #giveUpUnwritten(): void {
    for (const message of this.#unwritten) message.resolve({ reasonCode: 0 });
    this.#unwritten.clear();
  }

  /** MQTT.js hides reason code 16, so it is read off the acknowledgement. */
  #noteReason(packet: Packet): void {
    if (packet.cmd !== "puback" && packet.cmd !== "pubrec") return;
    if (packet.reasonCode !== NO_MATCHING_SUBSCRIBERS) return;
    if (packet.messageId !== undefined) this.#unreceived.add(packet.messageId);
  }

  #settle(
    message: OutgoingMessage,
    error: Error | null | undefined,
    packet: Packet | undefined,
  ): void {
    const { topic, options } = message;
    this.#unwritten.delete(message);
    if (error && this.#ended) return;
    if (!error) {
      const unreceived = this.#unreceived.delete(packet?.messageId ?? 0);
      message.resolve({
        reasonCode: unreceived ? NO_MATCHING_SUBSCRIBERS : 0,
      });
    } else if (!("code" in error) && options.qos === 0) {
      this.#events.putBack(message);
    } else {
      const url = this.#connection.address.url;
      message.reject(toRefusal(`publish to "${topic}"`, error, url));
    }
  }
}
