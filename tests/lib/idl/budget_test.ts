import assert from "node:assert/strict";
import { checkSources } from "#lib/idl/check.ts";
import { readYaml } from "#lib/base/yaml_reader.ts";

function rules(file: string, text: string): readonly string[] {
  const { findings } = checkSources([{ file, text }]);
  return [...new Set(findings.map(({ rule }) => rule))];
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

for (
  const [what, text] of [
    ["4 MiB of text", `name: ${"x".repeat(4 * 1024 * 1024)}`],
    ["brackets without end", "[".repeat(300_000)],
    ["more parts than fit", lines(250_000, () => "- a")],
  ] as const
) {
  Deno.test(`YAML with ${what} is refused before it is read`, () => {
    const { root, problems } = readYaml(text);
    assert.equal(root, null);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? "", /may have \d+$/);
  });
}

Deno.test("forty thousand unknown keys are a thousand findings and one that says so", () => {
  const text = `name: a\n${lines(40_000, (index) => `k${index}: 1`)}\n`;
  const { findings, modules } = checkSources([{ file: "a.yaml", text }]);
  assert.equal(findings.length, 1001);
  assert.equal(findings.filter(({ rule }) => rule === "too_many").length, 1);
  assert.deepEqual(modules, []);
});

Deno.test("a file of a thousand warnings and one error does not count as sound", () => {
  const text = `module a 1.0\n${
    lines(1100, (index) => `struct S${index} { f: int };`)
  }\nstruct T { f: Missing }\n`;
  const result = checkSources([{ file: "a.idl", text }]);
  assert.deepEqual(result.modules, []);
});

Deno.test("twenty thousand aliases are followed", () => {
  const text = `name: &a a\nmeta:\n${
    lines(20_000, (index) => `  k${index}: *a`)
  }\n`;
  assert.deepEqual(rules("a.yaml", text), []);
});

Deno.test("an alias means the last anchor before it, also where the name is used again", () => {
  const { root } = readYaml("- &a 1\n- *a\n- &a 2\n- *a\n");
  assert(root?.kind === "list");
  assert.deepEqual(
    root.items.map((item) => item.kind === "scalar" && item.value),
    [1, 1, 2, 2],
  );
});

Deno.test("IDL with more words than any module needs is refused", () => {
  const text = `module a 1.0\n${lines(130_000, () => "x y")}`;
  assert.deepEqual(rules("a.idl", text), ["syntax"]);
});

Deno.test("a name of a hundred thousand letters gets no suggestion", () => {
  const long = "x".repeat(100_000);
  const text = `module a 1.0\nstruct ${long} { f: ${long}y }\n`;
  assert.deepEqual(rules("a.idl", text), ["unknown_type"]);
});
