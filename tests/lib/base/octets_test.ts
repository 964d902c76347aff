import assert from "node:assert/strict";
import { fromLatin1, readShortAscii, toLatin1 } from "#lib/base/octets.ts";
import { fc } from "../../property.ts";

const ascii = fc.string({ unit: "binary-ascii", maxLength: 150 });

Deno.test("fromLatin1 reads the bytes that toLatin1 wrote", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    const text = toLatin1(bytes);
    assert.equal(text.length, bytes.length);
    assert.deepEqual([...fromLatin1(text)], [...bytes]);
  }));
});

Deno.test("fromLatin1 gives nobody the bytes of another", () => {
  const texts = Array.from({ length: 3000 }, (_, at) => `${at}`.padStart(16));
  const all = texts.map((text) => fromLatin1(text));
  assert.deepEqual(all.map(toLatin1), texts);
});

Deno.test("readShortAscii reads what a TextDecoder reads, or nothing", () => {
  fc.assert(fc.property(fc.oneof(ascii, fc.string()), ascii, (text, before) => {
    const bytes = new TextEncoder().encode(before + text);
    const read = readShortAscii(bytes, before.length, bytes.length);
    const isShortAscii = /^[\0-\x7f]{0,128}$/.test(text);
    assert.equal(read, isShortAscii ? text : undefined);
  }));
});
