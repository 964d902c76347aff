import assert from "node:assert/strict";
import {
  ReplyCache,
  requestKey,
  type StoredReply,
} from "#lib/objectapi/reply_cache.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const LONG = bytes("0123456789abcdef");
const request = {
  responseTopic: "r/t",
  correlation: LONG,
  payload: bytes("[1]"),
};
const reply = (payload: string): StoredReply => ({
  topic: "r/t",
  payload,
  properties: undefined,
});

Deno.test("requestKey is the same for the same request only", () => {
  const key = requestKey(request);
  assert.ok(key);
  assert.equal(requestKey({ ...request }), key);
  for (
    const other of [
      { responseTopic: "r/a" },
      { correlation: bytes("0123456789abcdeg") },
      { payload: bytes("[2]") },
      { payload: bytes(" ".repeat(1000)) },
    ]
  ) assert.notEqual(requestKey({ ...request, ...other }), key);
});

Deno.test("requestKey distinguishes all bytes", () => {
  const keys = Array.from(
    { length: 256 },
    (_, byte) =>
      requestKey({ ...request, correlation: new Uint8Array(16).fill(byte) }),
  );
  assert.equal(new Set(keys).size, 256);
});

Deno.test("requestKey takes short or missing correlation for no identity", () => {
  for (const correlation of [undefined, "", "0", LONG.subarray(1)]) {
    assert.equal(requestKey({ ...request, correlation }), undefined);
  }
  assert.equal(requestKey({ ...request, responseTopic: undefined }), undefined);
});

Deno.test("requestKey stays short however long the request is", () => {
  const payload = new Uint8Array(8 * 1024 * 1024);
  const correlation = new Uint8Array(60_000);
  const key = requestKey({
    responseTopic: "r".repeat(60_000),
    correlation,
    payload,
  });
  assert.ok(key && key.length < 100);
});

Deno.test("ReplyCache finds a request again, and its reply once it has one", () => {
  const cache = new ReplyCache();
  assert.equal(cache.has("a"), false);
  cache.add("a");
  assert.equal(cache.has("a"), true);
  assert.equal(cache.replyOf("a"), undefined);
  cache.store("a", reply("1"));
  assert.equal(cache.replyOf("a")?.payload, "1");
});

Deno.test("ReplyCache forgets all but the last 2048 requests", () => {
  const cache = new ReplyCache();
  for (let count = 0; count <= 2048; count++) cache.add(`${count}`);
  assert.equal(cache.has("0"), false);
  assert.equal(cache.has("1"), true);
});

Deno.test("ReplyCache keeps at most four MiB, and still knows what ran of a long reply", () => {
  const cache = new ReplyCache();
  const limit = 4 * 1024 * 1024;
  for (let count = 0; count < 200; count++) {
    cache.add(`${count}`);
    cache.store(`${count}`, reply("x".repeat(64 * 1024)));
    assert.ok(cache.bytes <= limit);
  }
  assert.ok(cache.bytes > limit / 2);
  cache.add("long");
  cache.store("long", reply("x".repeat(limit)));
  assert.equal(cache.has("long"), true);
  assert.equal(cache.replyOf("long"), undefined);
});
