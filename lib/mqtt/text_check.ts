/**
 * Texts and bytes as MQTT takes them (MQTT 5.0, 1.5.4 and 1.5.6).
 *
 * @module
 */

/** The most bytes of a text or of binary data. */
const MAX_BYTES = 65_535;

/** Not allowed in texts; brokers cut off who sends them. */
const FORBIDDEN = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

/**
 * How many bytes a text takes.
 *
 * @returns Bytes of UTF-8.
 */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * Refuses a text that MQTT does not take.
 *
 * @param action What it is for, for example `publish to "a"`.
 * @param name What it is, for example `the content type`.
 * @throws {RangeError} If it is too long, or holds what is not allowed.
 */
export function requireText(action: string, name: string, text: string): void {
  if (!text.isWellFormed() || FORBIDDEN.test(text)) {
    throw new RangeError(
      `Cannot ${action}: ${name} holds control characters or half a character, expected text of MQTT`,
    );
  }
  if (text.length * 3 > MAX_BYTES) {
    requireLength(action, name, utf8Length(text));
  }
}

/**
 * Refuses more bytes than MQTT takes.
 *
 * @param action What they are for.
 * @param bytes How many there are.
 * @throws {RangeError} If there are more than 65,535.
 */
export function requireLength(
  action: string,
  name: string,
  bytes: number,
): void {
  if (bytes <= MAX_BYTES) return;
  throw new RangeError(
    `Cannot ${action}: ${name} has ${bytes} bytes, expected at most ${MAX_BYTES}`,
  );
}

/** A number with its unit and range. */
export interface NumberRange {
  /** The smallest. */
  readonly min: number;
  /** The largest. */
  readonly max: number;
  /** Whether it must be whole. */
  readonly isWhole: boolean;
}

/**
 * Refuses a number out of its range.
 *
 * @param value The number; undefined is fine.
 * @throws {RangeError} If it is out of its range.
 */
export function requireNumber(
  action: string,
  name: string,
  value: number | undefined,
  { min, max, isWhole }: NumberRange,
): void {
  if (value === undefined) return;
  const isFine = value >= min && value <= max;
  if (isFine && (!isWhole || Number.isInteger(value))) return;
  throw new RangeError(
    `Cannot ${action}: ${name} is ${value}, expected ${
      isWhole ? "a whole number" : "a number"
    } from ${min} to ${max}`,
  );
}
