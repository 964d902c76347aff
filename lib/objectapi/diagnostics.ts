/**
 * What went wrong on the wire, counted, logged and told to whoever listens.
 *
 * @module
 */
import { ConnectionError, type SmartbikeError } from "#lib/base/errors.ts";
import { EventHook, type EventSource } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";

const logger = getLogger("objectapi");

/** Messages that are put aside without harm. */
export const IGNORED_KINDS = [
  "duplicate_request",
  "retained_request",
  "retained_signal",
  "unknown_reply",
] as const;

/** Why a message was put aside without harm. */
export type IgnoredKind = (typeof IGNORED_KINDS)[number];

/** Counts and reports faults that no call can throw. */
export class Diagnostics {
  readonly #onError: EventHook<[error: SmartbikeError]> = new EventHook(
    "onError",
  );
  readonly #counts = new Map<string, number>();

  /** Fires for each fault. */
  get onError(): EventSource<[error: SmartbikeError]> {
    return this.#onError;
  }

  /** How often each fault, by its error's code, and each kind of ignored message was seen. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /**
   * Counts, logs and tells a fault.
   *
   * @param error The fault.
   */
  report(error: SmartbikeError): void {
    const level = isEnd(error) ? "debug" : "warn";
    logger[level]("{message}", { message: error.message, error });
    this.relay(error);
  }

  /**
   * Counts and tells a fault that is in the log already.
   *
   * @param error The fault.
   */
  relay(error: SmartbikeError): void {
    this.#count(error.code);
    this.#onError.fire(error);
  }

  /**
   * Counts a message that is put aside.
   *
   * @param kind Why.
   * @param topic Its topic.
   */
  ignore(kind: IgnoredKind, topic: string): void {
    this.#count(kind);
    logger.debug("Ignored a message on {topic}: {kind}", { topic, kind });
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

/** What waits for a broker when a node is closed is no fault of anybody. */
function isEnd(error: SmartbikeError): boolean {
  return error instanceof ConnectionError && error.reason === "closed";
}
