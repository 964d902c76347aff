/**
 * Lines of a stream of bytes.
 *
 * @module
 */

const LINE_FEED = 0x0a;

/**
 * Cuts a stream of bytes into lines. Each line is given out as soon as its
 * line feed has come; a last line may lack one.
 *
 * @example Usage
 * ```ts
 * import { splitLines } from "#lib/base/byte_lines.ts";
 * import assert from "node:assert/strict";
 *
 * async function* read() {
 *   yield new TextEncoder().encode("one\ntw");
 *   yield new TextEncoder().encode("o\n");
 * }
 * const lines = await Array.fromAsync(splitLines(read(), 80));
 * const decoder = new TextDecoder();
 * assert.deepEqual(lines.map((line) => decoder.decode(line)), ["one", "two"]);
 * ```
 *
 * @param maxBytes What a line has beyond this is dropped, so that no line takes more memory.
 * @returns The lines, without their line feeds.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncIterable<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let isOpen = false;
  const take = (part: Uint8Array) => {
    const kept = part.subarray(0, maxBytes - length);
    if (kept.length === 0) return;
    parts.push(kept);
    length += kept.length;
  };
  const finish = () => {
    const line = join(parts, length);
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      take(chunk.subarray(start, end));
      start = end + 1;
      yield finish();
    }
    if (start > 0) isOpen = false;
    if (start === chunk.length) continue;
    // The stream may use the memory of a chunk again for the next.
    take(chunk.slice(start));
    isOpen = true;
  }
  if (isOpen) yield finish();
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [first = new Uint8Array()] = parts;
  if (parts.length < 2) return first;
  const line = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    line.set(part, at);
    at += part.length;
  }
  return line;
}
