import assert from "node:assert/strict";
import { PayloadError } from "#lib/base/errors.ts";
import { describeJson, parseJson, stringifyJson } from "#lib/objectapi/json.ts";
import { fc } from "../../property.ts";
import { safeJson } from "./safe_json.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseJson(bytes(text), "a/b");
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

Deno.test("stringifyJson and parseJson give every JSON value back", () => {
  fc.assert(fc.property(safeJson(), (value) => {
    assert.deepEqual(parse(stringifyJson(value)), value);
  }));
});

Deno.test("stringifyJson and parseJson give every int64 back whole", () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(fc.property(int64, (value) => {
    assert.equal(BigInt(parse(stringifyJson(value)) as number), value);
  }));
});

Deno.test("parseJson gives a bigint only for an integer that a double cannot hold", () => {
  assert.equal(parse("9007199254740991"), 9007199254740991);
  assert.equal(parse("9007199254740993"), 9007199254740993n);
  assert.equal(parse("-9223372036854775808"), -9223372036854775808n);
  assert.equal(parse("1234567890.12345678"), 1234567890.12345678);
  assert.equal(parse('"12345678901234567890"'), "12345678901234567890");
});

Deno.test("parseJson keeps bigints inside arrays and objects", () => {
  assert.deepEqual(parse('{"a":[9007199254740993,1]}'), {
    a: [9007199254740993n, 1],
  });
});

Deno.test("parseJson makes no bigint of more digits than an int64 has", () => {
  assert.equal(typeof parse("1".repeat(20)), "number");
  assert.equal(parse("9".repeat(1_000_000)), Infinity);
});

Deno.test("parseJson takes 256 levels and refuses 257", () => {
  assert(Array.isArray(parse(nested(256))));
  assert.throws(() => parse(`${nested(257)}${" ".repeat(512)}`), PayloadError);
});

Deno.test("parseJson refuses a payload that is nested a million levels deep", () => {
  assert.throws(() => parse(nested(1_000_000)), PayloadError);
  assert.throws(() => parse('{"a":'.repeat(1_000_000)), PayloadError);
});

Deno.test("parseJson does not count brackets inside of texts", () => {
  const text = `${'\\"'.repeat(3)}${"[".repeat(1000)}\\\\`;
  assert.equal(parse(`["${text}"]`) instanceof Array, true);
});

Deno.test("parseJson refuses what is no UTF-8", () => {
  for (const wrong of [[0xff], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0]]) {
    assert.throws(() => parseJson(new Uint8Array(wrong), "a/b"), PayloadError);
  }
});

Deno.test("parseJson names the topic and what came in its error", () => {
  assert.throws(() => parse("nonsense"), {
    topic: "a/b",
    received: "nonsense",
  });
  assert.throws(() => parse(""), { topic: "a/b", received: "nothing" });
});

Deno.test("parseJson makes __proto__ a field like any other", () => {
  const value = parse('{"__proto__":{"a":1},"b":9007199254740993}');
  assert.deepEqual(Object.keys(Object(value)), ["__proto__", "b"]);
  assert.equal("a" in Object(value), false);
});

Deno.test("parseJson never throws anything but PayloadError", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
    try {
      parseJson(payload, "a/b");
    } catch (error) {
      assert(error instanceof PayloadError);
    }
  }));
});

Deno.test("stringifyJson writes null for what JSON cannot hold", () => {
  assert.equal(stringifyJson(undefined), "null");
  assert.equal(stringifyJson(NaN), "null");
});

Deno.test("describeJson shortens to sixty characters", () => {
  assert.equal(describeJson("x".repeat(100)).length, 60);
  assert.equal(describeJson(undefined), "nothing");
  assert.equal(describeJson(Infinity), "Infinity");
  assert.equal(describeJson(2n ** 63n), "9223372036854775808");
});

Deno.test("describeJson describes what cannot be written as JSON", () => {
  const broken = {
    get field(): never {
      throw new TypeError("broken");
    },
  };
  assert.equal(describeJson(broken), "[object Object]");
  const loop: Record<string, unknown> = {};
  loop["loop"] = loop;
  assert.equal(describeJson(loop), '{"loop":{"loop":{"loop":{}}}}');
});

Deno.test("describeJson looks at the beginning of a large value only", () => {
  const items = new Proxy([], {
    get: (target, name, receiver) =>
      name === "length" ? 2 ** 32 - 1 : Reflect.get(target, name, receiver),
  });
  assert.match(describeJson(items), /^\[null,null/);
});

Deno.test("parseJson refuses an integer of many digits as the name of a member", () => {
  assert.throws(() => parse("{9007199254740993:1}"), PayloadError);
  assert.throws(
    () => parse(`{9007199254740993${" ".repeat(100)}:1}`),
    PayloadError,
  );
});

Deno.test("parseJson reads a marked integer as text where a sender writes one", () => {
  const text = JSON.stringify(["9007199254740993", 'a"9007199254740993']);
  assert.deepEqual(parse(text), ["9007199254740993", 'a"9007199254740993']);
});

Deno.test("parseJson refuses a payload of more bytes than it may have, whatever it holds", () => {
  assert.throws(() => parseJson(bytes("[1,2]"), "a/b", { maxBytes: 4 }), {
    topic: "a/b",
    received: "5 bytes",
    expected: "at most 4",
  });
  assert.deepEqual(parseJson(bytes("[1,2]"), "a/b", { maxBytes: 5 }), [1, 2]);
});
