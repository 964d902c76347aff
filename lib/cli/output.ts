/**
 * What a command prints.
 *
 * @module
 */
import type { CliIo } from "./io.ts";

/**
 * Makes text harmless to a terminal: control characters, which a foreign
 * program may have sent, become visible.
 *
 * @example Usage
 * ```ts
 * import { printable } from "#lib/cli/output.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(printable("a\x1b[2Jb"), "a\\u001b[2Jb");
 * ```
 *
 * @returns The text on one line, without control characters, also those that turn the direction of writing.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Results go to standard output, everything else to standard error. */
export class Output {
  readonly #io: CliIo;
  readonly #end = new AbortController();

  /** Makes an output. */
  constructor(io: CliIo) {
    this.#io = io;
  }

  /** Aborts when the reader of standard output is gone. */
  get closed(): AbortSignal {
    return this.#end.signal;
  }

  /**
   * Prints one line of result.
   *
   * @param text The line, without its line feed.
   */
  line(text: string): void {
    this.#out(`${printable(text)}\n`);
  }

  /**
   * Prints a result of several lines, as it is.
   *
   * @param text The text, with its line feeds.
   */
  text(text: string): void {
    this.#out(text);
  }

  /**
   * Prints a message that is not a result.
   *
   * @param message One line, without its line feed.
   */
  note(message: string): void {
    this.#io.writeError(`smartbike: ${printable(message)}\n`);
  }

  /**
   * Warns the person at the shell.
   *
   * @param message One line, without its line feed.
   */
  warn(message: string): void {
    this.note(`warning: ${message}`);
  }

  #out(text: string): void {
    if (this.closed.aborted || this.#io.writeOut(text)) return;
    this.#end.abort();
  }
}
