/**
 * What waits for a client, and what is on its way to it (MQTT 5.0, 4.3 and 4.9).
 *
 * @module
 */
import type { Qos } from "#lib/mqtt/endpoint.ts";
import { Budget } from "./limits.ts";
import { isExpired, type Message } from "./message.ts";

/** A message for one client. */
export interface Delivery {
  readonly message: Message;
  readonly qos: Qos;
  readonly retain: boolean;
  /** Identifiers of the subscriptions that it matches. */
  readonly identifiers: readonly number[];
}

/** What to send next. */
interface NextPacket {
  /** A PUBLISH; undefined for a PUBREL. */
  readonly delivery: Delivery | undefined;
  /** 0 with QoS 0. */
  readonly packetId: number;
  /** Whether the client may have it already. */
  readonly dup: boolean;
}

interface Inflight {
  readonly delivery: Delivery;
  /** Whether the client has the message and only the end of the handshake is missing. */
  isReceived: boolean;
}

const MOST_PACKET_IDS = 65_535;

/** A queue whose first element is taken without moving the others. */
class Fifo {
  #items: Delivery[] = [];
  #head = 0;

  get first(): Delivery | undefined {
    return this.#items[this.#head];
  }

  push(delivery: Delivery): void {
    this.#items.push(delivery);
  }

  shift(): void {
    this.#head++;
    if (this.#head < 1024 && this.#head < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }

  /** Takes all out. */
  drain(): readonly Delivery[] {
    const left = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return left;
  }
}

/** The messages of one session, bounded in bytes; those on their way count until they are acknowledged. */
export class Outgoing {
  readonly #own: Budget;
  readonly #total: Budget;
  readonly #unacknowledged = new Fifo();
  readonly #acknowledged = new Fifo();
  readonly #inflight = new Map<number, Inflight>();
  #again: number[] = [];
  #window = 0;
  #lastId = 0;

  constructor(maxBytes: number, total: Budget) {
    this.#own = new Budget(maxBytes);
    this.#total = total;
  }

  /** What all of it takes, in bytes. */
  get bytes(): number {
    return this.#own.used;
  }

  /**
   * Adds a message behind the others. A single one always fits.
   *
   * @returns False where it does not fit.
   */
  add(delivery: Delivery): boolean {
    const { bytes } = delivery.message;
    if (this.#own.used > 0 && !this.#own.fits(bytes)) return false;
    this.#count(bytes);
    (delivery.qos === 0 ? this.#unacknowledged : this.#acknowledged)
      .push(delivery);
    return true;
  }

  /**
   * Starts over on a new connection: what is on its way goes again.
   *
   * @param window How many messages the client takes without acknowledging one.
   */
  restart(window: number): void {
    this.#window = window;
    this.#again = [...this.#inflight.keys()];
  }

  /** Forgets the messages that no client would miss. */
  dropUnacknowledged(): void {
    for (const { message } of this.#unacknowledged.drain()) {
      this.#count(-message.bytes);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#count(-this.#own.used);
    this.#unacknowledged.drain();
    this.#acknowledged.drain();
    this.#inflight.clear();
    this.#again = [];
  }

  /**
   * Takes out what to send next.
   *
   * @param nowMs The time, by the monotonic clock.
   * @returns A packet; undefined while there is none, or the client must acknowledge first.
   */
  next(nowMs: number): NextPacket | undefined {
    return this.#nextAgain() ?? this.#nextUnacknowledged(nowMs) ??
      this.#nextAcknowledged(nowMs);
  }

  /** Ends the way of a message: PUBACK, PUBCOMP, or a PUBREC that refuses it. */
  finish(packetId: number): void {
    const inflight = this.#inflight.get(packetId);
    if (!inflight) return;
    this.#inflight.delete(packetId);
    this.#count(-inflight.delivery.message.bytes);
  }

  /**
   * Takes note of a PUBREC.
   *
   * @returns False where none of QoS 2 has this identifier.
   */
  receive(packetId: number): boolean {
    const inflight = this.#inflight.get(packetId);
    if (inflight?.delivery.qos !== 2) return false;
    inflight.isReceived = true;
    return true;
  }

  #nextAgain(): NextPacket | undefined {
    if (this.#again.length === 0 || !this.#hasRoom()) return undefined;
    const packetId = this.#again.shift() ?? 0;
    const inflight = this.#inflight.get(packetId);
    if (!inflight) return this.#nextAgain();
    const { delivery, isReceived } = inflight;
    return { delivery: isReceived ? undefined : delivery, packetId, dup: true };
  }

  #nextUnacknowledged(nowMs: number): NextPacket | undefined {
    const delivery = this.#firstAlive(this.#unacknowledged, nowMs);
    if (!delivery) return undefined;
    this.#unacknowledged.shift();
    this.#count(-delivery.message.bytes);
    return { delivery, packetId: 0, dup: false };
  }

  #nextAcknowledged(nowMs: number): NextPacket | undefined {
    if (this.#again.length > 0 || !this.#hasRoom()) return undefined;
    const delivery = this.#firstAlive(this.#acknowledged, nowMs);
    if (!delivery) return undefined;
    this.#acknowledged.shift();
    const packetId = this.#freeId();
    this.#inflight.set(packetId, { delivery, isReceived: false });
    return { delivery, packetId, dup: false };
  }

  #firstAlive(queue: Fifo, nowMs: number): Delivery | undefined {
    for (;;) {
      const { first } = queue;
      if (!first || !isExpired(first.message, nowMs)) return first;
      queue.shift();
      this.#count(-first.message.bytes);
    }
  }

  #hasRoom(): boolean {
    return this.#inflight.size - this.#again.length < this.#window;
  }

  #freeId(): number {
    do this.#lastId = this.#lastId % MOST_PACKET_IDS + 1; while (
      this.#inflight.has(this.#lastId)
    );
    return this.#lastId;
  }

  #count(bytes: number): void {
    this.#own.add(bytes);
    this.#total.add(bytes);
  }
}
