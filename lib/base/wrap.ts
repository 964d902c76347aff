/**
 * Text on lines of a limited length.
 *
 * @module
 */

/** Where a line may end, and how long it may be. */
interface WrapOptions {
  /** The longest line, in characters, where its words allow. */
  readonly columns: number;
  /**
   * What stands between words.
   *
   * @default {/ /}
   */
  readonly gap?: RegExp;
}

/**
 * Breaks text into lines. A word that is longer than a line stands on one of
 * its own, whole.
 *
 * @example Usage
 * ```ts
 * import { wrap } from "#lib/base/wrap.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(wrap("one two three", { columns: 8 }), ["one two", "three"]);
 * ```
 *
 * @param options How long lines are.
 * @returns The lines; none for an empty text.
 */
export function wrap(
  text: string,
  { columns, gap = / / }: WrapOptions,
): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(gap)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > columns && line !== "") {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}
