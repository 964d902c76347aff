import assert from "node:assert/strict";
import { PayloadError } from "#lib/base/errors.ts";
import { decodeValue } from "#lib/objectapi/decode_value.ts";
import type { Int64Type } from "#lib/objectapi/descriptor.ts";
import { encodeValue } from "#lib/objectapi/encode_value.ts";
import { parseJson, stringifyJson } from "#lib/objectapi/json.ts";
import { defaultValue } from "#lib/objectapi/value.ts";

const LARGEST = "9223372036854775807";

function type(as?: Int64Type) {
  return { kind: "int64", ...(as && { as }) } as const;
}

/** Over the wire and back. */
function travel(as: Int64Type | undefined, value: unknown): unknown {
  const text = stringifyJson(encodeValue(type(as), value));
  return decodeValue(type(as), parseJson(new TextEncoder().encode(text), "t"));
}

Deno.test("an int64 as a bigint is one, small or large, and exact", () => {
  assert.equal(travel("bigint", 5n), 5n);
  assert.equal(travel("bigint", BigInt(LARGEST)), BigInt(LARGEST));
  assert.equal(defaultValue(type("bigint")), 0n);
});

Deno.test("an int64 as a text is exact, and a number on the wire", () => {
  assert.equal(travel("string", LARGEST), LARGEST);
  assert.equal(stringifyJson(encodeValue(type("string"), "-7")), "-7");
  assert.equal(defaultValue(type("string")), "0");
  assert.throws(() => encodeValue(type("string"), "7.5"), PayloadError);
});

Deno.test("an int64 as a number is refused where it would not be exact", () => {
  assert.equal(travel("number", 2 ** 53 - 1), 2 ** 53 - 1);
  assert.throws(
    () => decodeValue(type("number"), BigInt(LARGEST)),
    /int64, -9007199254740991 to 9007199254740991/,
  );
});

Deno.test("an int64 of no chosen type is a number, or a bigint where that is exact alone", () => {
  assert.equal(travel(undefined, 5), 5);
  assert.equal(travel(undefined, BigInt(LARGEST)), BigInt(LARGEST));
});

Deno.test("arrays and structs of int64 texts are numbers on the wire", () => {
  const struct = {
    kind: "struct",
    name: "S",
    fields: { all: { kind: "array", element: type("string") } },
  } as const;
  assert.equal(
    stringifyJson(encodeValue(struct, { all: ["1", LARGEST] })),
    `{"all":[1,${LARGEST}]}`,
  );
});
