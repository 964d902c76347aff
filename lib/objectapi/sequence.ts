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

/** So many services that served a member before are remembered. */
const MAX_FORMER = 4;

/** Compares the counts of what comes in for one member. */
export class SequenceFilter {
  #origin = "";
  #count = 0;
  /** The newest counts of the services before. */
  readonly #former = new Map<string, number>();

  /**
   * Judges a message, and remembers it unless it is old.
   *
   * @param isCatchingUp Whether the message of a service before may have waited in the broker.
   * @returns `newer`, `same` or `older` than the newest one before; `newer` where nobody counts.
   */
  judge(
    { properties }: MqttMessage,
    isCatchingUp = false,
  ): "newer" | "same" | "older" {
    const text = properties.userProperties?.[SEQUENCE_PROPERTY];
    const [, origin = "", digits = ""] =
      /^([0-9a-f]{8}) (\d{1,15})$/.exec(String(text)) ?? [];
    if (origin === "") return "newer";
    const count = Number(digits);
    if (origin !== this.#origin) {
      const known = this.#former.get(origin);
      const isOld = known !== undefined && (isCatchingUp || count <= known);
      if (isOld) return "older";
      this.#follow(origin);
    } else if (count <= this.#count) {
      return count === this.#count ? "same" : "older";
    }
    this.#count = count;
    return "newer";
  }

  #follow(origin: string): void {
    if (this.#origin !== "") this.#former.set(this.#origin, this.#count);
    this.#former.delete(origin);
    const [oldest = ""] = this.#former.keys();
    if (this.#former.size > MAX_FORMER) this.#former.delete(oldest);
    this.#origin = origin;
  }
}
