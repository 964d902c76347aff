/**
 * XML of files that people hand over, as a tree that knows its lines. The only
 * file that imports the `saxes` package.
 *
 * @module
 */
import { SaxesParser } from "saxes";
import { fileError } from "./text_file.ts";

/** The deepest nesting that is read. */
const MAX_DEPTH = 64;

/** What {@linkcode readXml} has to know. */
interface XmlOptions {
  /** The file, as the person named it, for errors. */
  readonly file: string;
  /**
   * The most elements that are read.
   *
   * @default {1000000}
   */
  readonly maxElements?: number;
}

/** An element. Names are in small letters and without their prefix. */
export interface XmlElement {
  /** Its name. */
  readonly name: string;
  /** Where it begins, from 1. */
  readonly line: number;
  /** Its attributes by name; of two that differ in case only the first counts. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Its elements, in their order. */
  readonly children: readonly XmlElement[];
  /** Its own text, blanks at both ends removed. */
  readonly text: string;
}

/** A document. */
interface XmlDocument {
  /** Its outermost element. */
  readonly root: XmlElement;
  /** Whether it has an `&` that begins no reference, and was read as itself. */
  readonly hasBareAmpersand: boolean;
}

interface OpenElement {
  readonly name: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const BARE_AMPERSAND = /&(?!(?:#\d+|#x[\da-f]+|amp|lt|gt|quot|apos);)/gi;
const CDATA_START = "<![CDATA[";
const CDATA_END = "]]>";

/**
 * Reads an XML text. Document types, and with them entities of one's own, are
 * refused; nothing outside the text is ever read.
 *
 * @example Usage
 * ```ts
 * import { readXml } from "#lib/base/xml_reader.ts";
 * import assert from "node:assert/strict";
 *
 * const { root } = readXml('<a><B Power="0.5">R&B</B></a>', { file: "x.zwo" });
 * const [b] = root.children;
 * assert.deepEqual([b?.name, b?.attributes.get("power"), b?.text], ["b", "0.5", "R&B"]);
 * ```
 *
 * @param options Its file's name, and how much is read.
 * @throws {FileError} If it is no well-formed XML, has a document type, or is too deep or too large.
 */
export function readXml(text: string, options: XmlOptions): XmlDocument {
  const { file, maxElements = 1_000_000 } = options;
  const { clean, hasBareAmpersand } = escapeBare(text.trimStart());
  const skipped = text.length - text.trimStart().length;
  const firstLine = text.slice(0, skipped).split("\n").length - 1;
  const tree = new TreeBuilder(file, firstLine, maxElements);
  return { root: tree.read(clean), hasBareAmpersand };
}

/** Writes `&amp;` for each `&` that begins no reference, but not in CDATA. */
function escapeBare(
  text: string,
): { readonly clean: string; readonly hasBareAmpersand: boolean } {
  let hasBareAmpersand = false;
  const escape = (part: string) =>
    part.replace(BARE_AMPERSAND, () => {
      hasBareAmpersand = true;
      return "&amp;";
    });
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf(CDATA_START, at);
    const end = start < 0 ? -1 : text.indexOf(CDATA_END, start);
    if (end < 0) break;
    const behind = end + CDATA_END.length;
    parts.push(escape(text.slice(at, start)), text.slice(start, behind));
    at = behind;
  }
  parts.push(escape(text.slice(at)));
  return { clean: parts.join(""), hasBareAmpersand };
}

/** Builds the tree from the parser's events. */
class TreeBuilder {
  readonly #file: string;
  readonly #firstLine: number;
  readonly #maxElements: number;
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;
  #count = 0;
  #tagLine = 1;

  constructor(file: string, firstLine: number, maxElements: number) {
    this.#file = file;
    this.#firstLine = firstLine;
    this.#maxElements = maxElements;
  }

  read(text: string): XmlElement {
    const parser = this.#parser;
    parser.on("error", (error) => this.#fail(describe(error)));
    parser.on(
      "doctype",
      () => this.#fail("it has a document type, expected none"),
    );
    parser.on("opentagstart", () => this.#tagLine = this.#line);
    parser.on("opentag", (tag) => this.#begin(tag.name, tag.attributes));
    parser.on("text", (part) => this.#add(part));
    parser.on("cdata", (part) => this.#add(part));
    parser.on("closetag", () => this.#end());
    parser.write(text).close();
    if (this.#root) return this.#root;
    return this.#fail("it holds no element, expected XML");
  }

  get #line(): number {
    return this.#parser.line + this.#firstLine;
  }

  #fail(reason: string): never {
    throw fileError(this.#file, this.#line, reason);
  }

  #begin(name: string, given: Readonly<Record<string, string>>): void {
    if (++this.#count > this.#maxElements) {
      this.#fail(`more than ${this.#maxElements} elements, expected fewer`);
    }
    if (this.#open.length >= MAX_DEPTH) {
      this.#fail(`elements stand more than ${MAX_DEPTH} deep, expected fewer`);
    }
    const attributes = new Map<string, string>();
    for (const [key, value] of Object.entries(given)) {
      const own = plainName(key);
      if (!attributes.has(own)) attributes.set(own, value);
    }
    this.#open.push({
      name: plainName(name),
      line: this.#tagLine,
      attributes,
      children: [],
      text: "",
    });
  }

  #add(part: string): void {
    const current = this.#open.at(-1);
    if (current) current.text += part;
  }

  #end(): void {
    const done = this.#open.pop();
    if (!done) return;
    const element = { ...done, text: done.text.trim() };
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else this.#root = element;
  }
}

function plainName(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1).toLowerCase();
}

/** The parser puts the position in front, which the error has already. */
function describe({ message }: Error): string {
  return `${
    message.replace(/^(\d+:\d+:\s*)+/, "").replace(/\.$/, "")
  }, expected well-formed XML`;
}
