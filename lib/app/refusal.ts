/**
 * Connections that a broker refuses for good.
 *
 * @module
 */
import { ConnectionError, TopicRefusedError } from "#lib/base/errors.ts";
import type { Listenable } from "#lib/base/event_hook.ts";

/**
 * A signal for work that goes on while the broker is away, and ends when the
 * broker refuses before anything was connected: then the operator has to act.
 * A refusal later may be that of a broker which restarts, and is tried again.
 *
 * @param ended Ends the work too.
 * @returns The signal, what watches connections for it, and what says that all are connected.
 */
export function untilRefused(ended: AbortSignal): {
  readonly signal: AbortSignal;
  watch(onError: Listenable<[error: unknown]>): void;
  connected(): void;
  throwIfRefused(): void;
} {
  const refused = new AbortController();
  const connected = new AbortController();
  return {
    signal: AbortSignal.any([ended, refused.signal]),
    watch: (onError) =>
      onError.add((error) => {
        if (isRefusal(error)) refused.abort(error);
      }, { signal: connected.signal }),
    connected: () => connected.abort(),
    throwIfRefused: () => refused.signal.throwIfAborted(),
  };
}

/**
 * Waits for what may lack the right to a topic: the endpoint has reported that,
 * and everything else goes on without it.
 *
 * @param ready What is waited for.
 * @returns Resolves where it is ready, or will never be for such a reason.
 */
export async function unlessTopicRefused(
  ready: Promise<unknown> | undefined,
): Promise<void> {
  try {
    await ready;
  } catch (error) {
    if (!(error instanceof TopicRefusedError)) throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConnectionError &&
    !(error instanceof TopicRefusedError) &&
    (error.reason === "not_authorized" || error.reason === "tls");
}
