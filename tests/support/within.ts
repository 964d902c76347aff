/**
 * Waiting with an end.
 *
 * @module
 */

/** Long enough for a loaded machine; it only ends tests that have failed, in milliseconds. */
const DEADLINE_MS = 20_000;

/**
 * Waits for a promise, and fails where it would hang for ever.
 *
 * @param what What is waited for, for the error.
 * @param promise The promise.
 * @param timeoutMs When it has failed, in milliseconds.
 * @returns What it gives.
 */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  timeoutMs: number = DEADLINE_MS,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new TypeError(`Cannot wait for ${what} any longer`)),
    timeoutMs,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
