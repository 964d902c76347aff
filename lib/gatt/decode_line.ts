/**
 * Decoding line by line: one JSON line in, one JSON line out, whatever comes.
 *
 * @module
 */

import { FrameError, PayloadError, type SmartbikeError } from "#lib/errors.ts";
import { decodeFrame } from "#lib/gatt/catalog.ts";
import { parseHex, stringifyHex } from "#lib/gatt/hex.ts";
import { propertiesOf } from "#lib/gatt/operations.ts";

/**
 * Writes a decoded value as JSON on one line; bytes become hexadecimal digits.
 *
 * @param value The value.
 * @returns JSON without line breaks.
 */
export function stringifyValue(value: object): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) =>
      part instanceof Uint8Array ? stringifyHex(part) : part,
  );
}

/**
 * Answers one line of frames to decode.
 *
 * @param line JSON such as `{"characteristic":"2ad2","direction":"notify","hex":"4400…"}`;
 * the direction may be left out.
 * @returns `{"value":…}` or `{"error":{"code":…}}` as one line without its end.
 *
 * @example Usage
 * ```ts
 * import { decodeLine } from "#lib/gatt/decode_line.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   decodeLine('{"characteristic":"2a19","direction":"read","hex":"46"}'),
 *   '{"value":{"chargePercent":70}}',
 * );
 * ```
 */
export function decodeLine(line: string): string {
  try {
    return stringifyValue({ value: decodeRequest(line) });
  } catch (error) {
    if (error instanceof FrameError) {
      const { offset, expected } = error;
      return answerError(error, { offset, expected });
    }
    if (error instanceof PayloadError) {
      const { path, expected } = error;
      return answerError(error, { path, expected });
    }
    throw error;
  }
}

function decodeRequest(line: string): object {
  const { characteristic, direction, hex } = propertiesOf(parseJson(line));
  return decodeFrame({
    characteristic: textOf("characteristic", characteristic),
    ...(direction !== undefined &&
      { direction: textOf("direction", direction) }),
  }, parseHex(textOf("hex", hex)));
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    const received = JSON.stringify(line.slice(0, 64));
    throw new PayloadError({ path: "", received, expected: "JSON" }, { cause });
  }
}

function textOf(path: string, value: unknown): string {
  if (typeof value === "string") return value;
  const received = JSON.stringify(value) ?? "nothing";
  throw new PayloadError({ path, received, expected: "text" });
}

function answerError(error: SmartbikeError, details: object): string {
  const { code, message } = error;
  return JSON.stringify({ error: { code, message, ...details } });
}
