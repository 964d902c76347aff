import assert from "node:assert/strict";
import { ReplyCache } from "#lib/objectapi/reply_cache.ts";

const LONG = new TextEncoder().encode("0123456789abcdef");

Deno.test("ReplyCache.remember finds the same request again", () => {
  const cache = new ReplyCache();
  const { earlier, entry } = cache.remember("r/t", LONG);
  assert.equal(earlier, undefined);
  assert.equal(cache.remember("r/t", LONG).earlier, entry);
});

Deno.test("ReplyCache.remember tells requests of other callers apart", () => {
  const cache = new ReplyCache();
  cache.remember("r/a", LONG);
  assert.equal(cache.remember("r/b", LONG).earlier, undefined);
});

Deno.test("ReplyCache.remember tells all bytes apart", () => {
  const cache = new ReplyCache();
  for (let byte = 0; byte < 256; byte++) {
    const correlation = new Uint8Array(16).fill(byte);
    assert.equal(cache.remember("r", correlation).earlier, undefined);
  }
});

Deno.test("ReplyCache.remember takes short or missing correlation for no identity", () => {
  const cache = new ReplyCache();
  for (const correlation of [undefined, "", "0", LONG.subarray(1)]) {
    assert.equal(cache.remember("r", correlation).earlier, undefined);
    assert.equal(cache.remember("r", correlation).earlier, undefined);
  }
  assert.equal(cache.remember(undefined, LONG).earlier, undefined);
  assert.equal(cache.remember(undefined, LONG).earlier, undefined);
});

Deno.test("ReplyCache knows the last 1024 requests, and forgets all but the last 2048", () => {
  const cache = new ReplyCache();
  const id = (count: number) => `${count}`.padStart(16, "0");
  for (let count = 0; count <= 2048; count++) cache.remember("r", id(count));
  assert(cache.remember("r", id(2048 - 1023)).earlier);
  assert.equal(cache.remember("r", id(0)).earlier, undefined);
});
