/**
 * Who gets a message.
 *
 * @module
 */
import { Budget } from "./limits.ts";
import type { Subscription, SubscriptionTarget } from "./subscription.ts";
import { TopicTree, treeBytes } from "./topic_tree.ts";

/** Who can subscribe. */
interface Subscriber {
  /** Whether messages reach it now. */
  readonly isConnected: boolean;
}

type Subscriptions<Client> = Map<Client, Subscription>;

/** The subscriptions of one filter. */
interface Entry<Client> {
  readonly own: Subscriptions<Client>;
  readonly groups: Map<string, Subscriptions<Client>>;
}

/** All subscriptions, bounded in bytes. */
export class SubscriptionIndex<Client extends Subscriber> {
  readonly #tree = new TopicTree<Entry<Client>>();
  readonly #budget: Budget;

  constructor(maxBytes: number) {
    this.#budget = new Budget(maxBytes);
  }

  /**
   * Adds a subscription, or replaces the client's own on the same filter.
   *
   * @param subscription To what, and how.
   * @returns False where it does not fit.
   */
  add(client: Client, subscription: Subscription): boolean {
    const { filter } = subscription;
    const cost = treeBytes(filter);
    const entry = this.#tree.get(filter) ??
      { own: new Map(), groups: new Map() };
    const members = membersOf(entry, subscription);
    if (!members?.has(client)) {
      if (!this.#budget.fits(cost)) return false;
      this.#budget.add(cost);
    }
    this.#tree.set(filter, entry);
    const { group } = subscription;
    const joined = members ?? new Map<Client, Subscription>();
    if (group !== undefined) entry.groups.set(group, joined);
    joined.set(client, subscription);
    return true;
  }

  /**
   * Removes a subscription.
   *
   * @param target What it was to.
   */
  remove(client: Client, target: SubscriptionTarget): void {
    const { filter, group } = target;
    const entry = this.#tree.get(filter);
    const members = entry && membersOf(entry, target);
    if (!entry || !members?.delete(client)) return;
    this.#budget.add(-treeBytes(filter));
    if (group !== undefined && members.size === 0) entry.groups.delete(group);
    if (entry.own.size === 0 && entry.groups.size === 0) {
      this.#tree.delete(filter);
    }
  }

  /**
   * Finds who gets a message.
   *
   * @returns The clients, each with the subscriptions that match.
   */
  match(topic: string): ReadonlyMap<Client, readonly Subscription[]> {
    const found = new Map<Client, Subscription[]>();
    const add = (client: Client, subscription: Subscription) => {
      const subscriptions = found.get(client);
      if (subscriptions) subscriptions.push(subscription);
      else found.set(client, [subscription]);
    };
    this.#tree.matchName(topic, ({ own, groups }) => {
      for (const [client, subscription] of own) add(client, subscription);
      for (const members of groups.values()) {
        const chosen = takeTurn(members);
        if (chosen) add(...chosen);
      }
    });
    return found;
  }
}

function membersOf<Client>(
  { own, groups }: Entry<Client>,
  { group }: SubscriptionTarget,
): Subscriptions<Client> | undefined {
  return group === undefined ? own : groups.get(group);
}

/** The member whose turn it is, one that is connected if there is one, goes behind the others. */
function takeTurn<Client extends Subscriber>(
  members: Subscriptions<Client>,
): [Client, Subscription] | undefined {
  let chosen: [Client, Subscription] | undefined;
  for (const member of members) {
    chosen ??= member;
    if (!member[0].isConnected) continue;
    chosen = member;
    break;
  }
  if (!chosen) return undefined;
  const [client, subscription] = chosen;
  members.delete(client);
  members.set(client, subscription);
  return chosen;
}
