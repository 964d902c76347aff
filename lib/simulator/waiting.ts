/**
 * Waiting that can be given up.
 *
 * @module
 */
import type { Clock } from "#lib/clock.ts";

/**
 * Lets time pass.
 *
 * @param clock Says when it is over.
 * @param ms How long, in milliseconds; 0 waits for nothing.
 * @param signal Ends the wait early, without an error.
 */
export function pause(
  clock: Clock,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  if (ms <= 0 || signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      stop();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const stop = clock.setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/**
 * Waits for work, unless that is given up.
 *
 * @param work What to wait for; it goes on when it is given up.
 * @param signal Gives it up.
 * @returns What the work gives.
 * @throws The signal's reason.
 */
export function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(() =>
      signal.removeEventListener("abort", giveUp)
    );
  });
}
