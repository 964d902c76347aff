import assert from "node:assert/strict";
import style from "./style.ts";

/** What the plugin says of a text. */
const findings = (text: string, fileName = "lib/a.ts") =>
  Deno.lint.runPlugin(style, fileName, text)
    .map(({ id, message }) => `${id}: ${message}`);

/** A text of so many lines inside a function. */
const long = (lines: number) => "x;\n".repeat(lines - 2);

Deno.test("typed-errors reports a thrown plain Error", () => {
  assert.deepEqual(findings(`throw new Error("Cannot do it");`), [
    "smartbike/typed-errors: Throw a class from lib/base/errors.ts, not plain Error",
  ]);
});

Deno.test("typed-errors leaves other classes alone", () => {
  assert.deepEqual(findings(`throw new RangeError("Cannot do it");`), []);
});

Deno.test("error-message reports a final period", () => {
  assert.deepEqual(findings(`throw new RangeError("Cannot do it.");`), [
    "smartbike/error-message: Error message ends with a period",
  ]);
});

const ENDS = "smartbike/error-message: Error message ends with a period";
const BEGINS =
  "smartbike/error-message: Error message does not begin with Cannot";

/** Ways to make an error, and what is said of each. */
const MESSAGES: readonly (readonly [string, readonly string[]])[] = [
  ['throw new UsageError("Cannot do it", "a");', []],
  ['const e = new UsageError("It is wrong", "a");', [BEGINS]],
  ['return new ConfigError("Cannot do it.", {});', [ENDS]],
  ["reject(new ConfigError(`Cannot use ${a}.`, {}));", [ENDS]],
  ["reject(new ConfigError(`${a} is wrong`, {}));", []],
  ["reject(new ConfigError(`No ${a}`, {}));", [BEGINS]],
  ['f(new ConfigError("Cannot " + "do it.", {}));', [ENDS]],
  ['f(new ConfigError("No " + a, {}));', [BEGINS]],
  ['f(new ConfigError(a ? "Cannot do it" : "No.", {}));', [ENDS, BEGINS]],
  ['f(new RangeError("port must be positive"));', []],
  ["f(new ConfigError(text, {}));", []],
  ['const text = "Cannot do it."; f(new ConfigError(text, {}));', [ENDS]],
  ["const text = `No ${a}`; f(new ConfigError(text, {}));", [BEGINS]],
  ['f(new Map("a."));', []],
];

for (const [text, expected] of MESSAGES) {
  Deno.test(`error-message of ${text} finds ${expected.length}`, () => {
    const wrapped = text.startsWith("return") ? `() => { ${text} }` : text;
    assert.deepEqual(findings(wrapped), expected);
  });
}

Deno.test("error-message asks nothing of how a test's own error begins", () => {
  const text = 'f(new ConfigError("gone", {}));';
  assert.deepEqual(findings(text, "tests/a_test.ts"), []);
});

Deno.test("own-folder reports an own file that is imported as another folder's", () => {
  const text = 'import { b } from "#lib/b.ts";';
  assert.deepEqual(findings(text), [
    "smartbike/own-folder: Import the own folder by ./",
  ]);
  assert.deepEqual(findings(text, "lib/a/a.ts"), []);
  assert.deepEqual(findings(text, "tests/lib/a_test.ts"), []);
});

Deno.test("module-comment wants a module's comment right above imports, and apart from code", () => {
  const comment = "/**\n * It.\n *\n * @module\n */\n";
  const found = (rest: string) => findings(comment + rest).length;
  assert.equal(found('import "./b.ts";\n'), 0);
  assert.equal(found('\nimport "./b.ts";\n'), 1);
  assert.equal(found("\nconst b = 1;\n"), 0);
  assert.equal(found("const b = 1;\n"), 1);
});

Deno.test("returns-tag reports @return, and takes @returns", () => {
  const comment = (tag: string) => `/**\n * It.\n * @${tag} A value.\n */\n`;
  assert.deepEqual(findings(comment("return")), [
    "smartbike/returns-tag: Write @returns, not @return",
  ]);
  assert.deepEqual(findings(comment("returns")), []);
});

for (
  const [kind, head] of [
    ["a function", "function f() {\n"],
    ["a method", "class A { f() {\n"],
    ["an arrow function", "const f = () => {\n"],
  ] as const
) {
  const tail = kind === "a method" ? "} }" : "}";

  Deno.test(`function-length reports ${kind} of 61 lines`, () => {
    assert.deepEqual(findings(`${head}${long(61)}${tail}`), [
      "smartbike/function-length: Function takes 61 lines, at most 60 may",
    ]);
  });

  Deno.test(`function-length takes ${kind} of 60 lines`, () => {
    assert.deepEqual(findings(`${head}${long(60)}${tail}`), []);
  });
}

Deno.test("function-length takes any function in a generated file", () => {
  const text = `function f() {\n${long(99)}}`;
  assert.deepEqual(findings(text, "adapters/a/api.gen.ts"), []);
});
