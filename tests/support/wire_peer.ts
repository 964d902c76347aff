/**
 * The other end of the wire: an MQTT client that checks nothing and forgives
 * nothing, so that a test can send what our own endpoint refuses to send.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { connectAsync, type IPublishPacket, type MqttClient } from "mqtt";
import type { ProtocolVersion, Qos } from "#lib/mqtt/endpoint.ts";
import { matchesFilter } from "#lib/mqtt/topic.ts";

/** A message as it stands on the wire. */
export interface WireMessage {
  /** Topic name. */
  readonly topic: string;
  /** The payload. */
  readonly payload: Uint8Array | string;
  /** Quality of service. */
  readonly qos?: Qos;
  /** Whether the broker keeps it, or kept it. */
  readonly retain?: boolean;
  /** Topic name an answer is wanted on. */
  readonly responseTopic?: string;
  /** What an answer repeats. */
  readonly correlation?: Uint8Array;
  /** Free names and texts. */
  readonly userProperties?: Readonly<Record<string, string>>;
}

/** A message that came. */
export interface ReceivedMessage extends WireMessage {
  readonly payload: Uint8Array;
  readonly retain: boolean;
  readonly userProperties: Readonly<Record<string, string>>;
}

/** Somebody who waits for a message. */
interface Waiter {
  readonly topic: string;
  resolve(message: ReceivedMessage): void;
}

/** A raw MQTT client that keeps what it receives. */
export class WirePeer implements AsyncDisposable {
  readonly #client: MqttClient;
  readonly #v5: boolean;
  readonly #retained = new Set<string>();
  #unread: ReceivedMessage[] = [];
  #waiters: Waiter[] = [];

  private constructor(client: MqttClient, v5: boolean) {
    this.#client = client;
    this.#v5 = v5;
    client.on("message", (_topic, payload, packet) => {
      this.#onMessage(payload, packet);
    });
    client.on("error", () => {});
  }

  /**
   * Connects.
   *
   * @param url The broker.
   * @param version The MQTT version to speak.
   * @returns The connected peer.
   */
  static async connect(
    url: string,
    version: ProtocolVersion = "5",
  ): Promise<WirePeer> {
    const client = await connectAsync(url, {
      protocolVersion: version === "5" ? 5 : 4,
      clientId: `peer-${crypto.randomUUID()}`,
      reconnectPeriod: 0,
    });
    const { stream } = client;
    if ("setNoDelay" in stream && typeof stream.setNoDelay === "function") {
      stream.setNoDelay(true);
    }
    return new WirePeer(client, version === "5");
  }

  /** Messages that were not taken yet, in the order they came. */
  get unread(): readonly ReceivedMessage[] {
    return this.#unread;
  }

  /** Resolves when the broker or the peer ends the connection. */
  get closed(): Promise<void> {
    return new Promise((resolve) => this.#client.once("close", resolve));
  }

  /**
   * Subscribes with quality of service 2.
   *
   * @param filters Topic filters.
   */
  async subscribe(...filters: string[]): Promise<void> {
    if (filters.length === 0) return;
    await this.#client.subscribeAsync(filters, { qos: 2 });
  }

  /**
   * Publishes; resolves when the broker has it.
   *
   * @param message The message.
   */
  async publish(message: WireMessage): Promise<void> {
    const { topic, payload, qos = 1, retain = false } = message;
    const { responseTopic, correlation, userProperties } = message;
    if (retain) this.#retained.add(topic);
    const properties = {
      ...(responseTopic !== undefined && { responseTopic }),
      ...(correlation && { correlationData: Buffer.from(correlation) }),
      ...(userProperties && { userProperties: { ...userProperties } }),
    };
    await this.#client.publishAsync(topic, Buffer.from(payload), {
      qos,
      retain,
      ...(this.#v5 && { properties }),
    });
  }

  /**
   * Takes the oldest unread message of a topic, or waits for one.
   *
   * @param topic Topic name.
   * @returns The message.
   */
  take(topic: string): Promise<ReceivedMessage> {
    const at = this.#unread.findIndex((message) => message.topic === topic);
    const [message] = at < 0 ? [] : this.#unread.splice(at, 1);
    if (message) return Promise.resolve(message);
    return new Promise((resolve) => this.#waiters.push({ topic, resolve }));
  }

  /** Forgets what was not taken. */
  forget(): void {
    this.#unread = [];
  }

  /**
   * Finds unread messages.
   *
   * @param filter Topic filter.
   * @returns The messages.
   */
  matching(filter: string): readonly ReceivedMessage[] {
    return this.#unread.filter(({ topic }) => matchesFilter(filter, topic));
  }

  /**
   * Makes the broker forget retained messages: the peer's own, and others.
   *
   * @param topics Topic names of others.
   */
  async clear(topics: readonly string[]): Promise<void> {
    for (const topic of [...this.#retained, ...topics]) {
      await this.#client.publishAsync(topic, "", { retain: true, qos: 1 });
    }
  }

  /** Disconnects. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync(true);
  }

  #onMessage(payload: Uint8Array, packet: IPublishPacket): void {
    const { topic, qos, retain, properties } = packet;
    const { responseTopic, correlationData } = properties ?? {};
    const message = {
      topic,
      payload,
      qos,
      retain,
      ...(responseTopic !== undefined && { responseTopic }),
      ...(correlationData && { correlation: new Uint8Array(correlationData) }),
      userProperties: flatten(properties?.userProperties ?? {}),
    };
    const at = this.#waiters.findIndex((waiter) => waiter.topic === topic);
    const [waiter] = at < 0 ? [] : this.#waiters.splice(at, 1);
    if (waiter) waiter.resolve(message);
    else this.#unread.push(message);
  }
}

function flatten(
  properties: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, text]) => [name, String(text)]),
  );
}
