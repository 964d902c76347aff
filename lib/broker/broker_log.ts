/**
 * What the broker says, however much its clients do.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";

const logger = getLogger("broker");

/** So many records of clients' doing are written in {@linkcode PERIOD_MS}. */
const MAX_RECORDS = 20;

/** In milliseconds. */
const PERIOD_MS = 10_000;

/** A log that no client can fill. */
export class BrokerLog {
  readonly #clock: Clock;
  #periodEndsAtMs = -Infinity;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Writes what clients can bring about as often as they like. */
  limited(message: string, fields: Readonly<Record<string, unknown>>): void {
    const now = this.#clock.monotonicMs();
    if (now >= this.#periodEndsAtMs) this.#startPeriod(now);
    this.#count++;
    if (this.#count <= MAX_RECORDS) logger.warn(message, { ...fields });
  }

  /** Writes a fault of the broker itself. */
  fault(error: unknown): void {
    logger.error("A fault in the broker: {error}", { error });
  }

  #startPeriod(now: number): void {
    const count = this.#count - MAX_RECORDS;
    if (count > 0) {
      logger.warn("{count} more warnings were left out", { count });
    }
    this.#periodEndsAtMs = now + PERIOD_MS;
    this.#count = 0;
  }
}
