/**
 * The call that a service carries out at this moment.
 *
 * @module
 */

/** What an implementation may know of the call it carries out. */
export interface ServedCall {
  /**
   * When its caller stops waiting, in milliseconds since 1970-01-01 UTC on this
   * machine's clock; undefined where the caller does not say. What is carried
   * out later helps nobody, and may surprise a rider.
   */
  readonly deadlineMs?: number | undefined;
}

let current: ServedCall | undefined;

/**
 * The call that is carried out.
 *
 * @returns The call; undefined outside of an operation. An async operation must ask before its first `await`.
 */
export function servedCall(): ServedCall | undefined {
  return current;
}

/**
 * Carries a call out.
 *
 * @param call What is known of it.
 * @returns What the operation returned.
 */
export function runServedCall<T>(call: ServedCall, operation: () => T): T {
  const outer = current;
  current = call;
  try {
    return operation();
  } finally {
    current = outer;
  }
}
