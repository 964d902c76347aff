import assert from "node:assert/strict";
import {
  ReplyCache,
  requestKey,
  type StoredReply,
} from "#lib/objectapi/reply_cache.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const LONG = "0123456789abcdef";
const request = {
  responseTopic: "r/t",
  correlation: LONG,
  payload: bytes("[1]"),
};
const reply = (payload: string): StoredReply => ({
  payload,
  failure: undefined,
  timeMs: undefined,
});

Deno.test("requestKey is the same for the same request only", () => {
  const key = requestKey(request);
  assert.ok(key);
  assert.equal(requestKey({ ...request }), key);
  for (
    const other of [
      { responseTopic: "r/a" },
      { correlation: "0123456789abcdeg" },
      { payload: bytes("[2]") },
      { payload: bytes(" ".repeat(1000)) },
    ]
  ) assert.notEqual(requestKey({ ...request, ...other }), key);
});

Deno.test("requestKey distinguishes all bytes", () => {
  const keys = Array.from(
    { length: 256 },
    (_, byte) =>
      requestKey({
        ...request,
        correlation: String.fromCharCode(byte).repeat(16),
      }),
  );
  assert.equal(new Set(keys).size, 256);
});

Deno.test("requestKey takes short or missing correlation for no identity", () => {
  for (const correlation of [undefined, "", "0", LONG.slice(1)]) {
    assert.equal(requestKey({ ...request, correlation }), undefined);
  }
  assert.equal(requestKey({ ...request, responseTopic: undefined }), undefined);
});

Deno.test("requestKey stays short however long the request is", () => {
  const payload = new Uint8Array(8 * 1024 * 1024);
  const correlation = "c".repeat(60_000);
  const key = requestKey({
    responseTopic: "r".repeat(60_000),
    correlation,
    payload,
  });
  assert.ok(key && key.length < 100);
});

Deno.test("ReplyCache finds a request again, and its reply once it has one", () => {
  const cache = new ReplyCache();
  assert.equal(cache.find("a"), undefined);
  const known = cache.add("a");
  assert.equal(cache.find("a"), known);
  assert.equal(known.reply, undefined);
  cache.store(known, reply("1"));
  assert.equal(cache.find("a")?.reply?.payload, "1");
});

Deno.test("ReplyCache forgets a request that did not run", () => {
  const cache = new ReplyCache();
  cache.forget(cache.add("a"));
  assert.equal(cache.find("a"), undefined);
});

Deno.test("ReplyCache remembers the last 2048 requests, and at most twice as many", () => {
  const cache = new ReplyCache();
  for (let count = 0; count < 10_000; count++) {
    cache.add(`${count}`);
    assert.ok(cache.find(`${Math.max(0, count - 2047)}`));
    assert.equal(cache.find(`${count - 4096}`), undefined);
  }
});

Deno.test("ReplyCache keeps at most four MiB, and still knows what ran of a long reply", () => {
  const cache = new ReplyCache();
  const limit = 4 * 1024 * 1024;
  for (let count = 0; count < 200; count++) {
    cache.store(cache.add(`${count}`), reply("x".repeat(64 * 1024)));
    assert.ok(cache.bytes <= limit);
  }
  assert.ok(cache.bytes > limit / 4);
  const long = cache.add("long");
  cache.store(long, reply("x".repeat(limit)));
  assert.equal(cache.find("long"), long);
  assert.equal(long.reply, undefined);
});
