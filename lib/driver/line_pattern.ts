/**
 * Regular expressions that somebody configures for lines that a device sends.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import { countRivals, repeatsVariants, tokensOf } from "./pattern_risk.ts";

/** Longest pattern, in characters. */
const MAX_PATTERN_LENGTH = 256;

/** Longest line that a pattern is tried on, in characters: what a pattern costs grows fast with it. */
export const MAX_MATCHED_LENGTH = 256;

/** The most repetitions that can take each other's characters: each one multiplies the tries by the length of the line. */
const MAX_RIVALS = 3;

/**
 * Compiles a pattern for lines. A repetition of something that can itself
 * match in several ways, such as `(a+)+` or `(a|b)*`, is refused: on some lines
 * it would take for ever. So are a reference back to a group, and many
 * repetitions that can take each other's characters, such as `.*a.*b.*c.*`.
 *
 * @example Usage
 * ```ts
 * import { compileLinePattern } from "#lib/driver/line_pattern.ts";
 * import assert from "node:assert/strict";
 *
 * const pattern = compileLinePattern("T=(?<celsius>-?\\d+\\.\\d) H=(?<percent>\\d+)", "pattern");
 * assert.deepEqual({ ...pattern.exec("T=21.5 H=40")?.groups }, { celsius: "21.5", percent: "40" });
 * assert.throws(() => compileLinePattern("(a+)+$", "pattern"));
 * ```
 *
 * @param source The pattern, as JavaScript writes it, without slashes.
 * @param option Name of the option, for the error.
 * @returns The expression.
 * @throws {ConfigError} If it is none, or could take for ever.
 */
export function compileLinePattern(source: string, option: string): RegExp {
  const refuse = (why: string, options?: ErrorOptions) =>
    new ConfigError(
      `Cannot use pattern "${source}": ${why}`,
      { option, value: source },
      options,
    );
  if (source.length > MAX_PATTERN_LENGTH) {
    throw refuse(`expected at most ${MAX_PATTERN_LENGTH} characters`);
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, "u");
  } catch (error) {
    throw refuse("expected a regular expression", { cause: error });
  }
  if (/\\[1-9k]/.test(source.replaceAll("\\\\", ""))) {
    throw refuse("it refers back to a group, match it without");
  }
  const tokens = tokensOf(source);
  if (repeatsVariants(tokens)) {
    throw refuse("it repeats what varies itself, match it without");
  }
  if (countRivals(tokens) > MAX_RIVALS) {
    throw refuse(
      `more than ${MAX_RIVALS} repetitions in it can take the same characters, separate them by others`,
    );
  }
  return pattern;
}
