/**
 * Regular expressions that somebody configures for lines that a device sends.
 *
 * @module
 */
import { ConfigError } from "#lib/errors.ts";

/** Longest pattern, in characters. */
const MAX_PATTERN_LENGTH = 256;

/** Longest line that a pattern is tried on, in characters: what a pattern costs grows fast with it. */
export const MAX_MATCHED_LENGTH = 256;

/** The most repetitions of something that nearly every character fits. */
const MAX_WIDE_REPETITIONS = 3;

/** What a group holds that has not ended yet. */
interface OpenGroup {
  /** Whether it holds a repetition or a choice. */
  hasVariants: boolean;
}

/**
 * Compiles a pattern for lines. A repetition of something that can itself
 * match in several ways, such as `(a+)+` or `(a|b)*`, is refused: on some lines
 * it would take for ever. So is a reference back to a group.
 *
 * @example Usage
 * ```ts
 * import { compileLinePattern } from "#lib/host/line_pattern.ts";
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
  if (wideRepetitions(tokens) > MAX_WIDE_REPETITIONS) {
    throw refuse(
      `it repeats nearly any character more than ${MAX_WIDE_REPETITIONS} times, name characters instead, such as [a-z]+`,
    );
  }
  return pattern;
}

function tokensOf(source: string): readonly string[] {
  return source.match(
    /\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|:|<\w+>)|[()|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gsu,
  ) ?? [];
}

/** How often something is repeated without end that nearly every character fits: each such repetition multiplies the tries. */
function wideRepetitions(tokens: readonly string[]): number {
  return tokens.filter((token, index) =>
    /^(?:\.|\[\^|\\[SDWw]$)/.test(tokens[index - 1] ?? "") &&
    /^(?:[*+]|\{\d+,\})/.test(token)
  ).length;
}

/** Tells whether a pattern repeats a group that holds a repetition or a choice. */
function repeatsVariants(tokens: readonly string[]): boolean {
  const open: OpenGroup[] = [{ hasVariants: false }];
  let last: OpenGroup | undefined;
  for (const token of tokens) {
    const top = open.at(-1);
    if (!top) return true;
    if (token.startsWith("(")) open.push({ hasVariants: false });
    else if (token === "|") top.hasVariants = true;
    if (token === ")") {
      last = open.pop();
      const outer = open.at(-1);
      if (outer && last?.hasVariants) outer.hasVariants = true;
      continue;
    }
    if (isQuantifier(token)) {
      if (last?.hasVariants && repeatsMoreThanOnce(token)) return true;
      top.hasVariants = true;
    }
    last = undefined;
  }
  return false;
}

function isQuantifier(token: string): boolean {
  return /^(?:[*+?]|\{\d)/.test(token);
}

/** `?`, `{0,1}` and `{1}` repeat nothing. */
function repeatsMoreThanOnce(token: string): boolean {
  return !/^(?:\?|\{[01](?:,1)?\})/.test(token);
}
