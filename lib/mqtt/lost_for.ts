/**
 * Waiting for a connection, with an end.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { TimeoutError } from "#lib/base/errors.ts";
import type { MqttEndpoint } from "./endpoint.ts";

/** The longest time that a timer can run, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How a wait is made. */
interface LostForOptions {
  /** Where its time comes from. */
  readonly clock: Clock;
  /** Ends the wait; the promise then never settles. */
  readonly signal: AbortSignal;
  /** Whether the endpoint was closed on purpose. */
  isClosed(): boolean;
}

/**
 * Waits until there was no connection for a time.
 *
 * @param timeoutMs How long, in milliseconds; more than 24 days are for ever.
 * @param options How the wait is made.
 * @throws {TimeoutError} Once there was none for that time.
 */
export function lostFor(
  endpoint: MqttEndpoint,
  timeoutMs: number,
  { clock, signal, isClosed }: LostForOptions,
): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (timeoutMs > LONGEST_TIMER_MS) return promise;
  let stopTimer = () => {};
  const stop = () => stopTimer();
  const start = () => {
    stop();
    if (isClosed()) return;
    stopTimer = clock.setTimeout(
      () => reject(new TimeoutError("reconnect", timeoutMs)),
      timeoutMs,
    );
  };
  endpoint.onConnected.add(stop, { signal });
  endpoint.onDisconnected.add(start, { signal });
  signal.addEventListener("abort", stop, { once: true });
  if (!endpoint.connected) start();
  return promise;
}
