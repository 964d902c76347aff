/**
 * Which subscription identifiers a broker puts on a message.
 *
 * @module
 */
import { isTopicName, matchesFilter } from "./topic.ts";

/**
 * The subscription identifiers of a broker's clients. A message that several
 * filters of one client match is delivered once and carries the identifiers of
 * all of them (MQTT 5.0, 3.3.4).
 *
 * @typeParam Client What stands for a client.
 */
export class SubscriptionIdentifiers<Client extends object> {
  readonly #byClient = new WeakMap<Client, Identifiers>();

  /**
   * Keeps what a SUBSCRIBE says.
   *
   * @param client Who subscribes.
   * @param filter The topic filter.
   * @param identifier Its identifier; undefined where it has none.
   */
  set(client: Client, filter: string, identifier: number | undefined): void {
    if (identifier === undefined) return this.delete(client, filter);
    const known = this.#byClient.get(client);
    const identifiers = known ?? { exact: new Map(), wildcards: new Map() };
    if (!known) this.#byClient.set(client, identifiers);
    mapOf(identifiers, filter).set(filter, identifier);
  }

  /**
   * Forgets a filter.
   *
   * @param client Who unsubscribes.
   * @param filter The topic filter.
   */
  delete(client: Client, filter: string): void {
    const identifiers = this.#byClient.get(client);
    if (identifiers) mapOf(identifiers, filter).delete(filter);
  }

  /**
   * Finds the identifiers for a message.
   *
   * @param client Who gets it.
   * @param topic The topic it was published to.
   * @returns The identifiers of all filters that match.
   */
  match(client: Client, topic: string): number[] {
    const identifiers = this.#byClient.get(client);
    if (!identifiers) return [];
    const exact = identifiers.exact.get(topic);
    const found = exact === undefined ? [] : [exact];
    for (const [filter, identifier] of identifiers.wildcards) {
      if (matchesFilter(filter, topic)) found.push(identifier);
    }
    return found;
  }
}

/** Only filters with wildcards need to be matched. */
interface Identifiers {
  readonly exact: Map<string, number>;
  readonly wildcards: Map<string, number>;
}

function mapOf(identifiers: Identifiers, filter: string): Map<string, number> {
  return isTopicName(filter) ? identifiers.exact : identifiers.wildcards;
}
