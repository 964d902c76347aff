/**
 * Calls that wait for their reply.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { TimeoutError } from "#lib/errors.ts";

/** The longest time that a timer takes, in milliseconds; anything longer is for ever. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One call that waits for its reply. */
export interface PendingCall<Reply> {
  /** Its identity; no other call of any client ever has the same. */
  readonly correlation: string;
  /** Settles with the reply. */
  readonly reply: Promise<Reply>;
  /** Number of the connection it was made on. */
  readonly connection: number;
  /** True once it has a reply or has failed. */
  readonly settled: boolean;
  /** A signal that aborts when the call settles. */
  whenSettled(): AbortSignal;
  /** Settles the call; does nothing the second time. */
  resolve(reply: Reply): void;
  /** Fails the call; does nothing once it is settled. */
  reject(error: unknown): void;
}

/** How long a call may wait. */
export interface PendingCallOptions {
  /** What is called, for the error. */
  readonly operation: string;
  /** Longest time, in milliseconds. */
  readonly timeoutMs: number;
  /** Number of the connection it is made on. */
  readonly connection: number;
  /** Gives up; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The calls of one client that wait for their reply, by correlation data. */
export class PendingCalls<Reply> {
  readonly #prefix = randomUUID().replaceAll("-", "").slice(0, 16);
  readonly #calls = new Map<string, PendingCall<Reply>>();
  #count = 0;

  /** How many calls wait. */
  get size(): number {
    return this.#calls.size;
  }

  /**
   * Adds a call.
   *
   * @param options How long it may wait.
   * @returns The call; it removes itself when it settles.
   */
  add(options: PendingCallOptions): PendingCall<Reply> {
    const { operation, timeoutMs, connection, signal } = options;
    const correlation = `${this.#prefix}${(this.#count++).toString(36)}`;
    const { promise: reply, resolve, reject } = Promise.withResolvers<Reply>();
    let end: AbortController | undefined;
    const isSettled = () => !this.#calls.has(correlation);
    const settle = () => {
      if (!this.#calls.delete(correlation)) return;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      end?.abort();
    };
    const call: PendingCall<Reply> = {
      correlation,
      reply,
      connection,
      get settled() {
        return isSettled();
      },
      whenSettled: () => {
        end ??= new AbortController();
        if (isSettled()) end.abort();
        return end.signal;
      },
      resolve: (value) => {
        settle();
        resolve(value);
      },
      reject: (error) => {
        settle();
        reject(error);
      },
    };
    const onAbort = () => call.reject(signal?.reason);
    const timer = timeoutMs > MAX_TIMER_MS ? undefined : setTimeout(
      () => call.reject(new TimeoutError(operation, timeoutMs)),
      timeoutMs,
    );
    this.#calls.set(correlation, call);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    return call;
  }

  /**
   * Finds the call a reply belongs to.
   *
   * @param correlation Correlation data of the reply.
   * @returns The call, or undefined if none waits for it.
   */
  get(correlation: string): PendingCall<Reply> | undefined {
    return this.#calls.get(correlation);
  }

  /**
   * Fails all calls that were made on an earlier connection.
   *
   * @param connection Number of the present connection.
   * @param toError Makes the error.
   */
  rejectBefore(connection: number, toError: () => Error): void {
    for (const call of [...this.#calls.values()]) {
      if (call.connection < connection) call.reject(toError());
    }
  }
}
