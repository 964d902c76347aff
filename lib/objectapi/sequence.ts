/**
 * The order in which a service publishes. A broker that kept a client's
 * session hands out a retained value before the older ones that waited, and
 * may send a message twice.
 *
 * @module
 */
import type { MqttMessage, MqttProperties } from "#lib/mqtt/endpoint.ts";

/** User property of properties and signals: who counts, and the count. */
const SEQUENCE_PROPERTY = "apigear-sequence";

/** Counts what one member publishes. */
export class SequenceCounter {
  readonly #origin = crypto.randomUUID().slice(0, 8);
  #count = 0;

  /**
   * Counts one more message.
   *
   * @returns What goes with it.
   */
  next(): MqttProperties {
    const sequence = `${this.#origin} ${++this.#count}`;
    return { userProperties: { [SEQUENCE_PROPERTY]: sequence } };
  }
}

/** Compares the counts of what comes in for one member. */
export class SequenceFilter {
  #origin = "";
  #count = 0;

  /**
   * Judges a message, and remembers it unless it is old.
   *
   * @returns `newer`, `same` or `older` than the newest one before; `newer` where nobody counts.
   */
  judge({ properties }: MqttMessage): "newer" | "same" | "older" {
    const text = properties.userProperties?.[SEQUENCE_PROPERTY];
    const [, origin = "", digits = ""] =
      /^([0-9a-f]{8}) (\d{1,15})$/.exec(String(text)) ?? [];
    if (origin === "") return "newer";
    const count = Number(digits);
    if (origin === this.#origin && count <= this.#count) {
      return count === this.#count ? "same" : "older";
    }
    this.#origin = origin;
    this.#count = count;
    return "newer";
  }
}
