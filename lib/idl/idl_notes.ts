/**
 * The notes before an element of IDL text: `//` lines are its description,
 * `@` lines its meta keys.
 *
 * @module
 */
import type { FindingList } from "./finding.ts";
import type { IdlToken } from "./idl_lexer.ts";
import type { Meta } from "./model.ts";
import { readYaml } from "#lib/base/yaml_reader.ts";
import { toMeta } from "./meta.ts";

/** What the notes before an element say. */
export interface Notes {
  /** The `//` lines, joined; empty without any. */
  readonly description: string;
  /** The keys of the `@` lines; empty without any. */
  readonly meta: Meta;
}

/**
 * Reads the notes before an element.
 *
 * @param file The file, as findings shall name it.
 * @param findings Takes what is wrong.
 */
export function readNotes(
  tokens: readonly IdlToken[],
  file: string,
  path: string,
  findings: FindingList,
): Notes {
  const docs = tokens.filter(({ kind }) => kind === "doc");
  const tags = tokens.filter(({ kind }) => kind === "tag");
  const description = docs
    .map(({ text }) => text.replace(/^\/+/, "").trim())
    .join("\n")
    .trim();
  return { description, meta: readTags(tags, file, path, findings) };
}

function readTags(
  tags: readonly IdlToken[],
  file: string,
  path: string,
  findings: FindingList,
): Meta {
  if (tags.length === 0) return {};
  const lines = tags.map(({ text }) => {
    const line = text.replace(/^@+/, "").trim();
    return /^[\p{L}\p{N}]+$/u.test(line) ? `${line}: true` : line;
  });
  const { root, problems } = readYaml(lines.join("\n"));
  for (const { message, place, cause } of problems.slice(0, 1)) {
    const tag = tags[Math.min(place.line, tags.length) - 1];
    report(tag, message, { cause });
  }
  if (root?.kind === "map") return toMeta(root);
  if (problems.length === 0) report(tags[0], "it is no key with a value");
  return {};

  function report(
    tag: IdlToken | undefined,
    found: string,
    options?: ErrorOptions,
  ): void {
    if (tag === undefined) return;
    findings.add({
      rule: "syntax",
      at: { file, ...tag.place, path: path === "" ? "meta" : `${path}.meta` },
      action: "read",
      object: tag.text,
      found,
      expected: "@key: value, or @key for true",
    }, options);
  }
}
