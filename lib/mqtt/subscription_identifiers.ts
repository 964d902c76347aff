/**
 * Which subscription identifiers a broker puts on a message.
 *
 * @module
 */
import { matchesFilter } from "./topic.ts";

/**
 * The subscription identifiers of a broker's clients. A message that several
 * filters of one client match is delivered once and carries the identifiers of
 * all of them (MQTT 5.0, 3.3.4).
 *
 * @typeParam Client What stands for a client.
 */
export class SubscriptionIdentifiers<Client extends object> {
  readonly #byClient = new WeakMap<Client, Map<string, number>>();

  /**
   * Keeps what a SUBSCRIBE says.
   *
   * @param client Who subscribes.
   * @param filter The topic filter.
   * @param identifier Its identifier; undefined where it has none.
   */
  set(client: Client, filter: string, identifier: number | undefined): void {
    if (identifier === undefined) return this.delete(client, filter);
    const filters = this.#byClient.get(client) ?? new Map<string, number>();
    this.#byClient.set(client, filters.set(filter, identifier));
  }

  /**
   * Forgets a filter.
   *
   * @param client Who unsubscribes.
   * @param filter The topic filter.
   */
  delete(client: Client, filter: string): void {
    this.#byClient.get(client)?.delete(filter);
  }

  /**
   * Finds the identifiers for a message.
   *
   * @param client Who gets it.
   * @param topic The topic it was published to.
   * @returns The identifiers of all filters that match.
   */
  match(client: Client, topic: string): number[] {
    const found: number[] = [];
    for (const [filter, identifier] of this.#byClient.get(client) ?? []) {
      if (matchesFilter(filter, topic)) found.push(identifier);
    }
    return found;
  }
}
