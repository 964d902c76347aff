import assert from "node:assert/strict";
import {
  describeValue,
  parseValue,
  stringifyValue,
} from "#lib/cli/client/value_text.ts";
import { UsageError } from "#lib/base/errors.ts";
import type { TypeDescriptor } from "#lib/objectapi/mod.ts";

const mode: TypeDescriptor = {
  kind: "enum",
  name: "Mode",
  members: { Off: 0, Erg: 10, Sim: -2 },
};
const ride: TypeDescriptor = {
  kind: "struct",
  name: "Ride",
  fields: { title: { kind: "string" }, mode },
};
const texts: TypeDescriptor = { kind: "array", element: { kind: "string" } };

/** Type, argument, value. */
const VALUES: readonly (readonly [TypeDescriptor, string, unknown])[] = [
  [{ kind: "string" }, "hello", "hello"],
  [{ kind: "string" }, '"hello"', "hello"],
  [{ kind: "string" }, '"half', '"half'],
  [{ kind: "string" }, '"a" and "b"', '"a" and "b"'],
  [{ kind: "string" }, "5", "5"],
  [{ kind: "string" }, "true", "true"],
  [{ kind: "string" }, '{"a":1}', '{"a":1}'],
  [{ kind: "string" }, "", ""],
  [{ kind: "string" }, "-v", "-v"],
  [{ kind: "int" }, "7", 7],
  [{ kind: "int" }, "-3", -3],
  [{ kind: "int" }, "1.0", 1],
  [{ kind: "int64" }, "9007199254740993", 9007199254740993n],
  [{ kind: "float" }, "-0.5", -0.5],
  [{ kind: "float" }, "1e3", 1000],
  [{ kind: "bool" }, "true", true],
  [{ kind: "bytes" }, "AQI=", new Uint8Array([1, 2])],
  [{ kind: "any" }, "null", null],
  [{ kind: "any" }, '{"a":[1]}', { a: [1] }],
  [mode, "Erg", 10],
  [mode, "erg", 10],
  [mode, '"Erg"', 10],
  [mode, "10", 10],
  [mode, "-2", -2],
  [ride, '{"title":"x","mode":"Sim"}', { title: "x", mode: -2 }],
  [texts, '["a","b"]', ["a", "b"]],
];

Deno.test("parseValue reads JSON, and text, bytes and enum members without quotes", () => {
  for (const [type, text, expected] of VALUES) {
    const value = parseValue({ name: "v", type }, text, "set");
    assert.deepEqual(value, expected, `${type.kind} ${text}`);
  }
});

/** Type, argument, what the message must hold. */
const MISTAKES: readonly (readonly [TypeDescriptor, string, RegExp])[] = [
  [{ kind: "int" }, "seven", /got seven for v, expected int as JSON$/],
  [{ kind: "int" }, "1.5", /got 1.5 for v, expected int, -2147483648 to/],
  [{ kind: "int" }, "2147483648", /got 2147483648 for v/],
  [{ kind: "int" }, "", /got nothing for v/],
  [{ kind: "int64" }, "9223372036854775808", /got 9223372036854775808/],
  [{ kind: "float" }, '"1"', /got "1" for v, expected float/],
  [{ kind: "bool" }, "yes", /got yes for v, expected bool as JSON/],
  [{ kind: "bool" }, "1", /got 1 for v, expected bool/],
  [{ kind: "bytes" }, "!", /expected base64 text/],
  [{ kind: "any" }, "hello", /got hello for v, expected any as JSON/],
  [mode, "Turbo", /got "Turbo" for v, expected Mode: Off \(0\), Erg \(10\)/],
  [mode, "3", /got 3 for v, expected Mode/],
  [ride, "{", /got \{ for v, expected Ride as JSON/],
  [ride, "[]", /got \[\] for v, expected an object of Ride/],
  [ride, '{"title":"x"}', /got nothing for v.mode, expected a value/],
  [ride, '{"title":1,"mode":0}', /got 1 for v.title, expected string/],
  [
    ride,
    '{"title":"","mode":0,"x":1}',
    /got 1 for v.x, expected no such field/,
  ],
  [texts, '["a",1]', /got 1 for v\[1\], expected string/],
];

Deno.test("parseValue says what it got, where, and what was expected", () => {
  for (const [type, text, message] of MISTAKES) {
    assert.throws(
      () => parseValue({ name: "v", type }, text, 'set "v"'),
      (error) => {
        assert.ok(error instanceof UsageError, `${type.kind} ${text}`);
        assert.match(error.message, /^Cannot set "v": /);
        assert.match(error.message, message);
        return true;
      },
    );
  }
});

Deno.test("describeValue names enum members, stringifyValue numbers them, and parseValue takes both", () => {
  const value = { title: "x", mode: 10 };
  assert.equal(describeValue(ride, value), '{"title":"x","mode":"Erg"}');
  assert.equal(stringifyValue(ride, value), '{"title":"x","mode":10}');
  for (const [type, , value] of VALUES) {
    for (const write of [describeValue, stringifyValue]) {
      const text = write(type, value);
      const again = parseValue({ name: "v", type }, text, "set");
      assert.deepEqual(again, value, text);
    }
  }
});

Deno.test("describeValue leaves a number that is no member as it is", () => {
  assert.equal(
    describeValue({ kind: "array", element: { kind: "int" } }, [10]),
    "[10]",
  );
});
