import assert from "node:assert/strict";
import { checkSources } from "#lib/idl/check.ts";
import { checkYaml, outline, report } from "./files.ts";

interface Case {
  readonly says: string;
  readonly text: string;
  readonly finds: readonly string[];
}

const CASES: readonly Case[] = [
  { says: "An empty file", text: "", finds: ["1:1 wrong_value"] },
  { says: "A list", text: "- name: a\n", finds: ["1:1 wrong_value"] },
  {
    says: "A module without a name",
    text: "version: '1.0'\n",
    finds: ["1:1 missing_key"],
  },
  {
    says: "Another schema",
    text: "schema: apigear.module/2.0\nname: a\n",
    finds: ["1:9 schema schema"],
  },
  {
    says: "A version that is a number",
    text: "name: a\nversion: 1.0\n",
    finds: ["2:10 wrong_value version"],
  },
  {
    says: "A version with letters",
    text: "name: a\nversion: v1\n",
    finds: ["2:10 version version"],
  },
  {
    says: "An unknown key at each level",
    text: `name: a
enumz: []
interfaces:
  - name: I
    props: []
    operations:
      - { name: o, parms: [], return: { typ: int } }
structs:
  - name: S
    fields: [{ name: f, type: int, optional: true }]
enums:
  - { name: E, members: [{ name: m, number: 1 }] }
`,
    finds: [
      "2:1 unknown_key enumz",
      "5:5 unknown_key interfaces.I.props",
      "7:20 unknown_key interfaces.I.operations.o.parms",
      "7:39 missing_key interfaces.I.operations.o.return",
      "7:41 unknown_key interfaces.I.operations.o.return.typ",
      "10:36 unknown_key structs.S.fields.f.optional",
      "12:37 unknown_key enums.E.members.m.number",
    ],
  },
  {
    says: "Values of the wrong kind",
    text: `name: a
meta: [x]
imports: b
interfaces:
  - I
  - name: J
    properties:
      - { name: p, type: 3 }
      - { name: q, type: int, readonly: yes }
    operations:
      - { name: o, return: int }
enums:
  - { name: E, members: [{ name: m, value: one }, { name: n, value: 1.5 }] }
structs:
`,
    finds: [
      "2:7 wrong_value meta",
      "3:10 wrong_value imports",
      "5:5 wrong_value interfaces.0",
      "8:26 wrong_value interfaces.J.properties.p.type",
      "9:41 wrong_value interfaces.J.properties.q.readonly",
      "11:28 wrong_value interfaces.J.operations.o.return",
      "13:44 wrong_value enums.E.members.m.value",
      "13:69 wrong_value enums.E.members.n.value",
      "14:9 wrong_value structs",
    ],
  },
  {
    says: "Elements without a name or type",
    text: `name: a
interfaces:
  - properties: [{ name: p }, { type: int }]
    signals: [{}]
`,
    finds: [
      "3:5 missing_key interfaces.0",
      "3:18 missing_key interfaces.0.properties.p",
      "3:31 missing_key interfaces.0.properties.1",
      "4:15 missing_key interfaces.0.signals.0",
    ],
  },
  {
    says: "A key that appears twice",
    text: "name: a\nname: b\n",
    finds: ["2:1 syntax"],
  },
  {
    says: "A quote that is never closed",
    text: 'name: "a\n',
    finds: ["2:1 syntax"],
  },
  {
    says: "Several documents in one file",
    text: "name: a\n---\nname: b\n",
    finds: ["2:1 syntax"],
  },
  {
    says: "An alias that holds itself",
    text: "name: a\nmeta: &m\n  again: *m\n",
    finds: ["3:10 syntax"],
  },
  {
    says: "An alias without an anchor",
    text: "name: a\nmeta: *m\n",
    finds: ["2:7 syntax"],
  },
  {
    says: "Keys that say nothing",
    text: `name: a
interfaces:
  - name: I
    signals:
      - name: s
        params: [{ name: p, type: int, readonly: true }]
        return: { type: int }
`,
    finds: [
      "6:40 ignored_key interfaces.I.signals.s.params.p.readonly",
      "7:9 ignored_key interfaces.I.signals.s.return",
    ],
  },
  {
    says: "A list in the name of a type",
    text:
      "name: a\nstructs: [{ name: S, fields: [{ name: f, type: 'int[]' }] }]\n",
    finds: ["2:48 unknown_type structs.S.fields.f.type"],
  },
  {
    says: "Void where a value is needed",
    text: `name: a
interfaces:
  - name: I
    properties: [{ name: p, type: void }]
    operations: [{ name: o, return: { type: void, array: true } }]
`,
    finds: [
      "4:35 type_use interfaces.I.properties.p.type",
      "5:45 type_use interfaces.I.operations.o.return.type",
    ],
  },
  {
    says: "A negative number of an enum member",
    text: "name: a\nenums: [{ name: E, members: [{ name: m, value: -1 }] }]\n",
    finds: ["2:48 negative_enum_value enums.E.members.m.value"],
  },
  {
    says: "Numbered and other members of an enum side by side",
    text: `name: a
enums:
  - name: E
    members: [{ name: m }, { name: n, value: 5 }, { name: o }]
`,
    finds: ["4:59 enum_value enums.E.members.o"],
  },
  {
    says: "Keys of an extern that TypeScript does not know",
    text: `name: a
externs:
  - name: X
    meta: { ts.imprt: m, ts.default: 3, py.import: x, ts.name: "a b" }
`,
    finds: [
      "3:11 extern_meta externs.X.meta.ts.imprt",
      "3:11 extern_meta externs.X.meta.ts.name",
      "3:11 extern_meta externs.X.meta.ts.default",
    ],
  },
];

for (const { says, text, finds } of CASES) {
  Deno.test(`${says} is found in YAML, with its place`, () => {
    assert.deepEqual(outline(checkYaml(text)), finds);
  });
}

Deno.test("A version that is a number is answered with how to quote it", () => {
  assert.deepEqual(report(checkYaml("name: a\nversion: 1.10\n")), [
    'a.yaml:2:10: error: Cannot read "version": it is the number 1.10, ' +
    'expected text: version: "1.10" [version] (wrong_value)',
  ]);
});

Deno.test("A mistyped key is answered with the nearest one", () => {
  assert.deepEqual(report(checkYaml("name: a\nintrefaces: []\n")), [
    'a.yaml:2:1: error: Cannot use key "intrefaces": it is unknown here, ' +
    "expected one of schema, name, version, description, meta, imports, " +
    'externs, interfaces, structs, enums; did you mean "interfaces"? ' +
    "[intrefaces] (unknown_key)",
  ]);
});

Deno.test("JSON is read like YAML, tabs and all", () => {
  const text = '{\n\t"name": "a",\n\t"structs": [{"name": "S"}]\n}\n';
  const { modules, findings } = checkYaml(text);
  assert.deepEqual(findings, []);
  assert.deepEqual(modules[0]?.structs.map(({ name }) => name), ["S"]);
});

Deno.test("Anchors and aliases are followed", () => {
  const text = `name: a
structs:
  - name: S
    fields: &both [{ name: x, type: int }, { name: y, type: int }]
  - { name: T, fields: *both }
`;
  const { modules } = checkYaml(text);
  assert.deepEqual(
    modules[0]?.structs.map(({ fields }) => fields.map(({ name }) => name)),
    [["x", "y"], ["x", "y"]],
  );
});

Deno.test("Aliases that would fill the memory are refused", () => {
  const lines = ["name: a", "meta:", "  l0: &l0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 12; level++) {
    const aliases = Array(9).fill(`*l${level - 1}`).join(", ");
    lines.push(`  l${level}: &l${level} [${aliases}]`);
  }
  const rules = checkYaml(lines.join("\n")).findings.map(({ rule }) => rule);
  assert.deepEqual(rules, ["syntax"]);
});

Deno.test("Text that is nested without end is one finding", () => {
  const text = `name: a\nmeta: ${"[".repeat(50_000)}`;
  const { findings } = checkYaml(text);
  assert.equal(findings[0]?.rule, "syntax");
});

Deno.test("A dotted type name is the same as an import beside it", () => {
  const head = "name: a\nimports: [{ name: b.c }]\nstructs:\n";
  const field = (rest: string): string =>
    `${head}  - { name: S, fields: [{ name: f, ${rest} }] }\n`;
  const dotted = checkYaml(field("type: b.c.T"));
  const beside = checkYaml(field("type: T, import: b.c"));
  assert.deepEqual(outline(dotted), outline(beside));
  assert.deepEqual(outline(dotted), ["2:19 missing_import imports.b.c"]);
});

Deno.test("Descriptions and free keys of every element are kept", () => {
  const text = `name: a
description: " module "
meta: { deep: { list: [1, null, true, .inf] }, __proto__: x }
interfaces:
  - name: I
    description: interface
    operations:
      - name: o
        return: { type: int, description: answer, meta: { unit: s } }
        params: [{ name: p, type: int, description: parameter }]
`;
  const { modules: [module] } = checkYaml(text);
  assert.equal(module?.description, "module");
  assert.equal(
    JSON.stringify(module?.meta),
    '{"deep":{"list":[1,null,true,".inf"]},"__proto__":"x"}',
  );
  const operation = module?.interfaces[0]?.operations[0];
  assert.equal(operation?.params[0]?.description, "parameter");
  assert.deepEqual(operation?.returns, {
    type: { kind: "primitive", name: "int", array: false },
    description: "answer",
    meta: { unit: "s" },
  });
});

Deno.test("A number with a zero before it, which other tools read as octal, is refused", () => {
  const text =
    "name: a\nenums: [{ name: E, members: [{ name: m, value: 010 }] }]\n";
  const [finding] = checkSources([{ file: "a.yaml", text }]).findings;
  assert.equal(finding?.rule, "wrong_value");
  assert.match(finding?.message ?? "", /without zeros before it/);
});
