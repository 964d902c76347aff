/**
 * What it means that a call has no reply.
 *
 * @module
 */
import { ConnectionError } from "#lib/base/errors.ts";
import { NO_MATCHING_SUBSCRIBERS } from "#lib/mqtt/endpoint.ts";
import type { Way } from "./call_routes.ts";
import { callsOf, type Client } from "./client.ts";
import type { ClientCalls, ReceivedReply } from "./client_calls.ts";
import type { PendingCall } from "./pending_calls.ts";
import { requestTopic } from "./object_topics.ts";

/** Stands for the reply that a void operation's service does not send. */
export const SILENCE: ReceivedReply = Object.freeze({ result: null });

/** How long a call whose service is known to be lost waits for another one to answer, in milliseconds. */
const LOST_GRACE_MS = 1500;

/** How long calls wait where nobody announces the object. */
interface UnansweredOptions {
  /** How long a void operation waits, in milliseconds. */
  readonly voidGraceMs: number;
  /** How long another operation waits, in milliseconds. */
  readonly unannouncedMs: number;
}

/** A call that the broker has taken. */
interface UnansweredCall {
  /** The call. */
  readonly call: PendingCall<ReceivedReply>;
  /** Name of the operation. */
  readonly name: string;
  /** Whether it is void. */
  readonly isVoid: boolean;
  /** Which way it was sent. */
  readonly way: Way;
}

/**
 * Ends calls of one object that nobody will answer. A service that announces
 * itself answers every call, so these wait; others may be silent, or not there
 * at all.
 */
export class UnansweredCalls {
  readonly #client: Client;
  readonly #shared: ClientCalls;
  readonly #address: string;
  readonly #options: UnansweredOptions;
  /** Whether a service has answered. */
  #isAnswered = false;
  #answersVoid = false;

  /**
   * Starts without calls.
   *
   * @param address The object's name, as `addressOf` makes it.
   * @param options How long calls wait.
   */
  constructor(client: Client, address: string, options: UnansweredOptions) {
    this.#client = client;
    this.#shared = callsOf(client);
    this.#address = address;
    this.#options = options;
  }

  /** Watches a call until it is answered. */
  watch(unanswered: UnansweredCall): void {
    const { call, isVoid, way } = unanswered;
    const state = this.#shared.watch.stateOf(this.#address);
    if (call.settled || state === "alive" || this.#answers(isVoid)) return;
    const mayBeSilent = isVoid && way.dialect === "v5";
    const isSilent = this.#shared.silent.has(this.#address);
    if (mayBeSilent && state === "unknown" && isSilent) {
      return call.resolve(SILENCE);
    }
    const { unannouncedMs, voidGraceMs } = this.#options;
    const unknownMs = mayBeSilent ? voidGraceMs : unannouncedMs;
    const waitMs = state === "lost" ? LOST_GRACE_MS : unknownMs;
    if (!Number.isFinite(waitMs)) return;
    this.later(call, waitMs, () => void this.#judge(unanswered));
  }

  /**
   * Notes that a service has answered.
   *
   * @param isVoid Whether the operation is void.
   */
  answered(isVoid: boolean): void {
    this.#isAnswered = true;
    this.#answersVoid ||= isVoid;
    this.#shared.silent.delete(this.#address);
  }

  /**
   * Does something later, unless the call is settled by then.
   *
   * @param delayMs When, in milliseconds from now.
   */
  later(
    call: PendingCall<ReceivedReply>,
    delayMs: number,
    action: () => void,
  ): void {
    const stop = this.#client.clock.setTimeout(action, delayMs);
    call.whenSettled().addEventListener("abort", stop, { once: true });
  }

  /** Makes the error of a call whose service is gone. */
  lost(): ConnectionError {
    return this.#error(
      `Cannot determine the outcome of the call: the service of ${this.#address} is gone`,
      "service_lost",
    );
  }

  /** Makes the error of a call that nobody takes. */
  noService(name: string): ConnectionError {
    const others = this.#shared.watch.identitiesOf(this.#address);
    const hint = others.length === 0
      ? ""
      : `, choose one of the objects ${others.join(", ")}`;
    return this.#error(
      `Cannot call "${name}": nobody serves ${this.#address} on this broker${hint}`,
      "no_service",
    );
  }

  #answers(isVoid: boolean): boolean {
    return isVoid ? this.#answersVoid : this.#isAnswered;
  }

  async #judge({ call, isVoid, name, way }: UnansweredCall): Promise<void> {
    const state = this.#shared.watch.stateOf(this.#address);
    if (state === "alive" || this.#answers(isVoid)) return;
    if (state === "lost" && !await this.#isReplaced(isVoid, way)) {
      return call.reject(this.lost());
    }
    if (isVoid && way.dialect === "v5") {
      this.#shared.silent.add(this.#address);
      return call.resolve(SILENCE);
    }
    if (way.dialect === "v5" && !await this.#isHidden(way)) return;
    call.reject(this.noService(name));
  }

  /** Whether a service that announces nothing, as of C++, serves what one of ours served before. */
  async #isReplaced(isVoid: boolean, way: Way): Promise<boolean> {
    return isVoid && way.dialect === "v5" &&
      this.#shared.watch.hasEnded(this.#address) && !await this.#isHidden(way);
  }

  /** Whether somebody reads all topics, so that the broker cannot know whether anybody serves. */
  async #isHidden(way: Way): Promise<boolean> {
    const { endpoint, qos } = this.#client;
    const nobody = `_${crypto.randomUUID()}`;
    try {
      const { reasonCode } = await endpoint.publish(
        requestTopic(way.target, nobody, way.dialect),
        "[]",
        { qos: qos === 0 ? 1 : qos },
      );
      return reasonCode !== NO_MATCHING_SUBSCRIBERS;
    } catch {
      return false;
    }
  }

  #error(
    message: string,
    reason: "no_service" | "service_lost",
  ): ConnectionError {
    const { brokerUrl } = this.#client.endpoint;
    return new ConnectionError(message, brokerUrl, reason);
  }
}
