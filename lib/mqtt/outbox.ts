/**
 * Messages on their way to the broker.
 *
 * @module
 */
import { ConnectionError } from "#lib/errors.ts";
import type { PublishOptions, PublishResult } from "./endpoint.ts";

/** A message on its way, and who waits for it. */
export interface OutgoingMessage {
  /** Topic name. */
  readonly topic: string;
  /** UTF-8 text or bytes. */
  readonly payload: string | Uint8Array;
  /** How it is published. */
  readonly options: PublishOptions;
  /** Takes it back if it still waits. */
  withdraw(): void;
  /** Called once it is sent or acknowledged. */
  resolve(result: PublishResult): void;
  /** Called when it will not be sent, or was refused. */
  reject(error: unknown): void;
}

/** Hands one message to the connection; must call `resolve` or `reject` in the end. */
export type SendMessage = (message: OutgoingMessage) => void;

/** Bounds of an outbox. */
export interface OutboxOptions {
  /** The most messages that wait. */
  readonly limit: number;
  /** Stands in the error of a refused message. */
  readonly brokerUrl: () => string;
}

/**
 * Sends messages in order while it is open, with at most a window of
 * unacknowledged ones (MQTT 5.0, 4.9 flow control); the others wait, up to a limit.
 */
export class Outbox {
  readonly #send: SendMessage;
  readonly #options: OutboxOptions;
  readonly #sent = new Set<OutgoingMessage>();
  #waiting: OutgoingMessage[] = [];
  #window = 0;
  #drained: (() => void) | undefined;

  /**
   * Makes a closed outbox.
   *
   * @param send Hands one message to the connection.
   * @param options Its bounds.
   */
  constructor(send: SendMessage, options: OutboxOptions) {
    this.#send = send;
    this.#options = options;
  }

  /**
   * Lets messages out.
   *
   * @param window The most unacknowledged QoS 1 and 2 messages, at least 1.
   */
  open(window: number): void {
    this.#window = window;
    this.#pump();
  }

  /** Holds messages back; those already sent stay on their way. */
  close(): void {
    this.#window = 0;
  }

  /**
   * Sends a message as soon as the outbox is open and the window allows.
   *
   * @param topic Topic name.
   * @param payload UTF-8 text or bytes.
   * @param options How it is published.
   * @returns Resolves when sent (QoS 0) or acknowledged (QoS 1 and 2).
   * @throws {ConnectionError} Reason `queue_full`, or what the connection said.
   */
  push(
    topic: string,
    payload: string | Uint8Array,
    options: PublishOptions,
  ): Promise<PublishResult> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const message: OutgoingMessage = {
        topic,
        payload,
        options,
        withdraw: () => this.#withdraw(message),
        resolve: (result) => {
          this.#settle(message);
          resolve(result);
        },
        reject: (error) => {
          this.#settle(message);
          reject(error);
        },
      };
      if (this.#isFree() && this.#waiting.length === 0) {
        return this.#dispatch(message);
      }
      if (this.#waiting.length >= this.#options.limit) {
        return reject(this.#full(topic));
      }
      this.#waiting.push(message);
      signal?.addEventListener("abort", message.withdraw, { once: true });
    });
  }

  /**
   * Puts a message back that the connection could not take, before all others,
   * and holds all back until the outbox is opened again.
   *
   * @param message The message.
   */
  putBack(message: OutgoingMessage): void {
    const { signal } = message.options;
    this.close();
    this.#sent.delete(message);
    if (signal?.aborted) return message.reject(signal.reason);
    this.#waiting.unshift(message);
    signal?.addEventListener("abort", message.withdraw, { once: true });
  }

  /**
   * Waits until no message waits or is on its way.
   *
   * @param timeoutMs Gives up after this time, in milliseconds.
   */
  async drain(timeoutMs: number): Promise<void> {
    if (this.#isEmpty()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#drained = undefined;
  }

  /**
   * Refuses all messages, waiting and sent.
   *
   * @param error Why.
   */
  clear(error: unknown): void {
    const all = [...this.#sent, ...this.#waiting];
    this.#waiting = [];
    for (const message of all) message.reject(error);
  }

  #isEmpty(): boolean {
    return this.#sent.size === 0 && this.#waiting.length === 0;
  }

  #isFree(): boolean {
    return this.#window > this.#sent.size;
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#isFree()) {
      const message = this.#waiting.shift();
      if (message) this.#dispatch(message);
    }
  }

  #dispatch(message: OutgoingMessage): void {
    this.#sent.add(message);
    this.#send(message);
  }

  #settle(message: OutgoingMessage): void {
    const { signal } = message.options;
    signal?.removeEventListener("abort", message.withdraw);
    if (this.#sent.delete(message)) this.#pump();
    if (this.#drained && this.#isEmpty()) this.#drained();
  }

  #withdraw(message: OutgoingMessage): void {
    const at = this.#waiting.indexOf(message);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    message.reject(message.options.signal?.reason);
  }

  #full(topic: string): ConnectionError {
    return new ConnectionError(
      `Cannot publish to "${topic}": ${this.#waiting.length} messages wait already, at most ${this.#options.limit} may`,
      this.#options.brokerUrl(),
      "queue_full",
    );
  }
}
