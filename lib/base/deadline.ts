/**
 * Waiting with an end: a signal, or a time.
 *
 * @module
 */
import { type Clock, systemClock } from "./clock.ts";
import { TimeoutError } from "./errors.ts";

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

/** Waits until a signal aborts. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

/** How long work may take. */
interface TimeLimit {
  /** In milliseconds. */
  readonly timeoutMs: number;
  /**
   * Makes the error that stands for the end of the time.
   *
   * @default a `TimeoutError`
   */
  readonly makeError?: () => Error;
  /**
   * What measures the time.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
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
  const { timeoutMs, clock = systemClock } = limit;
  const makeError = limit.makeError ??
    (() => new TimeoutError(action, timeoutMs));
  const end = new AbortController();
  const cancel = clock.setTimeout(() => end.abort(makeError()), timeoutMs);
  try {
    return await orAborted(work(end.signal), end.signal);
  } finally {
    cancel();
  }
}
