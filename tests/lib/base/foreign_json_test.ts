import assert from "node:assert/strict";
import { parseForeignJson } from "#lib/base/foreign_json.ts";

const read = (text: string, maxBytes?: number) =>
  parseForeignJson(new TextEncoder().encode(text), maxBytes);

Deno.test("parseForeignJson reads JSON, with brackets and quotes in its texts", () => {
  for (const value of [1, null, ["[[", '"]', "\\"], { "{": '\\"[' }]) {
    assert.deepEqual(read(JSON.stringify(value)), value);
  }
  const brackets = "[".repeat(1000);
  assert.equal(read(JSON.stringify(brackets)), brackets);
});

Deno.test("parseForeignJson gives nothing for what is no JSON, too long, or nested deeply", () => {
  for (const text of ["", "{", "constructor", "[".repeat(65), "]]]"]) {
    assert.equal(read(text), undefined);
  }
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  assert.notEqual(read(nested(64)), undefined);
  assert.equal(read(nested(65)), undefined);
  assert.equal(read('"12345"', 6), undefined);
});

Deno.test("parseForeignJson does not hand a megabyte of brackets to the engine", () => {
  const parse = JSON.parse;
  JSON.parse = () => assert.fail("it was parsed");
  try {
    const text = '{"a":'.repeat(200_000);
    assert.equal(read(text, 4_000_000), undefined);
  } finally {
    JSON.parse = parse;
  }
});
