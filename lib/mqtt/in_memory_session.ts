/**
 * What a broker in memory knows of one client.
 *
 * @module
 */
import type { MqttMessage, Qos, Will } from "./endpoint.ts";
import type { Caller } from "./in_memory_network.ts";
import { matchesFilter } from "./topic.ts";

/** The most messages that are kept for a client that is away. */
const QUEUE_LIMIT = 10_000;

/** A granted filter. */
interface Grant {
  readonly qos: Qos;
  readonly identifier: number;
}

/** A message for a client. */
export interface Delivery {
  /** The message, with its own quality of service. */
  readonly message: MqttMessage;
  /** When it is worth nothing any more. */
  readonly expiresAtMs: number;
}

/** A message on its way, with what it matched. */
interface Queued extends Delivery {
  readonly identifiers: readonly number[];
}

/** The subscriptions of one client, and the messages on their way to it. */
export class InMemorySession {
  /** The will of the connection at hand. */
  will: Will | undefined;
  /** Stops the end of the session that a lost connection has started. */
  stopExpiry: () => void = () => {};
  /** Stops the will that a lost connection has left behind. */
  stopWill: () => void = () => {};
  readonly #nowMs: () => number;
  readonly #grants = new Map<string, Grant>();
  #queue: Queued[] = [];
  #caller: Caller | undefined;

  /**
   * Makes a session without subscriptions.
   *
   * @param nowMs The time, in milliseconds.
   */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The client while it is connected. */
  get caller(): Caller | undefined {
    return this.#caller;
  }

  /** Goes on with a connection. */
  attach(caller: Caller): void {
    this.#caller = caller;
    this.#drainSoon();
  }

  /** Goes on without a connection; what may be lost is dropped. */
  detach(): void {
    this.#caller = undefined;
    this.#queue = this.#queue.filter(({ message }) => message.qos > 0);
  }

  /**
   * Grants a filter.
   *
   * @param grant Its quality of service and identifier.
   */
  grant(filter: string, grant: Grant): void {
    this.#grants.set(filter, grant);
  }

  /** Takes a filter back. */
  revoke(filter: string): void {
    this.#grants.delete(filter);
  }

  /** Delivers a message if a filter matches it. */
  offer({ message, expiresAtMs }: Delivery): boolean {
    const matching = [...this.#grants].filter(([filter]) =>
      matchesFilter(filter, message.topic)
    ).map(([, grant]) => grant);
    if (matching.length === 0) return false;
    const highest = matching.reduce<Qos>(
      (most, { qos }) => qos > most ? qos : most,
      0,
    );
    this.push(
      { message, expiresAtMs },
      highest,
      matching.map(({ identifier }) => identifier),
    );
    return true;
  }

  /**
   * Delivers a message.
   *
   * @param most The highest quality of service to deliver with.
   */
  push(
    { message, expiresAtMs }: Delivery,
    most: Qos,
    identifiers: readonly number[],
  ): void {
    const qos = message.qos < most ? message.qos : most;
    if (!this.#caller && qos === 0) return;
    if (this.#queue.length >= QUEUE_LIMIT) return;
    this.#queue.push({
      message: { ...message, qos },
      expiresAtMs,
      identifiers,
    });
    this.#drainSoon();
  }

  #drainSoon(): void {
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    for (;;) {
      const caller = this.#caller;
      const [next] = this.#queue;
      if (!caller || !next) return;
      this.#queue.shift();
      const leftMs = next.expiresAtMs - this.#nowMs();
      if (leftMs <= 0) continue;
      const isV5 = caller.protocolVersion === "5";
      const { properties } = next.message;
      const message = {
        ...next.message,
        payload: next.message.payload.slice(),
        properties: !isV5 ? {} : leftMs === Infinity ? properties : {
          ...properties,
          messageExpirySeconds: Math.ceil(leftMs / 1000),
        },
      };
      caller.receive(message, isV5 ? next.identifiers : []);
    }
  }
}
