/**
 * Bikes as JSON, written once for all pages that listen.
 *
 * @module
 */
import type { Encoder } from "./event_stream.ts";
import type { Fleet } from "./fleet.ts";

/** Writes bikes, and remembers each until it changes. */
export class SnapshotEncoder implements Encoder, Disposable {
  readonly #fleet: Fleet;
  readonly #texts = new Map<string, string>();
  readonly #end = new AbortController();

  /** Starts to remember. Made before the streams, so that none of them gets what is old. */
  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    fleet.onChanged.add((id) => this.#texts.delete(id), {
      signal: this.#end.signal,
    });
  }

  /** Writes how the connection to the broker is, and the time. */
  get status(): string {
    const { broker, nowMs, ids } = this.#fleet;
    return JSON.stringify({ broker, nowMs, bikeIds: ids });
  }

  /**
   * Writes a bike.
   *
   * @returns JSON; undefined if nothing was ever heard of it.
   */
  bike(bikeId: string): string | undefined {
    const known = this.#texts.get(bikeId);
    if (known !== undefined) return known;
    const snapshot = this.#fleet.snapshot(bikeId);
    if (!snapshot) return undefined;
    const text = JSON.stringify(snapshot);
    this.#texts.set(bikeId, text);
    return text;
  }

  /** Forgets all. */
  [Symbol.dispose](): void {
    this.#end.abort();
    this.#texts.clear();
  }
}
