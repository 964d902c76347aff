/**
 * Waiting for one event among many.
 *
 * @module
 */
import type { Listenable } from "#lib/base/event_hook.ts";

/**
 * Waits for the first event that says something. No event is missed, however
 * quickly one follows another.
 *
 * @param pick Gives what an event says; undefined to wait on.
 * @param signal Gives up; the promise then rejects with the signal's reason.
 * @example Usage
 * ```ts
 * import { until } from "#lib/driver/until.ts";
 * import { EventHook } from "#lib/base/event_hook.ts";
 * import assert from "node:assert/strict";
 *
 * const onSpeed = new EventHook<[kph: number]>("speed");
 * const { signal } = new AbortController();
 * const fast = until(onSpeed, (kph) => kph > 30 ? kph : undefined, signal);
 * for (const kph of [20, 31, 40]) onSpeed.fire(kph);
 * assert.equal(await fast, 31);
 * ```
 */
export function until<Args extends readonly unknown[], T>(
  source: Listenable<Args>,
  pick: (...args: Args) => T | undefined,
  signal: AbortSignal,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const done = new AbortController();
  const giveUp = () => reject(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp, { signal: done.signal });
  source.add((...args) => {
    const picked = pick(...args);
    if (picked !== undefined) resolve(picked);
  }, { signal: done.signal });
  return promise.finally(() => done.abort());
}
