/**
 * Messages that came, and waiting for them.
 *
 * @module
 */
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";

/** Somebody who waits for a number of messages. */
interface Waiter {
  readonly count: number;
  resolve(): void;
}

/**
 * A message handler that keeps what it gets.
 *
 * @example Usage
 * ```ts ignore
 * const inbox = new Inbox();
 * await endpoint.subscribe("bike/#", inbox.handler).ready;
 * await inbox.received(2);
 * assert.deepEqual(inbox.texts, ["1", "2"]);
 * ```
 */
export class Inbox {
  /** The messages, in the order they came. */
  readonly messages: MqttMessage[] = [];
  #waiters: Waiter[] = [];

  /** Give this to `subscribe`. */
  readonly handler = (message: MqttMessage): void => {
    this.messages.push(message);
    const { length } = this.messages;
    const due = this.#waiters.filter(({ count }) => count <= length);
    this.#waiters = this.#waiters.filter(({ count }) => count > length);
    for (const waiter of due) waiter.resolve();
  };

  /** The payloads as text. */
  get texts(): string[] {
    return this.messages.map(({ payload }) =>
      new TextDecoder().decode(payload)
    );
  }

  /**
   * Waits until so many messages have come.
   *
   * @param count How many, all in all.
   * @returns All messages so far.
   */
  async received(count: number): Promise<readonly MqttMessage[]> {
    if (this.messages.length < count) {
      await new Promise<void>((resolve) =>
        this.#waiters.push({ count, resolve })
      );
    }
    return this.messages;
  }
}

let barriers = 0;

/**
 * Waits until what was published before has been delivered to an endpoint:
 * sends it one more message, of QoS 1, and waits for that.
 *
 * @param receiver Who must have everything.
 * @param sender Who published; messages keep their order for each sender.
 */
export async function settled(
  receiver: MqttEndpoint,
  sender: MqttEndpoint = receiver,
): Promise<void> {
  const topic = `test/barrier/${++barriers}`;
  const inbox = new Inbox();
  await using subscription = receiver.subscribe(topic, inbox.handler);
  await subscription.ready;
  await sender.publish(topic, "");
  await inbox.received(1);
}
