/**
 * Messages that a broker delivers once for each subscription.
 *
 * @module
 */
import type { MqttMessage } from "./endpoint.ts";

/** Copies come right behind each other, in milliseconds. */
const TOGETHER_MS = 50;

/** A message of which copies may follow. */
interface Group {
  readonly message: MqttMessage;
  readonly atMs: number;
  readonly most: number;
  left: number;
}

/**
 * Finds copies. Over MQTT 3.1.1 (3.3.5) a broker may send a message that
 * several filters match once, or once for each, and nothing marks the copies.
 * Once a message came alone the broker is known to send no copies, and what is
 * equal was published twice.
 */
export class CopyFilter {
  #group: Group | undefined;
  #sendsNone = false;

  /** Starts over with another connection. */
  reset(): void {
    this.#group = undefined;
    this.#sendsNone = false;
  }

  /**
   * Finds out whether a message is a copy of the one before.
   *
   * @param matches How many filters match it.
   * @param nowMs When it came, in milliseconds.
   * @returns True for a copy.
   */
  isCopy(message: MqttMessage, matches: number, nowMs: number): boolean {
    const group = this.#group;
    if (this.#sendsNone || message.retain) return false;
    if (
      group && group.left > 0 && nowMs - group.atMs <= TOGETHER_MS &&
      isSame(group.message, message)
    ) {
      group.left--;
      return true;
    }
    if (group && group.left === group.most) this.#sendsNone = true;
    const most = matches - 1;
    this.#group = most > 0
      ? { message, atMs: nowMs, most, left: most }
      : undefined;
    return false;
  }
}

function isSame(one: MqttMessage, other: MqttMessage): boolean {
  return one.topic === other.topic &&
    one.payload.length === other.payload.length &&
    one.payload.every((byte, at) => byte === other.payload[at]);
}
