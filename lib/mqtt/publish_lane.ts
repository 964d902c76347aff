/**
 * The short way of messages. MQTT.js connects, subscribes, pings and does QoS 2;
 * messages of QoS 0 and 1 and their acknowledgements, which are nearly all that
 * goes over a connection, pass by it: they are read where they come, and
 * written together in one write.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import { NO_MATCHING_SUBSCRIBERS } from "./endpoint.ts";
import type { MqttMessage, ProtocolVersion } from "./endpoint.ts";
import type { OutgoingMessage } from "./outbox.ts";
import { PacketBatch } from "./packet_batch.ts";
import { PacketFramer } from "./packet_framer.ts";
import { type PublishBytes, PublishDecoder } from "./publish_decoder.ts";

/** Types of packets (MQTT 5.0, 2.1.2). */
const PUBLISH = 3;
const PUBACK_HEADER = 0x40;

/** What a lane belongs to. */
interface LaneContext {
  /** MQTT version in use. */
  readonly protocolVersion: ProtocolVersion;
  /** Takes a packet identifier that is free. */
  allocate(): number;
  /** Takes a message that came. */
  received(message: MqttMessage, identifiers: readonly number[]): void;
  /** Lets MQTT.js wait for the acknowledgement of a message, and send it again. */
  handOver(id: number, message: OutgoingMessage): void;
}

/** Messages of QoS 0 and 1 on one connection after the other. */
export class PublishLane {
  readonly #context: LaneContext;
  readonly #decoder: PublishDecoder;
  readonly #batch: PacketBatch;
  /** Sent and not acknowledged yet, by packet identifier. */
  readonly #unacknowledged = new Map<number, OutgoingMessage>();
  /** QoS 0 messages that a full connection still holds. */
  readonly #held = new Set<OutgoingMessage>();
  #stream: Duplex | undefined;
  #isOpen = false;
  #isFull = false;

  /**
   * Makes a lane without a connection.
   *
   * @param context What it belongs to.
   */
  constructor(context: LaneContext) {
    const { protocolVersion } = context;
    this.#context = context;
    this.#decoder = new PublishDecoder(protocolVersion === "5");
    this.#batch = new PacketBatch(protocolVersion, (bytes) => {
      if (this.#stream?.writable && !this.#stream.write(bytes)) {
        this.#isFull = true;
      }
    });
  }

  /** Stands between a new connection and MQTT.js, which reads it with `pipe`. */
  intercept<T extends Duplex>(stream: T): T {
    this.#stream = stream;
    stream.pipe = (reader) => {
      this.#read(stream, reader);
      return reader;
    };
    stream.on("drain", () => this.#drained());
    return stream;
  }

  /** The broker has accepted the connection: messages take the short way. */
  open(): void {
    this.#isOpen = true;
  }

  /** The connection is lost: MQTT.js sends again what was not acknowledged. */
  close(): void {
    this.#isOpen = false;
    this.#drained();
    for (const [id, message] of this.#unacknowledged) {
      this.#context.handOver(id, message);
    }
    this.#unacknowledged.clear();
  }

  /** Sends what waits for the end of this turn, before MQTT.js sends something. */
  flush(): void {
    this.#batch.flush();
  }

  /** The longest payload that is not acknowledged yet, in bytes or characters. */
  get longestPayload(): number {
    let longest = 0;
    for (const { payload } of this.#unacknowledged.values()) {
      longest = Math.max(longest, payload.length);
    }
    return longest;
  }

  /**
   * Whether a packet identifier is in use here.
   *
   * @returns True until its message is acknowledged.
   */
  isUsed(id: number): boolean {
    return this.#unacknowledged.has(id);
  }

  /**
   * Sends a message.
   *
   * @returns False where it must go through MQTT.js.
   */
  publish(message: OutgoingMessage): boolean {
    const { qos = 1 } = message.options;
    if (!this.#isOpen || qos === 2 || !this.#stream?.writable) return false;
    if (qos === 1) {
      const id = this.#context.allocate();
      this.#unacknowledged.set(id, message);
      this.#batch.publish(message, { qos, id });
      return true;
    }
    this.#batch.publish(message, { qos, id: 0 });
    if (this.#isFull) this.#held.add(message);
    else message.resolve({ reasonCode: 0 });
    return true;
  }

  /** Hands to MQTT.js what is not for here, and messages too until it has done with that, so that none overtakes. */
  #read(stream: Duplex, reader: NodeJS.WritableStream): void {
    let unfinished = 0;
    const framer = new PacketFramer({
      take: (packet) =>
        this.#isOpen && stream === this.#stream &&
        this.#take(packet, unfinished === 0),
      pass: (bytes) => {
        unfinished++;
        const hasRoom = reader.write(bytes, () => {
          unfinished--;
          if (stream.isPaused()) stream.resume();
        });
        if (!hasRoom) stream.pause();
      },
    });
    stream.on("data", (chunk: Uint8Array) => framer.feed(chunk));
  }

  #take(packet: PublishBytes, isFirst: boolean): boolean {
    const header = packet.bytes[packet.start] ?? 0;
    if (header === PUBACK_HEADER) return this.#acknowledged(packet);
    if (header >> 4 !== PUBLISH || !isFirst) return false;
    const decoded = this.#decoder.decode(packet);
    if (!decoded) return false;
    this.#context.received(decoded.message, decoded.identifiers);
    if (decoded.id > 0) this.#batch.acknowledge(decoded.id);
    return true;
  }

  #acknowledged({ bytes, body, end }: PublishBytes): boolean {
    if (end - body < 2) return false;
    const id = (bytes[body] ?? 0) * 256 + (bytes[body + 1] ?? 0);
    const message = this.#unacknowledged.get(id);
    if (!message) return false;
    this.#unacknowledged.delete(id);
    const reasonCode = end - body > 2 ? bytes[body + 2] ?? 0 : 0;
    if (reasonCode !== 0 && reasonCode !== NO_MATCHING_SUBSCRIBERS) {
      // A refusal: MQTT.js reads what the broker says of it.
      this.#context.handOver(id, message);
      return false;
    }
    message.resolve({ reasonCode });
    return true;
  }

  #drained(): void {
    this.#isFull = false;
    const held = [...this.#held];
    this.#held.clear();
    for (const message of held) message.resolve({ reasonCode: 0 });
  }
}
