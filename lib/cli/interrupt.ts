/**
 * Work that somebody or something may end early.
 *
 * @module
 */
import { TimeoutError } from "#lib/errors.ts";
import { EXIT_INTERRUPTED } from "./exit_code.ts";
import type { CliIo } from "./io.ts";

/** A signal within this time of the first is the same one, told twice by a task runner. */
const SAME_INTERRUPT_MS = 500;

/** How interrupts are read. */
export interface InterruptOptions {
  /**
   * The time, in milliseconds.
   *
   * @default {performance.now}
   */
  readonly now?: () => number;
}

/**
 * Works until it is done or until a signal asks to end, which is a good end.
 * A second signal ends the program at once.
 *
 * @param io Tells of signals.
 * @param work Ends, in its own order, when its signal aborts; what it throws then is of no matter.
 * @param options How interrupts are read.
 */
export async function untilInterrupted(
  io: CliIo,
  work: (signal: AbortSignal) => Promise<void>,
  options: InterruptOptions = {},
): Promise<void> {
  const { now = () => performance.now() } = options;
  const end = new AbortController();
  let firstAt = 0;
  using _listener = io.onInterrupt((interrupt) => {
    if (!end.signal.aborted) {
      firstAt = now();
      end.abort();
    } else if (now() - firstAt > SAME_INTERRUPT_MS) {
      io.exit(EXIT_INTERRUPTED[interrupt]);
    }
  });
  try {
    await work(end.signal);
  } catch (error) {
    if (!end.signal.aborted) throw error;
  }
}

/**
 * Waits for a promise, but no longer than until a signal aborts.
 *
 * @param promise What is waited for.
 * @param signal Ends the wait; its reason is then thrown.
 * @returns What the promise gives.
 */
export async function orAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Waits until a signal aborts.
 *
 * @param signal The signal.
 */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

/** How long work may take. */
export interface TimeLimit {
  /** In milliseconds. */
  readonly timeoutMs: number;
  /**
   * Makes the error that stands for the end of the time.
   *
   * @default a `TimeoutError`
   */
  readonly makeError?: () => Error;
}

/**
 * Works for a limited time.
 *
 * @param action What is done, for the error.
 * @param limit How long it may take.
 * @param work Ends when its signal aborts.
 * @returns What the work gives.
 * @throws {TimeoutError} If the time is over first.
 */
export async function within<T>(
  action: string,
  limit: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { timeoutMs } = limit;
  const makeError = limit.makeError ??
    (() => new TimeoutError(action, timeoutMs));
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(makeError()), timeoutMs);
  try {
    return await orAborted(work(end.signal), end.signal);
  } finally {
    clearTimeout(timer);
  }
}
