/**
 * A link to a broker in memory.
 *
 * @module
 */
import { ConnectionError } from "#lib/base/errors.ts";
import { NO_LIMITS } from "./broker_limits.ts";
import type { MqttMessage } from "./endpoint.ts";
import { type Connection, dial } from "./in_memory_network.ts";
import type { Link, LinkEnd, LinkEvents, LinkTarget } from "./link.ts";
import type { OutgoingMessage } from "./outbox.ts";
import type { FilterEntry } from "./subscription_table.ts";
import type { SubscribeOutcome } from "./subscriptions.ts";

const LOST: LinkEnd = {
  accepted: true,
  error: undefined,
  wantsOtherVersion: false,
  takenOver: false,
};

/** A link whose packets are microtasks: they keep their order, and are lost with their connection. */
export class InMemoryLink implements Link {
  readonly #target: LinkTarget;
  readonly #events: LinkEvents;
  readonly #unacknowledged = new Set<OutgoingMessage>();
  #connection: Connection | undefined;
  #isClean = true;
  #isEnded = false;

  /** Makes a link that does nothing before `open`. */
  constructor(target: LinkTarget, events: LinkEvents) {
    this.#target = target;
    this.#events = events;
  }

  open(): void {
    queueMicrotask(() => {
      if (!this.#isEnded) this.#connect();
    });
  }

  publish(message: OutgoingMessage): void {
    const { qos = 1 } = message.options;
    if (qos > 0) this.#unacknowledged.add(message);
    this.#soon((connection) => this.#send(connection, message));
    if (qos === 0) queueMicrotask(() => message.resolve({ reasonCode: 0 }));
  }

  subscribe(
    { filter, qos, identifier }: FilterEntry,
  ): Promise<SubscribeOutcome> {
    return new Promise((resolve) => {
      const connection = this.#connection;
      queueMicrotask(() => {
        if (!connection || connection !== this.#connection) {
          return resolve("lost");
        }
        resolve("granted");
        connection.subscribe(filter, qos, identifier);
      });
    });
  }

  unsubscribe(filter: string): Promise<void> {
    this.#connection?.unsubscribe(filter);
    return Promise.resolve();
  }

  end(): Promise<void> {
    this.#isEnded = true;
    this.#connection?.disconnect();
    this.#connection = undefined;
    return Promise.resolve();
  }

  #connect(): void {
    const { address, clientId, protocolVersion, options } = this.#target;
    const accept = dial(address.url);
    const answer = accept?.({
      clientId,
      protocolVersion,
      options,
      isClean: this.#isClean,
      receive: (message, identifiers) => this.#receive(message, identifiers),
      lost: (error, takenOver) => this.#lose({ ...LOST, error, takenOver }),
    }) ?? new ConnectionError(
      `Cannot connect to "${address.url}": nothing listens there`,
      address.url,
      "unreachable",
    );
    if (answer instanceof ConnectionError) {
      return this.#events.closed({ ...LOST, accepted: false, error: answer });
    }
    this.#connection = answer;
    this.#isClean = protocolVersion !== "5" ||
      options.sessionExpirySeconds === 0;
    this.#dropExpired();
    for (const message of this.#unacknowledged) this.#send(answer, message);
    const { sessionPresent } = answer;
    this.#events.connected({ sessionPresent, limits: NO_LIMITS });
  }

  #lose(end: LinkEnd): void {
    this.#connection = undefined;
    this.#dropExpired();
    queueMicrotask(() => {
      if (!this.#isEnded) this.#events.closed(end);
    });
  }

  #receive(message: MqttMessage, identifiers: readonly number[]): void {
    if (!this.#isEnded) this.#events.message(message, identifiers);
  }

  #send(connection: Connection, message: OutgoingMessage): void {
    const { topic, payload, options, leftSeconds } = message;
    const { qos = 1, retain = false, properties = {} } = options;
    const isV5 = this.#target.protocolVersion === "5";
    const seconds = leftSeconds();
    const { reasonCode } = connection.publish({
      topic,
      payload: typeof payload === "string"
        ? new TextEncoder().encode(payload)
        : payload.slice(),
      qos,
      retain,
      properties: !isV5
        ? {}
        : seconds === undefined
        ? properties
        : { ...properties, messageExpirySeconds: seconds },
    });
    if (qos === 0) return;
    this.#soon(() => {
      if (!this.#unacknowledged.delete(message)) return;
      message.resolve({ reasonCode: isV5 ? reasonCode : 0 });
    });
  }

  /** Does something if the connection is still the same then. */
  #soon(work: (connection: Connection) => void): void {
    const connection = this.#connection;
    queueMicrotask(() => {
      if (connection && connection === this.#connection) work(connection);
    });
  }

  #dropExpired(): void {
    for (const message of this.#unacknowledged) {
      if (!message.isExpired()) continue;
      this.#unacknowledged.delete(message);
      message.reject(message.expiryError());
    }
  }
}
