/**
 * Promises that need not be awaited.
 *
 * @module
 */
import { getLogger } from "#lib/base/logger.ts";

const logger = getLogger("mqtt");

/**
 * Keeps a promise that nobody awaits from ending the process.
 *
 * @param promise The promise; what it rejects with is logged.
 * @param then Called once it is fulfilled.
 * @returns Settles as the promise does.
 */
export function logged(
  promise: Promise<unknown>,
  then: () => Promise<void>,
): Promise<void> {
  const done = promise.then(() => {});
  done.then(then, (error) => logger.warn("{error}", { error }));
  return done;
}
