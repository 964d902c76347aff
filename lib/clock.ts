/**
 * Time, as something that is handed in: the system's in the program, one that
 * stands still until told in tests.
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

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimeout(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
