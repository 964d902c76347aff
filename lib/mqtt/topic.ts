/**
 * Topic names and topic filters (MQTT 5.0, 4.7).
 *
 * @module
 */

const MAX_TOPIC_BYTES = 65_535;

/** Not allowed in texts (MQTT 5.0, 1.5.4); brokers cut off who sends them. */
const FORBIDDEN = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

function isTopicText(text: string): boolean {
  return text.length > 0 && text.length <= MAX_TOPIC_BYTES &&
    !FORBIDDEN.test(text) && text.isWellFormed() &&
    (text.length * 3 <= MAX_TOPIC_BYTES ||
      new TextEncoder().encode(text).length <= MAX_TOPIC_BYTES);
}

/**
 * Checks whether a text may be published to.
 *
 * @returns True for 1 to 65,535 bytes of UTF-8 without control characters, non-characters, `+` and `#`.
 */
export function isTopicName(text: string): boolean {
  return isTopicText(text) && !text.includes("+") && !text.includes("#");
}

/**
 * Checks whether a text may be subscribed to.
 *
 * @returns True for a topic name, or one in which `+` stands for whole levels and `#` for the end.
 */
export function isTopicFilter(text: string): boolean {
  if (!isTopicText(text)) return false;
  const levels = text.split("/");
  return levels.every((level, index) =>
    level === "+" || (level === "#" && index === levels.length - 1) ||
    !/[+#]/.test(level)
  );
}

/**
 * Makes a text usable as one level of a topic.
 *
 * @param text Any text, for example a client id.
 * @returns The text with `/`, `+`, `#` and what MQTT forbids replaced by `_`.
 */
export function toTopicLevel(text: string): string {
  return text.toWellFormed()
    .replace(/[/+#\p{Cc}\p{Noncharacter_Code_Point}]/gu, "_");
}

/**
 * Checks whether a topic name matches a topic filter.
 *
 * @example Usage
 * ```ts
 * import { matchesFilter } from "#lib/mqtt/topic.ts";
 * import assert from "node:assert/strict";
 *
 * assert(matchesFilter("bike/+/control", "bike/000001/control"));
 * assert(!matchesFilter("#", "$SYS/uptime"));
 * ```
 *
 * @param filter A valid topic filter.
 * @param topic A valid topic name.
 * @returns True if a broker would deliver `topic` to a subscriber of `filter`.
 */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (index >= levels.length) return false;
    if (level !== "+" && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}
