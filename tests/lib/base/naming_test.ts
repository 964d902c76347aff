import assert from "node:assert/strict";
import {
  splitWords,
  toLowerCamelCase,
  toSnakeCase,
  toUpperCamelCase,
} from "#lib/base/naming.ts";
import {
  escapeReservedWord,
  isReservedWord,
  type NamePlace,
} from "#lib/idl/reserved_words.ts";
import { fc } from "../../property.ts";

/** name, snake, Camel, camel */
const TABLE: readonly (readonly [string, string, string, string])[] = [
  ["", "", "", ""],
  ["a", "a", "A", "a"],
  ["last", "last", "Last", "last"],
  ["Switch", "switch", "Switch", "switch"],
  ["justSaid", "just_said", "JustSaid", "justSaid"],
  ["just_said", "just_said", "JustSaid", "justSaid"],
  ["JUST_SAID", "just_said", "JustSaid", "justSaid"],
  ["just-said", "just_said", "JustSaid", "justSaid"],
  ["just said", "just_said", "JustSaid", "justSaid"],
  ["io.world", "io_world", "IoWorld", "ioWorld"],
  ["tb.ref_ifaces", "tb_ref_ifaces", "TbRefIfaces", "tbRefIfaces"],
  ["Nam_Es", "nam_es", "NamEs", "namEs"],
  ["Some_Poperty2", "some_poperty2", "SomePoperty2", "somePoperty2"],
  [
    "Enum_With_Under_scores",
    "enum_with_under_scores",
    "EnumWithUnderScores",
    "enumWithUnderScores",
  ],
  ["HTTPServer", "http_server", "HttpServer", "httpServer"],
  ["useHTTP", "use_http", "UseHttp", "useHttp"],
  ["aBC", "a_bc", "ABc", "aBc"],
  ["Vector3D", "vector3_d", "Vector3D", "vector3D"],
  [
    "StructArray2Interface",
    "struct_array2_interface",
    "StructArray2Interface",
    "structArray2Interface",
  ],
  ["foo1bar", "foo1bar", "Foo1bar", "foo1bar"],
  ["propFloat64", "prop_float64", "PropFloat64", "propFloat64"],
  ["SHA256Sum", "sha256_sum", "Sha256Sum", "sha256Sum"],
  ["__double__under", "double_under", "DoubleUnder", "doubleUnder"],
  ["class_", "class_", "Class_", "class_"],
];

for (const [name, snake, camel, lower] of TABLE) {
  Deno.test(`The name "${name}" becomes ${snake}, ${camel} and ${lower}`, () => {
    assert.equal(toSnakeCase(name), snake);
    assert.equal(toUpperCamelCase(name), camel);
    assert.equal(toLowerCamelCase(name), lower);
  });
}

const identifier = fc.stringMatching(/^[A-Za-z][0-9A-Za-z_]{0,20}$/);

Deno.test("A converted name is stable under its own conversion to snake case", () => {
  fc.assert(fc.property(identifier, (name) => {
    const snake = toSnakeCase(name);
    assert.equal(toSnakeCase(snake), snake);
  }));
});

Deno.test("Splitting a name loses nothing but separators", () => {
  fc.assert(fc.property(identifier, (name) => {
    assert.equal(splitWords(name).join(""), name.replaceAll("_", ""));
  }));
});

const RESERVED: readonly (readonly [string, NamePlace, boolean])[] = [
  ["class", "parameter", true],
  ["class", "type", true],
  ["class", "member", false],
  ["delete", "parameter", true],
  ["Promise", "type", true],
  ["Promise", "parameter", false],
  ["string", "type", true],
  ["then", "member", true],
  ["constructor", "member", true],
  ["Switch", "member", false],
  ["Message", "type", false],
];

for (const [name, place, reserved] of RESERVED) {
  Deno.test(`The name ${name} is ${reserved ? "" : "not "}reserved as ${place}`, () => {
    assert.equal(isReservedWord(name, place), reserved);
    const escaped = escapeReservedWord(name, place);
    assert.equal(escaped, reserved ? `${name}_` : name);
    assert.equal(isReservedWord(escaped, place), false);
  });
}
