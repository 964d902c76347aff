/**
 * Messages that came, topic by topic.
 *
 * @module
 */
import type { MqttMessage } from "#lib/mqtt/endpoint.ts";
import { within } from "../../support/within.ts";

/** A message that came. */
export interface LoggedMessage {
  /** Topic name. */
  readonly topic: string;
  /** The payload as text. */
  readonly text: string;
  /** Whether the broker had kept it. */
  readonly retain: boolean;
}

/** A message handler that keeps what it gets until that is read. */
export class TopicLog {
  #unread: LoggedMessage[] = [];
  #arrival = Promise.withResolvers<void>();

  /** Give this to `subscribe`. */
  readonly handler = ({ topic, payload, retain }: MqttMessage): void => {
    const text = new TextDecoder().decode(payload);
    this.#unread.push({ topic, text, retain });
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  };

  /**
   * Waits for the oldest unread message of a topic.
   *
   * @param topic Topic name.
   * @returns Its payload as text.
   */
  async next(topic: string): Promise<string> {
    const found = () => this.#unread.findIndex((one) => one.topic === topic);
    while (found() < 0) {
      await within(`a message on ${topic}`, this.#arrival.promise);
    }
    const [message] = this.#unread.splice(found(), 1);
    return message?.text ?? "";
  }

  /**
   * Reads everything.
   *
   * @returns The messages that were not read yet, oldest first.
   */
  readAll(): readonly LoggedMessage[] {
    return this.#unread.splice(0);
  }
}
