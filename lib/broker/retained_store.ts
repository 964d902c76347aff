/**
 * Retained messages (MQTT 5.0, 3.3.1.3).
 *
 * @module
 */
import { Budget } from "./limits.ts";
import { isExpired, type Message } from "./message.ts";
import { TopicTree, treeBytes } from "./topic_tree.ts";

/** The last retained message of each topic, bounded in bytes. */
export class RetainedStore {
  readonly #tree = new TopicTree<Message>();
  readonly #expiring = new Map<string, Message>();
  readonly #budget: Budget;

  constructor(maxBytes: number) {
    this.#budget = new Budget(maxBytes);
  }

  /** What all of it takes, in bytes. */
  get bytes(): number {
    return this.#budget.used;
  }

  /**
   * Keeps a message in place of the one before; an empty one clears the topic.
   *
   * @param message A message with the retain flag.
   * @returns False where it does not fit; the one before then stays.
   */
  keep(message: Message): boolean {
    const { topic } = message;
    const old = this.#tree.get(topic);
    const freed = old ? cost(old) : 0;
    if (message.payload.length === 0) {
      if (old) this.#drop(old);
      return true;
    }
    if (!this.#budget.fits(cost(message) - freed)) return false;
    this.#budget.add(cost(message) - freed);
    this.#tree.set(topic, message);
    if (message.expiresAtMs === undefined) this.#expiring.delete(topic);
    else this.#expiring.set(topic, message);
    return true;
  }

  /**
   * Finds what a new subscription gets.
   *
   * @param nowMs The time, by the monotonic clock.
   */
  match(filter: string, nowMs: number): readonly Message[] {
    const found: Message[] = [];
    this.#tree.matchFilter(filter, (message) => {
      if (!isExpired(message, nowMs)) found.push(message);
    });
    return found;
  }

  /**
   * Drops what is past its expiry.
   *
   * @param nowMs The time, by the monotonic clock.
   */
  expire(nowMs: number): void {
    for (const message of this.#expiring.values()) {
      if (isExpired(message, nowMs)) this.#drop(message);
    }
  }

  #drop(message: Message): void {
    this.#budget.add(-cost(message));
    this.#tree.delete(message.topic);
    this.#expiring.delete(message.topic);
  }
}

function cost(message: Message): number {
  return message.bytes + treeBytes(message.topic);
}
