/**
 * What went wrong on the wire, counted, logged and reported to whoever listens.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import {
  ConnectionError,
  PayloadError,
  type SmartbikeError,
  TopicRefusedError,
} from "#lib/base/errors.ts";
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";

const logger = getLogger("objectapi");

/** Messages that are put aside without harm. */
const IGNORED_KINDS = [
  "duplicate_request",
  "duplicate_signal",
  "expired_signal",
  "old_value",
  "retained_request",
  "retained_signal",
  "unknown_reply",
] as const;

/** Why a message was put aside without harm. */
type IgnoredKind = (typeof IGNORED_KINDS)[number];

/** How long a warning about the same thing stays out of the log, in milliseconds. */
const QUIET_MS = 10_000;

/** The most things whose last warning is remembered. */
const MAX_SUBJECTS = 256;

/** Counts and reports faults that no call can throw. */
export class Diagnostics {
  readonly #clock: Clock;
  /** When each thing was warned about last, on the monotonic clock. */
  readonly #warnedMs = new Map<string, number>();
  readonly #onError: EventHook<[error: SmartbikeError]> = new EventHook(
    "onError",
  );
  readonly #counts = new Map<string, number>();

  /**
   * Starts without faults.
   *
   * @param clock Says how long ago the last warning was.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Fires for each fault. */
  get onError(): Listenable<[error: SmartbikeError]> {
    return this.#onError;
  }

  /** How often each fault, by its error's code, and each kind of ignored message was seen. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Counts, logs and reports a fault. */
  report(error: SmartbikeError): void {
    const details = { message: error.message, error };
    if (isEnd(error)) logger.debug("{message}", details);
    else {
      const isRefused = error instanceof TopicRefusedError;
      const quietMs = isRefused ? Infinity : QUIET_MS;
      this.warn(subjectOf(error), "{message}", details, quietMs);
    }
    this.relay(error);
  }

  /**
   * Logs a warning, but not again and again: within some seconds a warning
   * about the same thing is for those who look for details.
   *
   * @param subject What it is about.
   * @param message The text, with the names of details in braces.
   * @param details What stands in it.
   * @param quietMs How long the next one about it is kept out, in milliseconds.
   */
  warn(
    subject: string,
    message: string,
    details: Readonly<Record<string, unknown>>,
    quietMs = QUIET_MS,
  ): void {
    const nowMs = this.#clock.monotonicMs();
    const warnedMs = this.#warnedMs.get(subject) ?? -Infinity;
    if (nowMs - warnedMs < quietMs) return logger.debug(message, details);
    if (this.#warnedMs.size >= MAX_SUBJECTS) this.#warnedMs.clear();
    this.#warnedMs.set(subject, nowMs);
    logger.warn(message, details);
  }

  /** Counts and reports a fault that is in the log already. */
  relay(error: SmartbikeError): void {
    this.#count(error.code);
    this.#onError.fire(error);
  }

  /** Counts a message that is put aside. */
  ignore(kind: IgnoredKind, topic: string): void {
    this.#count(kind);
    logger.debug("Ignored a message on {topic}: {kind}", { topic, kind });
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

/** A service that may not publish one property may not publish the others either. */
function subjectOf(error: SmartbikeError): string {
  if (error instanceof TopicRefusedError) {
    const levels = error.topic.split("/").slice(0, -1);
    return `${error.code} ${error.right} ${levels.join("/")}`;
  }
  if (!(error instanceof PayloadError)) return `${error.code} ${error.message}`;
  return `${error.code} ${error.topic} ${error.path}`;
}

/** What waits for a broker when a node is closed is no fault of anybody. */
function isEnd(error: SmartbikeError): boolean {
  return error instanceof ConnectionError && error.reason === "closed";
}
