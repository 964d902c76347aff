/**
 * Steps through the tokens of IDL text, collects notes and reports what does
 * not fit. After a mistake the parser goes on at the next sensible place, so
 * that all mistakes are found at once.
 *
 * @module
 */
import type { DefinitionPosition } from "#lib/base/errors.ts";
import type { PlacedText } from "./document.ts";
import type { FindingList } from "./finding.ts";
import type { IdlToken } from "./idl_lexer.ts";
import { type Notes, readNotes } from "./idl_notes.ts";
import { suggest } from "#lib/base/suggest.ts";
import type { Place } from "#lib/base/yaml_node.ts";

/** How far to look for the end of a list of parameters after a mistake. */
const MAX_PARAMETER_TOKENS = 500;

/** A position in a list of tokens. */
export class IdlCursor {
  readonly #tokens: readonly IdlToken[];
  readonly #file: string;
  readonly #findings: FindingList;
  readonly #end: IdlToken;
  #index = 0;
  #notes: IdlToken[] = [];
  #lossless = true;

  /**
   * Starts at the first token.
   *
   * @param tokens Tokens, the last of which is of kind `end`.
   * @param file The file, as findings shall name it.
   * @param findings Takes what does not fit.
   */
  constructor(
    tokens: readonly IdlToken[],
    file: string,
    findings: FindingList,
  ) {
    this.#tokens = tokens;
    this.#file = file;
    this.#findings = findings;
    this.#end = tokens.at(-1) ??
      { kind: "end", text: "", place: { line: 1, column: 1 }, first: true };
    this.#collectNotes();
  }

  /** The token at hand; notes are passed over and kept for the next element. */
  get token(): IdlToken {
    return this.#tokens[this.#index] ?? this.#end;
  }

  /** True until a block was passed over, in which anything may stand. */
  get lossless(): boolean {
    return this.#lossless;
  }

  /**
   * Says whether the token at hand is a certain keyword or punctuator.
   *
   * @returns True if it is.
   */
  is(text: string): boolean {
    const { token } = this;
    return token.text === text &&
      (token.kind === "keyword" || token.kind === "punctuator");
  }

  /**
   * Takes the token at hand.
   *
   * @returns That token; at the end, the end again.
   */
  take(): IdlToken {
    const { token } = this;
    if (token.kind !== "end") this.#index++;
    this.#collectNotes();
    return token;
  }

  /**
   * Takes the token at hand if it is a certain keyword or punctuator.
   *
   * @returns True if it was taken.
   */
  skip(text: string): boolean {
    const found = this.is(text);
    if (found) this.take();
    return found;
  }

  /**
   * Takes a certain punctuator or reports that it is missing.
   *
   * @param path Path of the element at hand.
   * @returns True if it was taken.
   */
  require(text: string, path: string): boolean {
    return this.skip(text) || this.fail(`"${text}"`, path);
  }

  /**
   * Takes a name or reports that it is missing.
   *
   * @param what What is named, for the message.
   * @param path Path of the element that holds the name.
   * @returns The token; undefined after a report.
   */
  takeName(what: string, path: string): IdlToken | undefined {
    if (this.token.kind === "identifier") return this.take();
    this.fail(`the name of ${what}`, path);
    return undefined;
  }

  /**
   * Reports the token at hand.
   *
   * @param expected What should stand there.
   * @param path Path of the element at hand.
   * @param candidates Words that could have been meant.
   * @returns False, for use in conditions.
   */
  fail(
    expected: string,
    path: string,
    candidates: readonly string[] = [],
  ): false {
    const { token } = this;
    this.#findings.add({
      rule: "syntax",
      at: this.at(token.place, path),
      action: "read",
      object: token.kind === "end" ? this.#file : token.text,
      found: describe(token),
      expected,
      suggestion: () => suggest(token.text, candidates),
    });
    return false;
  }

  /** Number of tokens taken so far, for {@linkcode recover}. */
  get mark(): number {
    return this.#index;
  }

  /**
   * Passes tokens until one at which a list of elements can go on: behind a
   * `;`, at the closing brace, or at the first name of a line.
   *
   * @param start The mark at which the element began that has a mistake.
   */
  recover(start: number): void {
    while (this.token.kind !== "end" && !this.is("}")) {
      if (this.is("{")) return this.skipBlock();
      if (this.skip(";")) return;
      if (this.#index > start && this.token.first && this.#isWord()) return;
      this.take();
    }
  }

  /** Passes tokens until the parenthesis at hand is closed, if it soon is. */
  skipParentheses(): void {
    const limit = this.#index + MAX_PARAMETER_TOKENS;
    for (let index = this.#index; index < limit; index++) {
      const token = this.#tokens[index] ?? this.#end;
      if (token.kind === "end") return;
      if (token.kind !== "punctuator" || !"{};)".includes(token.text)) continue;
      if (token.text !== ")") return;
      while (!this.skip(")")) this.take();
      return;
    }
  }

  /** Passes a block in braces and all blocks in it. */
  skipBlock(): void {
    let depth = 0;
    this.#lossless = false;
    do {
      if (this.is("{")) depth++;
      if (this.is("}")) depth--;
      this.take();
    } while (depth > 0 && this.token.kind !== "end");
  }

  /**
   * Gives the notes before the token at hand to an element.
   *
   * @returns The tokens of these notes.
   */
  takeNotes(): readonly IdlToken[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }

  /** Reads notes that belong to an element. */
  readNotes(notes: readonly IdlToken[], path: string): Notes {
    return readNotes(notes, this.#file, path, this.#findings);
  }

  /**
   * Reports notes after which no element comes.
   *
   * @param path Path of the element that ends here.
   */
  dropNotes(path: string): void {
    for (const note of this.takeNotes()) {
      if (note.first) this.#reportStray(note, "nothing follows it", path);
    }
  }

  /**
   * A position in this file.
   *
   * @param path Path of the element there.
   * @returns Both, with the file.
   */
  at(place: Place, path: string): DefinitionPosition {
    return { file: this.#file, ...place, path };
  }

  /**
   * A piece of text with its position.
   *
   * @param path Path of the element there.
   */
  text(value: string, place: Place, path: string): PlacedText {
    return { value, at: this.at(place, path) };
  }

  #isWord(): boolean {
    return this.token.kind === "identifier" || this.token.kind === "keyword";
  }

  #collectNotes(): void {
    let { token } = this;
    while (token.kind === "doc" || token.kind === "tag") {
      if (!token.first) {
        this.#reportStray(token, "it stands behind what it is about", "");
      }
      this.#notes.push(token);
      this.#index++;
      token = this.token;
    }
  }

  #reportStray(note: IdlToken, found: string, path: string): void {
    this.#findings.add({
      rule: "stray_comment",
      at: this.at(note.place, path),
      action: "attach comment",
      object: note.text,
      found,
      expected:
        "it on a line before an element; # starts a comment that is skipped",
    });
  }
}

function describe(token: IdlToken): string {
  switch (token.kind) {
    case "end":
      return "the text ends here";
    case "keyword":
      return "a reserved word stands here";
    case "punctuator":
      return "this sign does not fit here";
    default:
      return `${
        token.kind === "version" ? "a" : "an"
      } ${token.kind} stands here`;
  }
}
