import assert from "node:assert/strict";
import { checkIdl, checkYaml, outline, report } from "./files.ts";

interface Case {
  readonly says: string;
  readonly text: string;
  readonly finds: readonly string[];
}

const CASES: readonly Case[] = [
  { says: "An empty file", text: "", finds: ["1:1 syntax"] },
  { says: "A missing module line", text: "struct S {}", finds: ["1:1 syntax"] },
  {
    says: "A module without a name",
    text: "module 1.0\n",
    finds: ["1:8 syntax"],
  },
  {
    says: "A version of three numbers",
    text: "module a 1.0.0\nstruct S {}\n",
    finds: ["1:10 long_version"],
  },
  {
    says: "A version of one number",
    text: "module a 1\nimport b 2\n",
    finds: ["1:10 syntax", "2:8 missing_import imports.b", "2:10 syntax"],
  },
  {
    says: "An import after a definition",
    text: "module a\nstruct S {}\nimport a\n",
    finds: ["3:1 syntax imports", "3:8 import_cycle imports.a"],
  },
  {
    says: "A misspelled keyword, and what follows it",
    text: "module a\nintreface I { p: int }\nstruct S { f: nit }\n",
    finds: ["2:1 syntax"],
  },
  {
    says: "Every mistake in a list of members",
    text: `module a
interface I {
  one
  two: string[][]
  three(int step): int
  readonly four()
  five(a: int, b string)
  signal six(): void
  string: string
  seven: int = 3
  eight: int,
  nine: [int]
  ten: int
}
`,
    finds: [
      "4:3 syntax interfaces.I.one",
      "4:16 syntax interfaces.I.properties.two.type",
      "5:9 syntax interfaces.I.operations.three.params",
      "6:16 syntax interfaces.I",
      "7:18 syntax interfaces.I.operations.five.params.b",
      "8:15 syntax interfaces.I.signals.six",
      "9:3 syntax interfaces.I",
      "10:14 syntax interfaces.I",
      "11:13 syntax interfaces.I",
      "12:9 syntax interfaces.I.properties.nine.type",
    ],
  },
  {
    says: "A block that is never closed",
    text: "module a\nstruct S {\n  f: int\nenum E { m }\n",
    finds: ["4:1 syntax structs.S"],
  },
  {
    says: "The end of the text in a block",
    text: "module a\nstruct S {\n  f: int\n",
    finds: ["4:1 syntax structs.S"],
  },
  {
    says: "A number in hexadecimal, a fraction and a text as enum values",
    text: 'module a\nenum E {\n  m = 0x10\n  n = 1.5\n  o = "p"\n  q = 3\n}\n',
    finds: [
      "3:7 syntax",
      "4:3 syntax enums.E.members.m.value",
      "4:7 syntax enums.E.members.n.value",
      "5:7 syntax",
      "6:3 syntax enums.E.members.o.value",
    ],
  },
  {
    says: "A comment in the manner of C",
    text: "module a /* why\n not */ struct S { f: int }\n",
    finds: ["1:10 syntax"],
  },
  {
    says: "Comments that describe nothing or the next element",
    text: `module a
struct S {
  f: int // of f
  g: int
  // of nothing
}
`,
    finds: ["3:10 stray_comment", "5:3 stray_comment structs.S"],
  },
  {
    says: "Free keys that are none",
    text: "module a\n@unit: [m\n@a b\nstruct S {}\n@\nstruct T {}\n",
    finds: [
      "3:1 syntax structs.S.meta",
      "5:1 syntax structs.T.meta",
    ],
  },
  {
    says: "Names with dots and leading underscores",
    text: "module a\nstruct _S { a.b: int }\n",
    finds: ["2:8 name structs._S", "2:13 name structs._S.fields.a.b"],
  },
  {
    says: "Dots side by side in the name of a module",
    text: "module a..b\n",
    finds: ["1:8 name"],
  },
  {
    says: "An enum value beyond 32 bits",
    text: "module a\nenum E { m = 2147483648, n = -2147483649 }\n",
    finds: [
      "2:14 enum_value enums.E.members.m.value",
      "2:30 enum_value enums.E.members.n.value",
    ],
  },
  {
    says: "The same number twice in an enum",
    text: "module a\nenum E { m, n = 1, o }\n",
    finds: ["2:20 enum_value enums.E.members.o"],
  },
];

for (const { says, text, finds } of CASES) {
  Deno.test(`${says} is found in IDL text, with its place`, () => {
    assert.deepEqual(outline(checkIdl(text)), finds);
  });
}

Deno.test("A type before a parameter's name is answered with how to turn it round", () => {
  const text = "module a\ninterface I { inc(int step) }\n";
  assert.deepEqual(report(checkIdl(text)), [
    'a.idl:2:19: error: Cannot read "int": a reserved word stands here, ' +
    'expected ")" or the name first, as in: name: int ' +
    "[interfaces.I.operations.inc.params] (syntax)",
  ]);
});

Deno.test("A misspelled keyword is answered with the nearest one", () => {
  assert.deepEqual(report(checkIdl("module a\nstruckt S {}\n")), [
    'a.idl:2:1: error: Cannot read "struckt": an identifier stands here, ' +
    "expected extern, interface, struct or enum; did you mean " +
    '"struct"? (syntax)',
  ]);
});

Deno.test("Separators are optional in IDL text", () => {
  const spaced = checkIdl(`module a 1.0;
extern X;
interface I { p: int; o(a: int b: X): int; signal s(); q: X[]; }
enum E { m = 1 n = 2 }
`);
  const dense = checkIdl(`module a extern X interface I{p:int o(a:int,b:X):int
signal s()q:X[]}enum E{m=+1,n=2,}`);
  assert.deepEqual(outline(spaced), []);
  assert.deepEqual(dense.modules, spaced.modules);
});

Deno.test("Notes before an element are its description and free keys in IDL text", () => {
  const { modules: [module], findings } = checkIdl(`# not a note
/// First line
@stored
//second line
@unit: { of: [m, s] }
# between
module a 1.0
enum E {
  // member
  m # after
}
`);
  assert.deepEqual(findings, []);
  assert.equal(module?.description, "First line\nsecond line");
  assert.deepEqual(module?.meta, { stored: true, unit: { of: ["m", "s"] } });
  assert.equal(module?.enums[0]?.members[0]?.description, "member");
});

Deno.test("A trailing comment describes the next element, as other tools have it", () => {
  const { modules: [module] } = checkIdl(
    "module a\nstruct S {\n  f: int // of g\n  g: int\n}\n",
  );
  const [struct] = module?.structs ?? [];
  assert.deepEqual(
    struct?.fields.map(({ description }) => description),
    ["", "of g"],
  );
});

Deno.test("Members of an enum without a number have a counter of their own in IDL text", () => {
  const { modules: [module], findings } = checkIdl(
    "module a\nenum E { m, n = 5, o }\nenum F { p = 0, q = 0 }\nenum G { r = -1 }",
  );
  assert.deepEqual(findings, []);
  assert.deepEqual(
    module?.enums.map(({ members }) => members.map(({ value }) => value)),
    [[0, 5, 1], [0, 1], [-1]],
  );
});

Deno.test("A version of three numbers is the same in both forms", () => {
  const { modules } = checkIdl("module a 1.0.2\n");
  assert.deepEqual(modules, checkYaml('name: a\nversion: "1.0.2"\n').modules);
});

Deno.test("An operation that returns void has no answer", () => {
  const { modules: [module] } = checkIdl(
    "module a\ninterface I { o(): void p() }\n",
  );
  assert.deepEqual(
    module?.interfaces[0]?.operations.map(({ returns }) => returns),
    [null, null],
  );
});

Deno.test("Places are right behind carriage returns and a byte order mark", () => {
  assert.deepEqual(
    outline(checkIdl("\uFEFFmodule a\r\nstruct S {\r\n  f: nit\r\n}\r\n")),
    ["3:6 unknown_type structs.S.fields.f.type"],
  );
});
