/**
 * YAML and JSON text as a tree that knows the place of every node, and data as
 * YAML text. The only file that imports the `yaml` package.
 *
 * @module
 */
import {
  type Alias,
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type {
  Place,
  YamlEntry,
  YamlList,
  YamlMap,
  YamlNode,
  YamlScalar,
} from "./yaml_node.ts";

/** Something in the text that is not YAML, or not YAML we take. */
interface YamlProblem {
  /** What is wrong, without a final period. */
  readonly message: string;
  /** Where. */
  readonly place: Place;
  /** Whether the tree can be trusted all the same. */
  readonly harmless: boolean;
  /** The library's error, where there is one. */
  readonly cause?: unknown;
}

/** What a text holds. */
interface YamlResult {
  /** The tree, as far as it could be read; null for an empty text. */
  readonly root: YamlNode | null;
  /** What is wrong with the text, in order of appearance. */
  readonly problems: readonly YamlProblem[];
}

/** Aliases can multiply a small text; no file we read needs as many nodes. */
const MAX_NODES = 200_000;

/** The longest text that is read, in UTF-16 code units. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** The package needs about 1 KiB and 5 µs for each mark that starts or ends a node. */
const MAX_MARKS = 200_000;

/** Library findings after which the tree still says what the author wrote. */
const HARMLESS_CODES: ReadonlySet<string> = new Set(["TAG_RESOLVE_FAILED"]);

/** Library findings that come in hundreds and of which one says it all. */
const ONCE_CODES: ReadonlySet<string> = new Set(["RESOURCE_EXHAUSTION"]);

/**
 * Reads YAML 1.2 or JSON text. No text makes it throw. The package behind it
 * looks at the environment variables `LOG_STREAM` and `LOG_TOKENS`, so the
 * program must be allowed to.
 *
 * @param text The text of one document.
 * @returns The tree and everything that is wrong with the text.
 *
 * @example
 * ```ts
 * import { readYaml } from "#lib/base/yaml_reader.ts";
 * import assert from "node:assert/strict";
 *
 * const { root, problems } = readYaml("name: io.world\n");
 * assert.deepEqual(problems, []);
 * assert(root?.kind === "map");
 * assert.deepEqual(root.entries[0]?.value.place, { line: 1, column: 7 });
 * ```
 */
export function readYaml(text: string): YamlResult {
  const excess = findExcess(text);
  if (excess !== undefined) return refuse(excess);
  const lines = new LineIndex(text);
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      schema: "core",
      // The package compares each key with all others; see TreeBuilder.
      uniqueKeys: false,
      version: "1.2",
    });
    const problems = [...document.errors, ...document.warnings]
      .filter(isFirstOfItsCode)
      .map((error): YamlProblem => ({
        message: describe(error),
        place: lines.placeAt(error.pos[0]),
        harmless: HARMLESS_CODES.has(error.code),
        cause: error,
      }));
    const builder = new TreeBuilder(document, lines);
    const root = document.contents === null
      ? null
      : builder.build(document.contents, { line: 1, column: 1 });
    return { root, problems: [...problems, ...builder.problems] };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return refuse("The text is nested too deeply to be read", cause);
  }
}

/** Says how a text is larger than what can be read in a second or so. */
function findExcess(text: string): string | undefined {
  if (text.length > MAX_LENGTH) {
    return `The text has ${text.length} characters, and may have ${MAX_LENGTH}`;
  }
  const marks = text.match(/[\n:,[\]{}*&-]/g)?.length ?? 0;
  if (marks <= MAX_MARKS) return undefined;
  return `The text has too many parts: ${marks} of \\n : , [ ] { } * & and -, and may have ${MAX_MARKS}`;
}

function refuse(message: string, cause?: unknown): YamlResult {
  const place = { line: 1, column: 1 };
  return { root: null, problems: [{ message, place, harmless: false, cause }] };
}

function isFirstOfItsCode(
  error: YAMLError,
  index: number,
  all: readonly YAMLError[],
): boolean {
  if (!ONCE_CODES.has(error.code)) return true;
  return all.findIndex(({ code }) => code === error.code) === index;
}

function describe(error: YAMLError): string {
  if (error.code === "MULTIPLE_DOCS") {
    return "The text holds several documents";
  }
  if (ONCE_CODES.has(error.code)) {
    return "The text is nested too deeply to be read";
  }
  return error.message.replace(/\.$/, "");
}

/** The package's own counter misses lines behind some mistakes. */
class LineIndex {
  readonly #starts: readonly number[];

  constructor(text: string) {
    const breaks = [...text.matchAll(/\r\n|\r|\n/g)];
    this.#starts = [0, ...breaks.map((one) => one.index + one[0].length)];
  }

  placeAt(offset: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

class TreeBuilder {
  readonly problems: YamlProblem[] = [];
  readonly #lines: LineIndex;
  readonly #targets: ReadonlyMap<Alias, unknown>;
  readonly #open = new Set<unknown>();
  readonly #refused = new Set<string>();
  #count = 0;

  constructor(document: Document.Parsed, lines: LineIndex) {
    this.#lines = lines;
    this.#targets = findTargets(document);
  }

  build(node: unknown, fallback: Place): YamlNode {
    this.#count++;
    if (isAlias(node)) return this.#follow(node, fallback);
    if (isMap(node)) return this.#nest(node, () => this.#map(node, fallback));
    if (isSeq(node)) return this.#nest(node, () => this.#list(node, fallback));
    if (isScalar(node)) return this.#scalar(node, fallback);
    return { kind: "scalar", place: fallback, value: null, source: "" };
  }

  #nest<Node extends YamlNode>(node: unknown, build: () => Node): Node {
    this.#open.add(node);
    const built = build();
    this.#open.delete(node);
    return built;
  }

  #follow(alias: Alias, fallback: Place): YamlNode {
    const place = this.#place(alias.range, fallback);
    const target = this.#targets.get(alias);
    if (target === undefined || this.#open.has(target)) {
      const state = target === undefined ? "has no anchor" : "holds itself";
      return this.#refuse(`The alias *${alias.source} ${state}`, place);
    }
    if (this.#count > MAX_NODES) {
      return this.#refuse("The aliases make the text too large", place);
    }
    return this.build(target, place);
  }

  #refuse(message: string, place: Place): YamlScalar {
    if (!this.#refused.has(message)) {
      this.#refused.add(message);
      this.problems.push({ message, place, harmless: false });
    }
    return { kind: "scalar", place, value: null, source: "" };
  }

  #map(node: YAMLMap, fallback: Place): YamlMap {
    const place = this.#place(node.range, fallback);
    const known = new Set<string>();
    const entries = node.items.map((pair: Pair): YamlEntry => {
      const key = this.build(pair.key, place);
      const text = key.kind === "scalar" ? key.source : "";
      if (key.kind !== "scalar") {
        this.#refuse("A key is a list or a mapping", key.place);
      } else if (known.has(text)) {
        const message = `The key ${JSON.stringify(text)} stands twice`;
        this.problems.push({ message, place: key.place, harmless: true });
      }
      known.add(text);
      const value = this.build(pair.value, key.place);
      return { key: text, keyPlace: key.place, value };
    });
    return { kind: "map", place, entries };
  }

  #list(node: YAMLSeq, fallback: Place): YamlList {
    const place = this.#place(node.range, fallback);
    const items = node.items.map((item) => this.build(item, place));
    return { kind: "list", place, items };
  }

  #scalar(node: Scalar, fallback: Place): YamlScalar {
    const place = this.#place(node.range, fallback);
    const { value } = node;
    const source = node.source ?? String(value ?? "");
    switch (typeof value) {
      case "string":
      case "number":
      case "boolean":
        return { kind: "scalar", place, value, source };
      default:
        return { kind: "scalar", place, value: null, source };
    }
  }

  #place(range: readonly number[] | null | undefined, fallback: Place): Place {
    const start = range?.[0];
    return start === undefined ? fallback : this.#lines.placeAt(start);
  }
}

/** What each alias stands for: the last node before it that has its anchor. */
function findTargets(document: Document.Parsed): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(document, {
    Alias: (_key, alias) => void targets.set(alias, anchors.get(alias.source)),
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** A comment on one value of a text. */
export interface YamlComment {
  /** Keys of mappings and indexes of lists that lead to the value. */
  readonly path: readonly (string | number)[];
  /** What stands behind the value. */
  readonly behind?: string;
  /** What stands on a line of its own before its key. */
  readonly before?: string;
}

/**
 * Writes data as YAML 1.2, one value a line and texts in double quotes.
 *
 * @param data Mappings, lists, texts, numbers and booleans.
 * @returns The text, with its line feeds.
 *
 * @example
 * ```ts
 * import { writeYaml } from "#lib/base/yaml_reader.ts";
 * import assert from "node:assert/strict";
 *
 * const comments = [{ path: ["bike", "id"], behind: "default" }];
 * const text = writeYaml({ bike: { id: "000001" } }, comments);
 * assert.equal(text, 'bike:\n  id: "000001" # default\n');
 * ```
 */
export function writeYaml(
  data: unknown,
  comments: readonly YamlComment[] = [],
): string {
  const document = new Document(data);
  for (const { path, behind, before } of comments) {
    const parent = document.getIn(path.slice(0, -1), true);
    if (!isMap(parent)) continue;
    const pair = parent.items.find(({ key }) =>
      isScalar(key) && key.value === path.at(-1)
    );
    if (behind !== undefined && isScalar(pair?.value)) {
      pair.value.comment = ` ${behind}`;
    }
    if (before !== undefined && isScalar(pair?.key)) {
      pair.key.commentBefore = ` ${before}`;
    }
  }
  return document.toString({
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    lineWidth: 0,
  });
}
