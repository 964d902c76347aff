import assert from "node:assert/strict";
import { didYouMean } from "#lib/base/suggest.ts";

Deno.test("didYouMean finds a name with a letter added, removed, changed, swapped or in another case", () => {
  const names = ["last", "justSaid", "say"];
  for (const text of ["lasst", "lst", "lust", "lsat", "LAST"]) {
    assert.equal(didYouMean(text, names), ', did you mean "last"?', text);
  }
  assert.equal(didYouMean("justsaid", names), ', did you mean "justSaid"?');
});

Deno.test("didYouMean suggests nothing for a word that is far from all names", () => {
  assert.equal(didYouMean("resistance", ["last", "say"]), "");
  assert.equal(didYouMean("x", []), "");
  assert.equal(didYouMean("", ["last"]), "");
});
