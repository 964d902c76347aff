/**
 * Time, as something that is handed in: the system's in the program, one that
 * stands still until advanced in tests.
 *
 * @module
 */

/** Where code that waits gets its time from. */
export interface Clock {
  /**
   * The time of day.
   *
   * @returns Milliseconds since 1970-01-01 UTC; jumps when somebody sets the clock.
   */
  now(): number;
  /**
   * Time that only runs forward, for measuring how long something takes.
   *
   * @returns Milliseconds since some moment in the past.
   */
  monotonicMs(): number;
  /**
   * Calls back once, later.
   *
   * @param callback What to call.
   * @param delayMs When, in milliseconds from now.
   * @returns Stops it from being called; harmless afterwards.
   */
  setTimeout(callback: () => void, delayMs: number): () => void;
}

/**
 * Lets time pass.
 *
 * @param clock Says how much has passed.
 * @param delayMs How much, in milliseconds.
 * @param signal Ends the wait early, without an error.
 */
export function pause(
  clock: Clock,
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      stop();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const stop = clock.setTimeout(finish, signal.aborted ? 0 : delayMs);
    signal.addEventListener("abort", finish, { once: true });
  });
}

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimeout(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
