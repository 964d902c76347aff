/**
 * Doc comments from the descriptions of a definition.
 *
 * @module
 */
import type { NamedElement } from "#lib/idl/model.ts";
import { type Layout, NEWLINE } from "./layout.ts";

/** Columns of a comment's text. */
const WIDTH = 74;

/** One tag of a doc comment, for example `@param`. */
export interface DocTag {
  /** The tag with its name, for example `@param last`. */
  readonly tag: string;
  /** What it says. */
  readonly text: string;
}

/**
 * A doc comment.
 *
 * @param text What it says; paragraphs have an empty line between them.
 * @param tags What follows the text.
 * @returns The comment's lines, each ending with a line break.
 */
export function docComment(text: string, tags: readonly DocTag[] = []): Layout {
  const lines = [
    ...wrap(text),
    ...(tags.length > 0 ? [""] : []),
    ...tags.flatMap(({ tag, text }) =>
      wrap(`${tag} ${text}`).map((line, index) =>
        index === 0 ? line.replace(/^\\@/, "@") : line
      )
    ),
  ];
  const [first = ""] = lines;
  if (lines.length === 1) return [`/** ${first} */`, NEWLINE];
  return [
    "/**",
    NEWLINE,
    ...lines.flatMap((line) => [line === "" ? " *" : ` * ${line}`, NEWLINE]),
    " */",
    NEWLINE,
  ];
}

/**
 * What a definition says of an element: its description and its plain meta keys.
 *
 * @param fallback Stands in for a description that is missing.
 * @returns One or two paragraphs.
 */
export function describe(
  { description, meta }: Pick<NamedElement, "description" | "meta">,
  fallback: string,
): string {
  const notes = Object.entries(meta)
    .filter(([key, value]) => !key.includes(".") && typeof value !== "object")
    .map(([key, value]) => `${key}: ${value}`);
  const text = description.trim() === "" ? fallback : description.trim();
  return notes.length === 0 ? text : `${text}\n\n(${notes.join(", ")})`;
}

/**
 * The first paragraph of a description, as a part of a sentence's line.
 *
 * @param fallback Stands in for a description that is missing.
 */
export function brief(
  { description }: Pick<NamedElement, "description">,
  fallback: string,
): string {
  const [first = ""] = description.trim().split(/\n\s*\n/);
  return first === "" ? fallback : first.replace(/\s+/g, " ");
}

/** Lines of limited width that neither end the comment nor look like a tag. */
function wrap(text: string): string[] {
  return text.trim().replace(/\n\s*\n/g, "\n\n").split("\n").flatMap((line) => {
    const lines = [""];
    for (const word of harmless(line).split(/\s+/).filter(Boolean)) {
      const last = lines.at(-1) ?? "";
      if (last === "") lines[lines.length - 1] = word;
      else if (last.length + word.length < WIDTH) {
        lines[lines.length - 1] = `${last} ${word}`;
      } else lines.push(word);
    }
    return lines.map((one) => one.replace(/^@/, "\\@"));
  });
}

function harmless(text: string): string {
  return text.replaceAll("*/", "*\\/").replace(/\p{Cc}/gu, " ");
}
