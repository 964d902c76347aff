/**
 * Messages on their way to the broker.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { ConnectionError, TimeoutError } from "#lib/base/errors.ts";
import type { PublishOptions, PublishResult } from "./endpoint.ts";

/** What a message is made with. */
interface MessageContext {
  /** Where its time comes from. */
  readonly clock: Clock;
  /** Called just before its promise settles. */
  readonly onSettled: (message: OutgoingMessage) => void;
}

/** A message on its way, and the promise of whoever waits for it. */
export class OutgoingMessage {
  /** Topic name. */
  readonly topic: string;
  /** UTF-8 text or bytes. */
  readonly payload: string | Uint8Array;
  /** Resolves once it is sent or acknowledged; rejects when it will not be, or was refused. */
  readonly done: Promise<PublishResult>;
  /** Whether it was handed to the connection and is not settled. */
  isSent = false;
  #options: PublishOptions;
  readonly #clock: Clock;
  readonly #expiresAtMs: number;
  readonly #onSettled: (message: OutgoingMessage) => void;
  #resolve!: (result: PublishResult) => void;
  #reject!: (error: unknown) => void;

  /**
   * Makes a message that nobody has sent yet.
   *
   * @param payload UTF-8 text or bytes.
   * @param options How it is published.
   * @param context Its time, and what is called just before the promise settles.
   */
  constructor(
    topic: string,
    payload: string | Uint8Array,
    options: PublishOptions,
    context: MessageContext,
  ) {
    this.topic = topic;
    this.payload = payload;
    this.#options = options;
    this.#clock = context.clock;
    this.#onSettled = context.onSettled;
    const { messageExpirySeconds = Infinity } = options.properties ?? {};
    this.#expiresAtMs = messageExpirySeconds === Infinity
      ? Infinity
      : this.#clock.monotonicMs() + messageExpirySeconds * 1000;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** How it is published. */
  get options(): PublishOptions {
    return this.#options;
  }

  /**
   * Takes less than was asked for.
   *
   * @param limits What the broker takes.
   */
  limit(limits: Pick<PublishOptions, "qos" | "retain">): void {
    this.#options = { ...this.#options, ...limits };
  }

  /** Whether its time is over. */
  isExpired(): boolean {
    return this.#expiresAtMs !== Infinity &&
      this.#clock.monotonicMs() >= this.#expiresAtMs;
  }

  /** What is left of its time, in whole seconds, at least 1; undefined for no end. */
  readonly leftSeconds = (): number | undefined =>
    this.#expiresAtMs === Infinity ? undefined : Math.max(
      1,
      Math.ceil((this.#expiresAtMs - this.#clock.monotonicMs()) / 1000),
    );

  /** Says that its time is over. */
  expiryError(): TimeoutError {
    const { messageExpirySeconds = 0 } = this.options.properties ?? {};
    return new TimeoutError(
      `publish to ${this.topic}`,
      messageExpirySeconds * 1000,
    );
  }

  /**
   * Settles it.
   *
   * @param result What the broker said.
   */
  resolve(result: PublishResult): void {
    this.#onSettled(this);
    this.#resolve(result);
  }

  /** Fails it. */
  reject(error: unknown): void {
    this.#onSettled(this);
    this.#reject(error);
  }
}

/** Hands one message to the connection; must settle it in the end. */
type SendMessage = (message: OutgoingMessage) => void;

/** Bounds of an outbox. */
interface OutboxOptions {
  /** The most messages that wait. */
  readonly limit: number;
  /** Stands in the error of a refused message. */
  readonly brokerUrl: () => string;
  /** Where its time comes from. */
  readonly clock: Clock;
}

/**
 * Sends messages in order while it is open, with at most a window of
 * unacknowledged ones (MQTT 5.0, 4.9 flow control); the others wait, up to a limit.
 */
export class Outbox {
  readonly #send: SendMessage;
  readonly #options: OutboxOptions;
  /** Handed to the connection and not settled at once, as most of QoS 0 are. */
  readonly #sent = new Set<OutgoingMessage>();
  #waiting = new Set<OutgoingMessage>();
  #window = 0;
  #isPumping = false;
  #isPumpDue = false;
  #drained: (() => void) | undefined;

  /**
   * Makes a closed outbox.
   *
   * @param send Hands one message to the connection.
   */
  constructor(send: SendMessage, options: OutboxOptions) {
    this.#send = send;
    this.#options = options;
  }

  /**
   * Lets messages out.
   *
   * @param window The most unacknowledged messages, at least 1.
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
   * @param payload UTF-8 text or bytes.
   * @param options How it is published.
   * @returns Resolves when sent (QoS 0) or acknowledged (QoS 1 and 2).
   * @throws {ConnectionError} Reason `queue_full`, or what the connection said.
   * @throws {TimeoutError} If its expiry passes before it is on its way.
   */
  push(
    topic: string,
    payload: string | Uint8Array,
    options: PublishOptions,
  ): Promise<PublishResult> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const isFree = this.#isFree() && this.#waiting.size === 0;
    if (!isFree && this.#waiting.size >= this.#options.limit) {
      return Promise.reject(this.#full(topic));
    }
    const message = new OutgoingMessage(topic, payload, options, {
      clock: this.#options.clock,
      onSettled: this.#settle,
    });
    if (isFree) {
      this.#dispatch(message);
    } else {
      this.#waiting.add(message);
      this.#watch(message, signal);
    }
    return message.done;
  }

  /**
   * Puts a message back that the connection could not take, before all
   * others, and holds all back until the outbox is opened again.
   */
  putBack(message: OutgoingMessage): void {
    const { signal } = message.options;
    this.close();
    message.isSent = false;
    this.#sent.delete(message);
    if (signal?.aborted) return message.reject(signal.reason);
    this.#waiting = new Set([message, ...this.#waiting]);
    this.#watch(message, signal);
  }

  /** Puts all messages back that are on their way over a connection that is given up. */
  takeBack(): void {
    const sent = [...this.#sent].reverse();
    for (const message of sent) this.putBack(message);
  }

  /**
   * Waits until no message waits or is on its way.
   *
   * @param timeoutMs Gives up after this time, in milliseconds.
   */
  async drain(timeoutMs: number): Promise<void> {
    if (this.#isEmpty()) return;
    await new Promise<void>((resolve) => {
      const stop = this.#options.clock.setTimeout(resolve, timeoutMs);
      this.#drained = () => {
        stop();
        resolve();
      };
    });
    this.#drained = undefined;
  }

  /** Refuses all messages, waiting and sent. */
  clear(error: unknown): void {
    const all = [...this.#sent, ...this.#waiting];
    this.#waiting.clear();
    for (const message of all) message.reject(error);
  }

  #isEmpty(): boolean {
    return this.#sent.size === 0 && this.#waiting.size === 0;
  }

  #isFree(): boolean {
    return this.#window > this.#sent.size;
  }

  /** What many acknowledgements make room for is sent together, in one write. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    queueMicrotask(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  /** A message may settle while it is sent, which comes back here: the first caller goes on. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (const message of this.#waiting) {
      if (!this.#isFree()) break;
      this.#waiting.delete(message);
      this.#dispatch(message);
    }
    this.#isPumping = false;
  }

  #dispatch(message: OutgoingMessage): void {
    message.isSent = true;
    if (message.isExpired()) return message.reject(message.expiryError());
    try {
      this.#send(message);
    } catch (error) {
      message.reject(error);
    }
    if (message.isSent) this.#sent.add(message);
  }

  /** Lets the sender take a message back that waits. */
  #watch(message: OutgoingMessage, signal: AbortSignal | undefined): void {
    if (!signal) return;
    const withdraw = () => {
      if (this.#waiting.delete(message)) message.reject(signal.reason);
    };
    signal.addEventListener("abort", withdraw, { once: true });
    const forget = () => signal.removeEventListener("abort", withdraw);
    message.done.then(forget, forget);
  }

  readonly #settle = (message: OutgoingMessage): void => {
    if (!message.isSent) return;
    message.isSent = false;
    this.#sent.delete(message);
    if (this.#waiting.size > 0) this.#pumpSoon();
    if (this.#drained && this.#isEmpty()) this.#drained();
  };

  #full(topic: string): ConnectionError {
    return new ConnectionError(
      `Cannot publish to "${topic}": ${this.#waiting.size} messages wait already, at most ${this.#options.limit} may`,
      this.#options.brokerUrl(),
      "queue_full",
    );
  }
}
