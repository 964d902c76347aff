/**
 * Text of files that people hand over, in whatever encoding it came.
 *
 * @module
 */
import { FileError } from "./store_errors.ts";

/** A text, and how it was encoded. */
interface DecodedText {
  /** The text, without a byte order mark, lines ended by line feeds alone. */
  readonly text: string;
  /** How it was encoded. */
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
}

/**
 * Decodes a file: by its byte order mark, else UTF-8, else Windows-1252, in
 * which every byte means something.
 *
 * @example Usage
 * ```ts
 * import { decodeText } from "#lib/base/text_file.ts";
 * import assert from "node:assert/strict";
 *
 * const { text, encoding } = decodeText(Uint8Array.of(0x4d, 0xfc, 0x68, 0x65));
 * assert.deepEqual([text, encoding], ["Mühe", "windows-1252"]);
 * ```
 *
 * @param bytes The file's bytes.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [first, second] = bytes;
  const marked = first === 0xff && second === 0xfe
    ? "utf-16le"
    : first === 0xfe && second === 0xff
    ? "utf-16be"
    : undefined;
  if (marked) {
    return {
      text: unify(new TextDecoder(marked).decode(bytes)),
      encoding: marked,
    };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text: unify(text), encoding: "utf-8" };
  } catch {
    const text = new TextDecoder("windows-1252").decode(bytes);
    return { text: unify(text), encoding: "windows-1252" };
  }
}

/**
 * Makes an error of a line.
 *
 * @param file The file, as the person named it.
 * @param line The line, from 1; undefined where the whole file is at fault.
 * @param reason The state now and the state wanted.
 * @returns The error, not thrown.
 */
export function fileError(
  file: string,
  line: number | undefined,
  reason: string,
): FileError {
  const place = line === undefined ? "" : `line ${line}: `;
  return new FileError(`Cannot read "${file}": ${place}${reason}`, file, line);
}

function unify(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
