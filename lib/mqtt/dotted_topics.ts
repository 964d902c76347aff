/**
 * Brokers that change topics with dots in them.
 *
 * @module
 */

/**
 * Puts the dots back into a topic that RabbitMQ has delivered: it takes dots
 * and slashes for the same.
 *
 * @example Usage
 * ```ts
 * import { restoreDots } from "#lib/mqtt/dotted_topics.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(restoreDots("io.world/+/prop/#", "io/world/Hello/prop/last"), "io.world/Hello/prop/last");
 * assert.equal(restoreDots("io.world/#", "io/moon"), undefined);
 * ```
 *
 * @param filter A topic filter with dots.
 * @param topic The topic that was delivered.
 * @returns The topic that was published to; undefined where it does not match the filter.
 */
export function restoreDots(filter: string, topic: string): string | undefined {
  const rest = topic.split("/");
  const levels: string[] = [];
  for (const wanted of filter.split("/")) {
    if (wanted === "#") return [...levels, ...rest].join("/");
    const parts = wanted === "+" ? rest.slice(0, 1) : wanted.split(".");
    const found = rest.splice(0, wanted === "+" ? 1 : parts.length);
    if (found.length === 0 || found.join("/") !== parts.join("/")) {
      return undefined;
    }
    levels.push(wanted === "+" ? found.join("/") : wanted);
  }
  return rest.length === 0 ? levels.join("/") : undefined;
}

/**
 * Says why a broker may refuse a topic.
 *
 * @param topic The topic name or filter.
 * @returns A remark in brackets; empty where the topic has no dots.
 */
export function dotRemark(topic: string): string {
  return topic.includes(".")
    ? " (some brokers, as NATS before 2.10, take no dots in topics)"
    : "";
}
