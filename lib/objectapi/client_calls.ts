/**
 * What the adapters of a client share: their calls, where the results come,
 * and which services live.
 *
 * @module
 */
import { toLatin1 } from "#lib/base/octets.ts";
import type { Clock } from "#lib/base/clock.ts";
import { ConnectionError, PayloadError } from "#lib/base/errors.ts";
import type {
  MqttEndpoint,
  MqttMessage,
  Subscription,
} from "#lib/mqtt/endpoint.ts";
import {
  type CallReply,
  readReply,
  readReplyEnvelope,
} from "./call_envelope.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { type PendingCall, PendingCalls } from "./pending_calls.ts";
import { ServiceWatch } from "./service_watch.ts";
import type { Dialect } from "./object_topics.ts";

/** How long services are given to come back after the broker, in milliseconds. */
const SERVICE_RETURN_MS = 10_000;

/** A reply as it came, or the reason why it cannot be read. */
export type ReceivedReply =
  | CallReply
  | { readonly unreadable: unknown; readonly timeMs?: undefined };

/** What the shared part stands on. */
interface ClientCallsContext {
  /** The connection. */
  readonly endpoint: MqttEndpoint;
  /** Where the time comes from. */
  readonly clock: Clock;
  /** Where faults are reported. */
  readonly diagnostics: Diagnostics;
  /** The longest reply that is read, in bytes. */
  readonly maxPayloadBytes: number;
}

/** The shared part of a client's adapters. */
export class ClientCalls {
  /** Calls that wait for their reply. */
  readonly pending: PendingCalls<ReceivedReply>;
  /** Which services live. */
  readonly watch: ServiceWatch;
  /** Objects whose service does not answer void operations. */
  readonly silent: Set<string> = new Set();
  /** Resolves with the first connection. */
  readonly connectedOnce: Promise<void>;
  /** True from the client's `disconnect` until its next `connect`. */
  isClosed = false;
  readonly #context: ClientCallsContext;
  readonly #results = new Map<
    string,
    { readonly subscription: Subscription; adapters: number }
  >();
  #connection = 1;
  #hasConnected = false;
  #reconnectedMs = -Infinity;

  /**
   * Starts without calls.
   *
   * @param context What it stands on.
   */
  constructor(context: ClientCallsContext) {
    const { clock, endpoint } = context;
    this.#context = context;
    this.pending = new PendingCalls(clock);
    this.watch = new ServiceWatch(endpoint, clock);
    this.connectedOnce = endpoint.onConnected.next().then(() => {});
    endpoint.onConnected.add(({ sessionPresent }) => {
      const lost = this.#hasConnected && !sessionPresent;
      if (this.#hasConnected) this.#reconnectedMs = clock.monotonicMs();
      this.#hasConnected = true;
      if (lost) this.#loseCalls();
    });
  }

  /** Number of the connection that a call made now is sent over. */
  get connection(): number {
    const { connected } = this.#context.endpoint;
    return this.#connection + (this.#hasConnected && !connected ? 1 : 0);
  }

  /** True for some seconds after a reconnect, in which services may come back too. */
  get hasJustReconnected(): boolean {
    const sinceMs = this.#context.clock.monotonicMs() - this.#reconnectedMs;
    return sinceMs < SERVICE_RETURN_MS;
  }

  /**
   * Listens for results on a topic, for one more adapter.
   *
   * @param dialect How they carry their call's identity.
   * @returns Resolves when results can come.
   * @throws {ConnectionError} If the broker will not have it.
   */
  listen(topic: string, dialect: Dialect): Promise<void> {
    const known = this.#results.get(topic);
    if (known) {
      known.adapters++;
      return known.subscription.ready;
    }
    const subscription = this.#context.endpoint.subscribe(
      topic,
      (message) => this.#onResult(message, dialect),
      { qos: 2 },
    );
    this.#results.set(topic, { subscription, adapters: 1 });
    return subscription.ready;
  }

  /** Takes back one adapter's {@linkcode ClientCalls.listen}. */
  async ignore(topic: string): Promise<void> {
    const known = this.#results.get(topic);
    if (!known || --known.adapters > 0) return;
    this.#results.delete(topic);
    await known.subscription.unsubscribe();
  }

  /** Fails all calls, as the client was disconnected. */
  close(): void {
    this.watch.rest();
    const { brokerUrl } = this.#context.endpoint;
    const why = "Cannot complete the call: the client was disconnected";
    this.pending.close(() => new ConnectionError(why, brokerUrl, "closed"));
  }

  #loseCalls(): void {
    this.#connection++;
    const { brokerUrl } = this.#context.endpoint;
    const why =
      "Cannot determine the outcome of the call: the connection was lost before its reply came";
    this.pending.rejectBefore(
      this.#connection,
      () => new ConnectionError(why, brokerUrl, "session_lost"),
    );
  }

  #onResult(message: MqttMessage, dialect: Dialect): void {
    const { topic, retain } = message;
    const { diagnostics, maxPayloadBytes } = this.#context;
    const options = { maxBytes: maxPayloadBytes };
    let call: PendingCall<ReceivedReply> | undefined;
    let reply: ReceivedReply;
    try {
      if (dialect === "v3") {
        const envelope = readReplyEnvelope(message, options);
        call = this.pending.get(envelope.correlationData);
        reply = envelope;
      } else {
        const { correlationData } = message.properties;
        call = correlationData && this.pending.get(toLatin1(correlationData));
        reply = readReply(message, options);
      }
    } catch (error) {
      reply = { unreadable: error };
    }
    if (call && !retain) return call.resolve(reply);
    const fault = "unreadable" in reply ? reply.unreadable : undefined;
    if (fault instanceof PayloadError) return diagnostics.report(fault);
    diagnostics.ignore("unknown_reply", topic);
  }
}
