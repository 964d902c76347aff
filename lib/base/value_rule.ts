/**
 * What a single setting may be, as data: the check, the help and the JSON
 * Schema of a setting all follow from it.
 *
 * @module
 */

/** What a setting may be. */
export interface ValueRule {
  /** What its values are. */
  readonly type: "text" | "number" | "flag";
  /** The texts that it takes; any that is not empty if left out. */
  readonly choices?: readonly string[];
  /** What its texts match as a whole, as a regular expression without flags. */
  readonly pattern?: string;
  /** What its texts are, in words; for one with a pattern. */
  readonly expected?: string;
  /** The smallest number that it takes. */
  readonly min?: number;
  /** The largest number that it takes. */
  readonly max?: number;
  /**
   * Whether its numbers must be whole.
   *
   * @default {false}
   */
  readonly isInteger?: boolean;
}

/** A value that follows a rule. */
export type SettingValue = string | number | boolean;

/** A value that was accepted, or what was expected in its place. */
type CheckedValue =
  | { readonly value: SettingValue }
  | { readonly value?: undefined; readonly expected: string };

/**
 * Checks a value.
 *
 * @param rule What it may be.
 * @param value A text from a command line, or a value of any type from a file.
 * @returns The value, numbers and flags read from texts where needed; or what was expected.
 *
 * @example Usage
 * ```ts
 * import { checkValue } from "#lib/base/value_rule.ts";
 * import assert from "node:assert/strict";
 *
 * const rule = { type: "number", min: 1, max: 65_535, isInteger: true } as const;
 * assert.deepEqual(checkValue(rule, "1883"), { value: 1883 });
 * assert.deepEqual(checkValue(rule, 0), { expected: "a whole number from 1 to 65535" });
 * ```
 */
export function checkValue(rule: ValueRule, value: unknown): CheckedValue {
  switch (rule.type) {
    case "text":
      return checkText(rule, value);
    case "number":
      return checkNumber(rule, value);
    case "flag":
      if (typeof value === "boolean") return { value };
      if (value === "true" || value === "false") {
        return { value: value === "true" };
      }
      return { expected: "true or false" };
  }
}

function checkText(rule: ValueRule, value: unknown): CheckedValue {
  const { choices, pattern, expected = `a text like ${pattern}` } = rule;
  const text = typeof value === "number" ? String(value) : value;
  if (choices) {
    return typeof text === "string" && choices.includes(text)
      ? { value: text }
      : { expected: oneOf(choices) };
  }
  if (pattern !== undefined) {
    const matches = typeof text === "string" &&
      new RegExp(`^(?:${pattern})$`).test(text);
    return matches ? { value: text } : { expected };
  }
  return typeof text === "string" && text.trim() !== ""
    ? { value: text }
    : { expected: rule.expected ?? "a text that is not empty" };
}

function oneOf(choices: readonly string[]): string {
  return choices.length > 2
    ? `one of ${choices.join(", ")}`
    : choices.join(" or ");
}

function checkNumber(rule: ValueRule, value: unknown): CheckedValue {
  const { min = -Infinity, max = Infinity, isInteger = false } = rule;
  const number = typeof value === "string" && value.trim() !== ""
    ? Number(value)
    : value;
  const isRight = typeof number === "number" && Number.isFinite(number) &&
    number >= min && number <= max &&
    (!isInteger || Number.isSafeInteger(number));
  if (isRight) return { value: number + 0 };
  const kind = isInteger ? "a whole number" : "a number";
  if (Number.isFinite(min) && Number.isFinite(max)) {
    return { expected: `${kind} from ${min} to ${max}` };
  }
  return {
    expected: Number.isFinite(min) ? `${kind}, ${min} or more` : kind,
  };
}
