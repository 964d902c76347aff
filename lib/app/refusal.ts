/**
 * Connections that a broker refuses for good.
 *
 * @module
 */
import { ConnectionError } from "#lib/base/errors.ts";
import type { EventSource } from "#lib/base/event_hook.ts";

/**
 * A signal for work that goes on while the broker is away, and ends when the
 * broker refuses: then the operator has to act, and trying again will not help.
 *
 * @param ended Ends the work too.
 * @returns The signal, and what watches connections for it.
 */
export function untilRefused(ended: AbortSignal): {
  readonly signal: AbortSignal;
  watch(onError: EventSource<[error: unknown]>): void;
  throwIfRefused(): void;
} {
  const refused = new AbortController();
  return {
    signal: AbortSignal.any([ended, refused.signal]),
    watch: (onError) =>
      onError.add((error) => {
        if (isRefusal(error)) refused.abort(error);
      }),
    throwIfRefused: () => refused.signal.throwIfAborted(),
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConnectionError &&
    (error.reason === "not_authorized" || error.reason === "tls");
}
