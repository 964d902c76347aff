/**
 * Decoding line by line: one JSON line in, one JSON line out, whatever comes.
 *
 * @module
 */
import {
  FrameError,
  PayloadError,
  type SmartbikeError,
} from "#lib/base/errors.ts";
import { decodeFrame } from "./catalog.ts";
import { parseHex, stringifyHex } from "./hex.ts";
import { refusal } from "./fields.ts";
import { propertiesOf } from "./operations.ts";

/** The longest line that is answered with a value, in bytes of UTF-8. */
export const MAX_LINE_BYTES = 1_048_576;

/**
 * Writes a decoded value as JSON on one line; bytes become hexadecimal digits.
 *
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
 * the direction may be left out. Bytes are UTF-8; more than
 * {@linkcode MAX_LINE_BYTES} of them are answered with an error.
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
export function decodeLine(line: string | Uint8Array): string {
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

function decodeRequest(line: string | Uint8Array): object {
  const text = typeof line === "string" ? line : decodeText(line);
  const { characteristic, direction, hex } = propertiesOf(parseJson(text));
  return decodeFrame({
    characteristic: textOf("characteristic", characteristic),
    ...(direction !== undefined &&
      { direction: textOf("direction", direction) }),
  }, parseHex(textOf("hex", hex)));
}

function decodeText(line: Uint8Array): string {
  const { length } = line;
  if (length > MAX_LINE_BYTES) {
    const expected = `at most ${MAX_LINE_BYTES} bytes`;
    throw new PayloadError({ path: "", received: "more", expected });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(line);
  } catch (cause) {
    const received = `${length} bytes`;
    throw new PayloadError({ path: "", received, expected: "UTF-8" }, {
      cause,
    });
  }
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
  throw refusal(path, value, "text");
}

function answerError(error: SmartbikeError, details: object): string {
  const { code, message } = error;
  return JSON.stringify({ error: { code, message, ...details } });
}
