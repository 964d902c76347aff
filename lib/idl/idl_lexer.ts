/**
 * IDL text as tokens.
 *
 * @module
 */
import { PRIMITIVE_NAMES } from "#lib/base/primitive_type.ts";
import type { Place } from "#lib/base/yaml_node.ts";

/** What a token is. Notes are `//` lines and `@` lines. */
type IdlTokenKind =
  | "identifier"
  | "keyword"
  | "integer"
  | "version"
  | "punctuator"
  | "doc"
  | "tag"
  | "end";

/** One token. */
export interface IdlToken {
  /** What it is. */
  readonly kind: IdlTokenKind;
  /** The text as written; of a note, all of its line. */
  readonly text: string;
  /** Where it starts. */
  readonly place: Place;
  /** Whether it is the first token of its line. */
  readonly first: boolean;
}

/** Characters that make no token. */
interface IdlLexProblem {
  /** The characters. */
  readonly text: string;
  /** Where they start. */
  readonly place: Place;
  /** What should stand there. */
  readonly expected: string;
}

/** What a text holds. The last token is of kind `end`. */
interface IdlTokens {
  /** The tokens in order. */
  readonly tokens: readonly IdlToken[];
  /** Everything that makes no token. */
  readonly problems: readonly IdlLexProblem[];
  /** False if the text has more than {@linkcode MAX_TOKENS}; the rest is not read. */
  readonly isWhole: boolean;
}

/** How many tokens are read: what a second and 200 MiB are enough for. */
export const MAX_TOKENS = 250_000;

const KEYWORDS: ReadonlySet<string> = new Set([
  "module",
  "import",
  "extern",
  "interface",
  "extends",
  "readonly",
  "signal",
  "struct",
  "enum",
  "void",
  ...PRIMITIVE_NAMES,
]);

const PATTERN = new RegExp(
  [
    String.raw`(?<break>\r\n|\r|\n)`,
    String.raw`(?<space>[ \t\uFEFF]+|#[^\r\n]*)`,
    String.raw`(?<doc>\/\/[^\r\n]*)`,
    String.raw`(?<tag>@[^\r\n]*)`,
    String.raw`(?<word>[A-Za-z_][0-9A-Za-z_.]*)`,
    String.raw`(?<number>[+-]?[0-9][0-9A-Za-z_.]*)`,
    String.raw`(?<punctuator>[{}()\[\]:,;=])`,
    String.raw`(?<block>\/\*[\s\S]*?(?:\*\/|$))`,
    String.raw`(?<bad>"[^"\r\n]*"?|'[^'\r\n]*'?|[^\s{}()\[\]:,;=]+)`,
    String.raw`(?<other>[\s\S])`,
  ].join("|"),
  "gu",
);

/**
 * Splits IDL text into tokens. Never throws.
 *
 * @returns Its tokens and everything that makes none.
 *
 * @example
 * ```ts
 * import { tokenizeIdl } from "#lib/idl/idl_lexer.ts";
 * import assert from "node:assert/strict";
 *
 * const { tokens } = tokenizeIdl("module io.world 1.0");
 * assert.deepEqual(
 *   tokens.map(({ kind }) => kind),
 *   ["keyword", "identifier", "version", "end"],
 * );
 * ```
 */
export function tokenizeIdl(text: string): IdlTokens {
  const tokens: IdlToken[] = [];
  const problems: IdlLexProblem[] = [];
  let line = 1;
  let lineStart = 0;
  let first = true;
  for (const match of text.matchAll(PATTERN)) {
    if (tokens.length + problems.length > MAX_TOKENS) {
      return { tokens, problems, isWhole: false };
    }
    const [written] = match;
    const groups = match.groups ?? {};
    const place = { line, column: match.index - lineStart + 1 };
    const breaks = [...written.matchAll(/\r\n|\r|\n/g)];
    const lastBreak = breaks.at(-1);
    if (lastBreak !== undefined) {
      line += breaks.length;
      lineStart = match.index + lastBreak.index + lastBreak[0].length;
    }
    if (groups["break"] !== undefined) first = true;
    if (groups["break"] !== undefined || groups["space"] !== undefined) {
      continue;
    }
    const token = classify(written, groups);
    if (typeof token === "string") {
      tokens.push({ kind: token, text: written, place, first });
    } else {
      problems.push({ text: written, place, expected: token.expected });
    }
    first = false;
  }
  const place = { line, column: text.length - lineStart + 1 };
  tokens.push({ kind: "end", text: "", place, first: true });
  return { tokens, problems, isWhole: true };
}

function classify(
  text: string,
  groups: Readonly<Record<string, string | undefined>>,
): IdlTokenKind | { readonly expected: string } {
  if (groups["doc"] !== undefined) return "doc";
  if (groups["tag"] !== undefined) return "tag";
  if (groups["punctuator"] !== undefined) return "punctuator";
  if (groups["word"] !== undefined) {
    return KEYWORDS.has(text) ? "keyword" : "identifier";
  }
  if (groups["number"] !== undefined) return classifyNumber(text);
  if (groups["block"] !== undefined) {
    return { expected: "lines that start with // or #" };
  }
  return { expected: "a name, a number or one of { } ( ) [ ] : , ; =" };
}

function classifyNumber(
  text: string,
): IdlTokenKind | { readonly expected: string } {
  if (/^[+-]?[0-9]+$/.test(text)) return "integer";
  if (/^[0-9]+(\.[0-9]+)+$/.test(text)) return "version";
  if (/^0x[0-9a-f]+$/i.test(text)) {
    return { expected: `a decimal number: ${Number(text)}` };
  }
  return { expected: "a whole number, a version or a name" };
}
