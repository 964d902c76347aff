/**
 * Calls that wait for their reply.
 *
 * @module
 */
import { randomToken } from "#lib/base/random_token.ts";
import type { Clock } from "#lib/base/clock.ts";
import { TimeoutError } from "#lib/base/errors.ts";

/** The longest time that a timer takes, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** How long a call may wait. */
interface PendingCallOptions {
  /** What is called, for the error. */
  readonly operation: string;
  /** Longest time, in milliseconds. */
  readonly timeoutMs: number;
  /** Number of the connection it is made on. */
  readonly connection: number;
  /** Whose call it is. */
  readonly owner?: object;
  /** Gives up; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One call that waits for its reply. */
export class PendingCall<Reply> {
  /** Its identity; no other call of any client ever has the same. */
  readonly correlation: string;
  /** Settles with the reply. */
  readonly reply: Promise<Reply>;
  /** Number of the connection it was made on. */
  readonly connection: number;
  /** When it times out, on the monotonic clock. */
  readonly deadlineMs: number;
  /** Whose call it is. */
  readonly owner: object | undefined;
  readonly #options: PendingCallOptions;
  readonly #onSettled: (call: PendingCall<Reply>) => void;
  #resolve!: (reply: Reply) => void;
  #reject!: (error: unknown) => void;
  #settled = false;
  #end: AbortController | undefined;

  /**
   * Starts to wait.
   *
   * @param nowMs The time on the monotonic clock.
   * @param options How long it may wait.
   * @param onSettled Called once, when it has a reply or has failed.
   */
  constructor(
    correlation: string,
    nowMs: number,
    options: PendingCallOptions,
    onSettled: (call: PendingCall<Reply>) => void,
  ) {
    this.correlation = correlation;
    this.connection = options.connection;
    this.owner = options.owner;
    this.deadlineMs = nowMs + options.timeoutMs;
    this.#options = options;
    this.#onSettled = onSettled;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (options.signal) this.#heed(options.signal);
  }

  /** True once it has a reply or has failed. */
  get settled(): boolean {
    return this.#settled;
  }

  /**
   * Adds a listener for when the call settles.
   *
   * @returns A signal that aborts then.
   */
  whenSettled(): AbortSignal {
    this.#end ??= new AbortController();
    if (this.#settled) this.#end.abort();
    return this.#end.signal;
  }

  /** Settles the call; does nothing once it is settled. */
  resolve(reply: Reply): void {
    if (this.#settle()) this.#resolve(reply);
  }

  /** Fails the call; does nothing once it is settled. */
  reject(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  /** Fails the call with a `TimeoutError`. */
  timeOut(): void {
    const { operation, timeoutMs } = this.#options;
    this.reject(new TimeoutError(operation, timeoutMs));
  }

  #heed(signal: AbortSignal): void {
    const abort = () => this.reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, {
      once: true,
      signal: this.whenSettled(),
    });
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#onSettled(this);
    this.#end?.abort();
    return true;
  }
}

/**
 * The calls of one client that wait for their reply, by correlation data. One
 * timer serves them all.
 */
export class PendingCalls<Reply> {
  readonly #clock: Clock;
  readonly #calls = new Map<string, PendingCall<Reply>>();
  #stopTimer: (() => void) | undefined;
  #timerDueMs = Infinity;

  /**
   * Starts without calls.
   *
   * @param clock Says when a call has waited too long.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many calls wait. */
  get size(): number {
    return this.#calls.size;
  }

  /**
   * Adds a call. Its identity cannot be guessed, so that nobody can call under
   * it before.
   *
   * @param options How long it may wait.
   * @returns The call; it removes itself when it settles.
   */
  add(options: PendingCallOptions): PendingCall<Reply> {
    const correlation = randomToken();
    const call = new PendingCall<Reply>(
      correlation,
      this.#clock.monotonicMs(),
      options,
      this.#remove,
    );
    if (call.settled) return call;
    this.#calls.set(correlation, call);
    if (call.deadlineMs < this.#timerDueMs) this.#arm(call.deadlineMs);
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
   */
  rejectBefore(connection: number, toError: () => Error): void {
    for (const call of [...this.#calls.values()]) {
      if (call.connection < connection) call.reject(toError());
    }
  }

  /**
   * Fails all calls of one owner.
   *
   * @param owner As it was given to `add`.
   */
  rejectOf(owner: object, toError: () => Error): void {
    for (const call of [...this.#calls.values()]) {
      if (call.owner === owner) call.reject(toError());
    }
  }

  /** Fails all calls and stops the timer. */
  close(toError: () => Error): void {
    this.rejectBefore(Infinity, toError);
    this.#stopTimer?.();
    this.#timerDueMs = Infinity;
  }

  readonly #remove = (call: PendingCall<Reply>): void => {
    this.#calls.delete(call.correlation);
  };

  #arm(dueMs: number): void {
    this.#stopTimer?.();
    this.#timerDueMs = dueMs;
    if (dueMs === Infinity) return;
    const waitMs = Math.ceil(dueMs - this.#clock.monotonicMs());
    this.#stopTimer = this.#clock.setTimeout(
      () => this.#expire(),
      Math.min(Math.max(waitMs, 0), MAX_TIMER_MS),
    );
  }

  #expire(): void {
    const now = this.#clock.monotonicMs();
    let nextMs = Infinity;
    for (const call of [...this.#calls.values()]) {
      if (call.deadlineMs <= now) call.timeOut();
      else nextMs = Math.min(nextMs, call.deadlineMs);
    }
    this.#arm(nextMs);
  }
}
