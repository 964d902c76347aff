import assert from "node:assert/strict";
import { PayloadError } from "#lib/base/errors.ts";
import { decodeArguments, decodeValue } from "#lib/objectapi/decode_value.ts";
import type { TypeDescriptor } from "#lib/objectapi/descriptor.ts";
import { encodeArguments, encodeValue } from "#lib/objectapi/encode_value.ts";
import { parseJson, stringifyJson } from "#lib/objectapi/json.ts";
import { defaultValue, equalValues } from "#lib/objectapi/value.ts";
import {
  everyTypeDescriptor,
  levelDescriptor,
  pointDescriptor,
} from "../../fixtures/test_bed.ts";
import { fc } from "../../property.ts";
import { safeJson } from "./safe_json.ts";

const types = Object.entries(everyTypeDescriptor.properties).map((
  [name, { type }],
) => ({ name, type }));

/** Values of a type. */
function valuesOf(type: TypeDescriptor): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "int":
    case "int32":
      return fc.integer();
    case "int64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => {
        const number = Number(n);
        return Number.isSafeInteger(number) ? number : n;
      });
    case "float":
    case "float32":
      return fc.float({ noNaN: true, noDefaultInfinity: true })
        .map((n) => n === 0 ? 0 : n);
    case "float64":
      return fc.double({ noNaN: true, noDefaultInfinity: true })
        .map((n) => n === 0 ? 0 : n);
    case "string":
      return fc.string({ unit: "grapheme" });
    case "bytes":
      return fc.uint8Array().map((bytes) => new Uint8Array(bytes));
    case "enum":
      return fc.constantFrom(...Object.values(type.members));
    case "array":
      return fc.array(valuesOf(type.element));
    case "struct":
      return fc.record(
        Object.fromEntries(
          Object.entries(type.fields).map(([name, field]) => [
            name,
            valuesOf(field),
          ]),
        ),
        { noNullPrototype: true },
      );
    case "any":
    case "extern":
      return safeJson();
  }
}

function roundTrip(type: TypeDescriptor, value: unknown): unknown {
  const text = stringifyJson(encodeValue(type, value));
  return decodeValue(type, parseJson(new TextEncoder().encode(text), ""));
}

for (const { name, type } of types) {
  Deno.test(`decodeValue gives back what encodeValue wrote of ${name}`, () => {
    fc.assert(fc.property(valuesOf(type), (value) => {
      assert.deepEqual(roundTrip(type, value), value);
      assert(equalValues(type, roundTrip(type, value), value));
    }));
  });

  Deno.test(`decodeValue gives back the default of ${name}`, () => {
    assert.deepEqual(roundTrip(type, defaultValue(type)), defaultValue(type));
  });

  Deno.test(`decodeValue throws nothing but PayloadError for ${name}`, () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => {
      try {
        decodeValue(type, json);
      } catch (error) {
        assert(error instanceof PayloadError);
      }
    }));
  });
}

const refused: readonly [TypeDescriptor, unknown][] = [
  [{ kind: "bool" }, 0],
  [{ kind: "bool" }, "true"],
  [{ kind: "int" }, 1.5],
  [{ kind: "int" }, 2 ** 31],
  [{ kind: "int32" }, -(2 ** 31) - 1],
  [{ kind: "int" }, "1"],
  [{ kind: "int" }, NaN],
  [{ kind: "int64" }, 2n ** 63n],
  [{ kind: "int64" }, 2 ** 63],
  [{ kind: "int64" }, "1"],
  [{ kind: "float" }, Infinity],
  [{ kind: "float64" }, NaN],
  [{ kind: "float64" }, "1"],
  [{ kind: "string" }, 1],
  [{ kind: "string" }, "\ud800"],
  [{ kind: "string" }, "a\udc00b"],
  [{ kind: "bytes" }, "?"],
  [{ kind: "bytes" }, [1]],
  [levelDescriptor, 3],
  [levelDescriptor, "none"],
  [levelDescriptor, "constructor"],
  [levelDescriptor, null],
  [pointDescriptor, []],
  [pointDescriptor, null],
  [{ kind: "array", element: { kind: "int" } }, { 0: 1, length: 1 }],
];

for (const [type, json] of refused) {
  const text = typeof json === "bigint" ? `${json}` : JSON.stringify(json);
  Deno.test(`decodeValue and encodeValue refuse ${text} as ${type.kind}`, () => {
    assert.throws(() => decodeValue(type, json), PayloadError);
    assert.throws(() => encodeValue(type, json), PayloadError);
  });
}

Deno.test("decodeValue names the path of the value at fault", () => {
  const type: TypeDescriptor = { kind: "array", element: pointDescriptor };
  assert.throws(
    () => decodeValue(type, [{}, { posX: "x" }], { path: "points" }),
    { path: "points[1].posX", received: '"x"' },
  );
});

Deno.test("decodeValue takes an enum's member by its name in any case", () => {
  assert.equal(decodeValue(levelDescriptor, "LOW"), 1);
  assert.equal(decodeValue(levelDescriptor, "low"), 1);
});

Deno.test("decodeValue prefers a field's own spelling to snake case", () => {
  const json = { "pos_x": 1, posX: 2 };
  assert.deepEqual(decodeValue(pointDescriptor, json), {
    posX: 2,
    label: "",
    level: 2,
  });
});

Deno.test("decodeValue does not take inherited fields", () => {
  const json = JSON.parse('{"__proto__":{"posX":7}}');
  assert.deepEqual(decodeValue(pointDescriptor, json), {
    posX: 0,
    label: "",
    level: 2,
  });
});

Deno.test("encodeValue refuses missing and unknown fields", () => {
  assert.throws(() => encodeValue(pointDescriptor, { posX: 1, label: "" }), {
    path: "level",
  });
  const value = { posX: 1, label: "", level: 0, color: "red" };
  assert.throws(() => encodeValue(pointDescriptor, value), { path: "color" });
});

Deno.test("decodeArguments gives missing arguments their defaults", () => {
  const params = [{ name: "a", type: levelDescriptor }];
  for (const json of [null, undefined, []]) {
    assert.deepEqual(decodeArguments(params, json), [2]);
  }
});

Deno.test("decodeArguments refuses what is no list, and a list too long", () => {
  const params = [{ name: "a", type: levelDescriptor }];
  for (const json of [{}, 1, "", [1, 1]]) {
    assert.throws(() => decodeArguments(params, json), PayloadError);
  }
});

Deno.test("encodeArguments refuses a missing argument", () => {
  const params = [{ name: "a", type: levelDescriptor }];
  assert.throws(() => encodeArguments(params, []), { path: "a" });
});

Deno.test("equalValues compares 32-bit floats as such", () => {
  assert(equalValues({ kind: "float32" }, 1.1, Math.fround(1.1)));
  assert(!equalValues({ kind: "float64" }, 1.1, Math.fround(1.1)));
});

Deno.test("equalValues compares structures and arrays all the way down", () => {
  const type: TypeDescriptor = { kind: "array", element: pointDescriptor };
  const point = { posX: 1, label: "a", level: 0 };
  assert(equalValues(type, [point], [{ ...point }]));
  assert(!equalValues(type, [point], [{ ...point, label: "b" }]));
  assert(!equalValues(type, [point], [point, point]));
});

Deno.test("decodeValue refuses numbers that no 32-bit float holds", () => {
  for (const kind of ["float", "float32"] as const) {
    assert.throws(() => decodeValue({ kind }, 1e39), /expected float/);
    assert.equal(decodeValue({ kind }, 3.4e38), 3.4e38);
  }
  assert.equal(decodeValue({ kind: "float64" }, 1e39), 1e39);
});
