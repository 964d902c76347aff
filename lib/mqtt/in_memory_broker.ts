/**
 * A broker without sockets, for tests of programs that use this library.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { ConnectionError } from "#lib/base/errors.ts";
import {
  type MqttMessage,
  NO_MATCHING_SUBSCRIBERS,
  type PublishResult,
  type Will,
} from "./endpoint.ts";
import {
  type Caller,
  type Connection,
  listen,
  type SentMessage,
} from "./in_memory_network.ts";
import { type Delivery, InMemorySession } from "./in_memory_session.ts";
import { matchesFilter } from "./topic.ts";

/** How a broker in memory behaves. */
export interface InMemoryBrokerOptions {
  /**
   * The only account.
   *
   * @default none; everybody is let in
   */
  readonly account?: { readonly username: string; readonly password: string };
  /**
   * Where it gets its time from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** An address of a broker in memory whose connections can be cut. */
export interface InMemoryWire extends Disposable {
  /** Its address, for `connect` of an `InMemoryEndpoint`. */
  readonly url: string;
  /** Breaks all connections; new ones are taken. */
  cut(): void;
  /** Breaks all connections and refuses new ones. */
  hold(): void;
  /** Takes connections again. */
  mend(): void;
}

let count = 0;

/**
 * A broker that clients of the same process reach with `InMemoryEndpoint`. It
 * keeps retained messages, sessions and wills as a real one does, speaks MQTT 5
 * and 3.1.1, and says when nobody is subscribed.
 *
 * @example Usage
 * ```ts
 * import { InMemoryBroker } from "#lib/mqtt/in_memory_broker.ts";
 * import { InMemoryEndpoint } from "#lib/mqtt/in_memory_endpoint.ts";
 * import assert from "node:assert/strict";
 *
 * await using broker = new InMemoryBroker();
 * await using endpoint = new InMemoryEndpoint();
 * await endpoint.connect(broker.url);
 * const { promise, resolve } = Promise.withResolvers<string>();
 * endpoint.subscribe("bike/+", ({ topic }) => resolve(topic));
 * await endpoint.publish("bike/1", "9.5");
 * assert.equal(await promise, "bike/1");
 * ```
 */
export class InMemoryBroker implements AsyncDisposable {
  /** Its address, for `connect` of an `InMemoryEndpoint`. */
  readonly url: string;
  readonly #name = `memory-${++count}`;
  readonly #clock: Clock;
  readonly #account: InMemoryBrokerOptions["account"];
  readonly #sessions = new Map<string, InMemorySession>();
  readonly #retained = new Map<string, Delivery>();
  readonly #stopListening: () => void;
  #wires = 0;

  /**
   * Starts a broker.
   *
   * @param options How it behaves.
   */
  constructor(options: InMemoryBrokerOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#account = options.account;
    const { url, stop } = listen(this.#name, (caller) => this.#accept(caller));
    this.url = url;
    this.#stopListening = stop;
  }

  /** Breaks all connections, and forgets sessions and retained messages, as a restart does. */
  restart(): void {
    for (const [id, session] of this.#sessions) this.#lose(id, session);
    for (const { stopExpiry, stopWill } of this.#sessions.values()) {
      stopExpiry();
      stopWill();
    }
    this.#sessions.clear();
    this.#retained.clear();
  }

  /**
   * Makes one more address of the broker, whose connections can be cut.
   *
   * @returns The wire.
   */
  wire(): InMemoryWire {
    const callers = new Map<string, Caller>();
    let isOpen = true;
    const { url, stop } = listen(
      `${this.#name}-wire-${++this.#wires}`,
      (caller) => {
        if (!isOpen) return unreachable(url, "the connection was cut");
        const accepted = this.#accept(caller);
        if (!(accepted instanceof ConnectionError)) {
          callers.set(caller.clientId, caller);
        }
        return accepted;
      },
    );
    const cut = () => {
      for (const [id, caller] of callers) {
        const session = this.#sessions.get(id);
        if (session?.caller === caller) this.#lose(id, session);
      }
      callers.clear();
    };
    return {
      url,
      cut,
      hold() {
        isOpen = false;
        cut();
      },
      mend: () => isOpen = true,
      [Symbol.dispose]() {
        stop();
        cut();
      },
    };
  }

  /** Breaks all connections and stops. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    this.restart();
    return Promise.resolve();
  }

  #accept(caller: Caller): Connection | ConnectionError {
    const { clientId, options: { username, password, will } } = caller;
    const account = this.#account;
    if (
      account &&
      (username !== account.username || password !== account.password)
    ) {
      return new ConnectionError(
        `Cannot connect to "${this.url}": the broker refused the user name or password`,
        this.url,
        "not_authorized",
      );
    }
    const known = this.#sessions.get(clientId);
    if (known?.caller) this.#lose(clientId, known, true);
    known?.stopExpiry();
    known?.stopWill();
    const kept = caller.isClean ? undefined : this.#sessions.get(clientId);
    const session = kept ??
      new InMemorySession(() => this.#clock.monotonicMs());
    session.will = will;
    this.#sessions.set(clientId, session);
    session.attach(caller);
    return this.#connection(session, caller, kept !== undefined);
  }

  #connection(
    session: InMemorySession,
    caller: Caller,
    sessionPresent: boolean,
  ): Connection {
    return {
      sessionPresent,
      publish: (message) => this.#publish(message),
      subscribe: (filter, qos, identifier) => {
        session.grant(filter, { qos, identifier });
        for (const delivery of this.#retained.values()) {
          if (!matchesFilter(filter, delivery.message.topic)) continue;
          session.push(delivery, qos, [identifier]);
        }
      },
      unsubscribe: (filter) => session.revoke(filter),
      disconnect: () => {
        session.detach();
        session.will = undefined;
        if (this.#sessions.get(caller.clientId) === session) {
          this.#sessions.delete(caller.clientId);
        }
      },
    };
  }

  #publish(sent: SentMessage): PublishResult {
    const { messageExpirySeconds = Infinity } = sent.properties;
    const expiresAtMs = messageExpirySeconds === Infinity
      ? Infinity
      : this.#clock.monotonicMs() + messageExpirySeconds * 1000;
    const message: MqttMessage = { ...sent, retain: false };
    if (sent.retain) this.#retain({ ...sent }, expiresAtMs);
    let receivers = 0;
    for (const session of this.#sessions.values()) {
      if (session.offer({ message, expiresAtMs })) receivers++;
    }
    return { reasonCode: receivers > 0 ? 0 : NO_MATCHING_SUBSCRIBERS };
  }

  #retain(message: MqttMessage, expiresAtMs: number): void {
    const { topic, payload } = message;
    this.#retained.delete(topic);
    if (payload.length > 0) this.#retained.set(topic, { message, expiresAtMs });
  }

  /** A connection is gone; its session may outlive it, and its will is published. */
  #lose(id: string, session: InMemorySession, takenOver = false): void {
    const { caller, will } = session;
    if (!caller) return;
    session.detach();
    const { sessionExpirySeconds = 30 } = caller.options;
    const keepsMs = caller.protocolVersion === "5"
      ? sessionExpirySeconds * 1000
      : 0;
    if (keepsMs === 0) this.#sessions.delete(id);
    else {
      session.stopExpiry = this.#clock.setTimeout(
        () => this.#sessions.delete(id),
        Math.min(keepsMs, 2 ** 31 - 1),
      );
    }
    session.will = undefined;
    if (will) this.#publishWill(will, session, caller);
    caller.lost(takenOver ? overtaken(this.url, id) : undefined, takenOver);
  }

  #publishWill(will: Will, session: InMemorySession, caller: Caller): void {
    const { topic, payload, qos = 1, retain = false, delaySeconds = 0 } = will;
    const publish = () =>
      this.#publish({
        topic,
        payload: typeof payload === "string"
          ? new TextEncoder().encode(payload)
          : payload.slice(),
        qos,
        retain,
        properties: {},
      });
    if (delaySeconds === 0 || caller.protocolVersion !== "5") {
      return void publish();
    }
    session.stopWill = this.#clock.setTimeout(publish, delaySeconds * 1000);
  }
}

function overtaken(url: string, clientId: string): ConnectionError {
  return new ConnectionError(
    `Cannot stay connected to "${url}": another client uses the client id "${clientId}", each needs its own`,
    url,
    "refused",
  );
}

function unreachable(url: string, why: string): ConnectionError {
  return new ConnectionError(
    `Cannot connect to "${url}": ${why}`,
    url,
    "unreachable",
  );
}
