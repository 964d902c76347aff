/**
 * Waiting that can be cut short.
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
