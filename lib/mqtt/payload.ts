/**
 * What can be published.
 *
 * @module
 */

/**
 * Writes a value as the payload of a message.
 *
 * @example Usage
 * ```ts
 * import { toPayload } from "#lib/mqtt/payload.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(toPayload("Hello World!"), "Hello World!");
 * assert.equal(toPayload([true, false]), "[true,false]");
 * assert.equal(toPayload(undefined), "");
 * ```
 *
 * @param value A text or bytes as they are; nothing for undefined and null; anything else as JSON.
 * @returns Text, which goes as UTF-8, or bytes.
 * @throws {TypeError} If the value cannot be written as JSON, as with a function or a cycle.
 */
export function toPayload(value: unknown): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (value === undefined || value === null) return "";
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  const text: string | undefined = JSON.stringify(value);
  if (text !== undefined) return text;
  throw new TypeError(
    `Cannot publish a ${typeof value}: it has no form in JSON, expected text, bytes or a value of JSON`,
  );
}
