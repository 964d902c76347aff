import assert from "node:assert/strict";
import { splitLines } from "#lib/base/byte_lines.ts";
import { fc } from "../../property.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function* stream(chunks: readonly string[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) yield encoder.encode(chunk);
}

async function split(chunks: readonly string[], maxBytes = 80) {
  const lines = await Array.fromAsync(splitLines(stream(chunks), maxBytes));
  return lines.map((line) => decoder.decode(line));
}

const cases: Readonly<
  Record<string, readonly [chunks: readonly string[], lines: readonly string[]]>
> = {
  "nothing from nothing": [[], []],
  "nothing from empty pieces": [["", ""], []],
  "an empty line for each line feed": [["\n\n"], ["", ""]],
  "an empty line between two": [["a\n\nb\n"], ["a", "", "b"]],
  "a last line without a line feed": [["a\nb"], ["a", "b"]],
  "lines over several pieces": [["a", "b", "c\nd", "", "e\n"], ["abc", "de"]],
  "several lines of one piece": [["a\nb\nc\n"], ["a", "b", "c"]],
  "line feeds that come alone": [["a", "\n", "b", "\n"], ["a", "b"]],
};

for (const [name, [chunks, lines]] of Object.entries(cases)) {
  Deno.test(`splitLines() gives ${name}`, async () => {
    assert.deepEqual(await split(chunks), lines);
  });
}

Deno.test("splitLines() drops what a line has too much, and no other line", async () => {
  const chunks = ["ab", "cd", "efgh\nabc\nabcd\nab", "cdefgh"];
  assert.deepEqual(await split(chunks, 3), ["abc", "abc", "abc", "abc"]);
});

Deno.test("splitLines() keeps a line whose pieces share one buffer", async () => {
  async function* reuse() {
    const buffer = new Uint8Array(2);
    for (const text of ["ab", "cd", "e\n"]) {
      encoder.encodeInto(text, buffer);
      yield buffer;
    }
  }
  const [line] = await Array.fromAsync(splitLines(reuse(), 80));
  assert.equal(decoder.decode(line), "abcde");
});

Deno.test("splitLines() gives out a line before the stream goes on", async () => {
  const read: string[] = [];
  async function* slow() {
    for (const text of ["one\n", "two\n"]) {
      read.push(text);
      yield encoder.encode(text);
    }
  }
  for await (const line of splitLines(slow(), 80)) {
    assert.equal(read.at(-1), `${decoder.decode(line)}\n`);
  }
  assert.equal(read.length, 2);
});

Deno.test("splitLines() gives the lines of a text, however it is cut", async () => {
  const piece = fc.array(fc.constantFrom("a", "\n", "é", "{}"), {
    maxLength: 9,
  })
    .map((parts) => parts.join(""));
  await fc.assert(fc.asyncProperty(fc.array(piece), async (chunks) => {
    const lines = chunks.join("").split("\n");
    if (lines.at(-1) === "") lines.pop();
    assert.deepEqual(await split(chunks), lines);
  }));
});
