import assert from "node:assert/strict";
import { TextCache } from "#lib/mqtt/text_cache.ts";
import { fc } from "../../property.ts";

Deno.test("TextCache reads what stands there, whatever it has read before", () => {
  const cache = new TextCache();
  const text = fc.string({ unit: "binary-ascii", maxLength: 40 });
  fc.assert(fc.property(fc.array(text), (texts) => {
    const bytes = new TextEncoder().encode(texts.join(""));
    let at = 0;
    for (const expected of texts) {
      const end = at + expected.length;
      assert.equal(cache.read(bytes, at, end), expected);
      at = end;
    }
  }));
});

Deno.test("TextCache leaves long texts and other characters than ASCII to others", () => {
  const cache = new TextCache();
  for (const text of ["é", "a".repeat(200)]) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(cache.read(bytes, 0, bytes.length), undefined);
  }
});
