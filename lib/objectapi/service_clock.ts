/**
 * By how much a service's clock differs from ours.
 *
 * @module
 */

/** When a request was sent, when it came by the service's clock, and when its reply was here. */
interface Exchange {
  /** When the request was sent, in milliseconds since 1970-01-01 UTC. */
  readonly sentMs: number;
  /** When it came, by the service's clock. */
  readonly serviceMs: number;
  /** When the reply was here. */
  readonly receivedMs: number;
}

/** Learns the difference from the times in replies: as little as they allow. */
export class ServiceClock {
  #leastMs = -Infinity;
  #mostMs = Infinity;

  /** What to add to a time of ours, in milliseconds. */
  get offsetMs(): number {
    return Math.max(this.#leastMs, Math.min(0, this.#mostMs));
  }

  /** Learns from a reply. A clock that was set since starts anew. */
  learn({ sentMs, serviceMs, receivedMs }: Exchange): void {
    const least = serviceMs - receivedMs;
    const most = serviceMs - sentMs;
    const isNew = least > this.#mostMs || most < this.#leastMs;
    this.#leastMs = isNew ? least : Math.max(least, this.#leastMs);
    this.#mostMs = isNew ? most : Math.min(most, this.#mostMs);
  }
}
