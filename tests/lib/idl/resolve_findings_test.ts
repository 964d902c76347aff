import assert from "node:assert/strict";
import { checkSources } from "#lib/idl/check.ts";
import { DefinitionError } from "#lib/base/errors.ts";
import { requireModules } from "#lib/idl/check.ts";
import { checkIdl, outline, report } from "./files.ts";

interface Case {
  readonly says: string;
  readonly text: string;
  readonly finds: readonly string[];
}

const CASES: readonly Case[] = [
  {
    says: "A type that nobody defines",
    text: `module a
interface I { p: Nope o(x: Nope[]): Nope signal s(x: Nope) }
struct S { f: Nope }
`,
    finds: [
      "2:18 unknown_type interfaces.I.properties.p.type",
      "2:28 unknown_type interfaces.I.operations.o.params.x.type",
      "2:37 unknown_type interfaces.I.operations.o.return.type",
      "2:54 unknown_type interfaces.I.signals.s.params.x.type",
      "3:15 unknown_type structs.S.fields.f.type",
    ],
  },
  {
    says: "A type of a module that is not imported",
    text: "module a\nstruct S { f: b.T }\n",
    finds: ["2:15 missing_import structs.S.fields.f.type"],
  },
  {
    says: "An import that no file defines",
    text: "module a\nimport b.c\nstruct S { f: b.c.T }\n",
    finds: ["2:8 missing_import imports.b.c"],
  },
  {
    says: "A module that imports itself",
    text: "module a\nimport a\n",
    finds: ["2:8 import_cycle imports.a"],
  },
  {
    says: "A base that is missing, a struct, and the interface itself",
    text: `module a
interface I extends Nope {}
interface J extends S {}
interface K extends K {}
struct S {}
`,
    finds: [
      "2:21 unknown_type interfaces.I.extends.name",
      "3:21 type_use interfaces.J.extends.name",
      "4:21 extends_cycle interfaces.K.extends.name",
    ],
  },
  {
    says: "Interfaces that extend each other in a circle",
    text: `module a
interface I extends J { p: int }
interface J extends K { q: int }
interface K extends I { r: int }
interface L extends I { s: int }
`,
    finds: [
      "2:21 extends_cycle interfaces.I.extends.name",
      "3:21 extends_cycle interfaces.J.extends.name",
      "4:21 extends_cycle interfaces.K.extends.name",
    ],
  },
  {
    says: "Structs that hold each other without end",
    text: `module a
struct S { t: T }
struct T { list: S[] s: S }
struct U { list: U[] }
`,
    finds: [
      "2:12 struct_cycle structs.S.fields.t",
      "3:22 struct_cycle structs.T.fields.s",
    ],
  },
  {
    says: "Every name that appears twice",
    text: `module a
extern X
enum X { m, n, m }
struct S { f: int f: bool }
interface S {
  p: int
  p()
  signal p()
  o(x: int, x: bool)
}
`,
    finds: [
      "3:6 duplicate enums.X",
      "3:16 duplicate enums.X.members.m",
      "4:19 duplicate structs.S.fields.f",
      "5:11 duplicate interfaces.S",
      "7:3 duplicate interfaces.S.operations.p",
      "8:10 duplicate interfaces.S.signals.p",
      "9:13 duplicate interfaces.S.operations.o.params.x",
    ],
  },
  {
    says: "A member that a base has already",
    text: `module a
interface I { p: int }
interface J extends I { q: int }
interface K extends J { p() P: int }
`,
    finds: [
      "4:25 duplicate interfaces.K.operations.p",
      "4:29 case_clash interfaces.K.properties.P",
    ],
  },
  {
    says: "Names that differ in case, dots or underscores only",
    text: `module a
struct HTTPServer { fooBar: int foo_bar: int FooBar: int }
enum HttpServer { A_1, a1, b1, B1 }
interface I { o(class: int, class_: int) last: int signal Last() }
`,
    finds: [
      "2:8 case_clash structs.HTTPServer",
      "2:33 case_clash structs.HTTPServer.fields.foo_bar",
      "2:46 case_clash structs.HTTPServer.fields.FooBar",
      "3:24 case_clash enums.HttpServer.members.a1",
      "3:32 case_clash enums.HttpServer.members.B1",
      "4:17 reserved_word interfaces.I.operations.o.params.class",
      "4:29 case_clash interfaces.I.operations.o.params.class_",
      "4:59 case_clash interfaces.I.signals.Last",
    ],
  },
  {
    says: "A reserved word as type, parameter and member",
    text: `module a
struct Promise { class: int }
interface I { then() o(new: int) }
`,
    finds: [
      "2:8 reserved_word structs.Promise",
      "3:15 reserved_word interfaces.I.operations.then",
      "3:24 reserved_word interfaces.I.operations.o.params.new",
    ],
  },
  {
    says: "An interface as a type",
    text: "module a\ninterface I { other: I }\n",
    finds: ["2:22 interface_type interfaces.I.properties.other.type"],
  },
  {
    says: "An enum without members",
    text: "module a\nenum E {}\n",
    finds: ["2:6 empty_enum enums.E"],
  },
  {
    says: "Nothing, where an enum and a struct have members of one name,",
    text: "module a\nenum E { m }\nstruct S { m: E }\n",
    finds: [],
  },
];

for (const { says, text, finds } of CASES) {
  Deno.test(`${says} is found, with its place`, () => {
    assert.deepEqual(outline(checkIdl(text)), finds);
  });
}

Deno.test("An unknown type is answered with the nearest one", () => {
  assert.deepEqual(
    report(checkIdl("module a\nstruct Message { f: strin g: Mesage[] }\n")),
    [
      'a.idl:2:21: error: Cannot use type "strin": a defines no such type, ' +
      "expected a primitive type, or an extern, enum, struct or interface; " +
      'did you mean "string"? [structs.Message.fields.f.type] (unknown_type)',
      'a.idl:2:30: error: Cannot use type "Mesage": a defines no such type, ' +
      "expected a primitive type, or an extern, enum, struct or interface; " +
      'did you mean "Message"? [structs.Message.fields.g.type] (unknown_type)',
    ],
  );
});

Deno.test("A type of an imported module is answered with how to point at it", () => {
  const other = { file: "b.idl", text: "module b\nstruct T {}\n" };
  const expected = (file: string, text: string): (string | undefined)[] => {
    const { findings } = checkSources([{ file, text }, other]);
    return findings.map((finding) => finding.expected);
  };
  assert.deepEqual(
    expected("a.idl", "module a\nimport b\nstruct S { f: T }\n"),
    ["b.T"],
  );
  const yaml = `name: a
imports: [{ name: b }]
structs: [{ name: S, fields: [{ name: f, type: T }] }]
`;
  assert.deepEqual(expected("a.yaml", yaml), ['"import: b" beside it']);
});

Deno.test("Modules that import each other in a circle are sound, with a warning at each import", () => {
  const result = checkSources([
    { file: "a.idl", text: "module a\nimport b\n" },
    { file: "b.idl", text: "module b\nimport c\n" },
    { file: "c.idl", text: "module c\nimport a\nimport b\n" },
  ]);
  assert.deepEqual(
    result.findings.map(({ position, rule }) => `${position.file} ${rule}`),
    [
      "a.idl import_cycle",
      "b.idl import_cycle",
      "b.idl import_cycle",
      "c.idl import_cycle",
      "c.idl import_cycle",
    ],
  );
  assert.deepEqual(result.modules.map(({ name }) => name), ["a", "b", "c"]);
});

Deno.test("Two modules of one name, or of one name in code, are found", () => {
  const result = checkSources([
    { file: "a.idl", text: "module io.world\n" },
    { file: "b.idl", text: "module io.world\n" },
    { file: "c.idl", text: "module io_world\n" },
  ]);
  assert.deepEqual(outline(result), ["1:8 duplicate", "1:8 case_clash"]);
});

Deno.test("An import that asks for another version is a warning", () => {
  const result = checkSources([
    { file: "a.idl", text: "module a\nimport b 2.0\n" },
    { file: "b.yaml", text: 'name: b\nversion: "1.4.7"\n' },
    { file: "c.idl", text: "module c\nimport b 1.4\n" },
  ]);
  assert.deepEqual(outline(result), ["2:8 import_version imports.b"]);
  assert.equal(result.modules.length, 3);
});

Deno.test("Only modules without errors that need none with errors are handed out", () => {
  const result = checkSources([
    { file: "a.idl", text: "module a\nimport b\n" },
    { file: "b.idl", text: "module b\nimport c\n" },
    { file: "c.idl", text: "module c\nstruct S { f: nit }\n" },
    { file: "d.idl", text: "module d\nenum E {}\n" },
  ]);
  assert.deepEqual(result.modules.map(({ name }) => name), ["d"]);
});

Deno.test("A type that may stand in an unreadable part is not called unknown", () => {
  const result = checkSources([
    { file: "a.idl", text: "module a\nimport b\nstruct S { f: b.T g: b.U }\n" },
    { file: "b.idl", text: "module b\nstrct T {}\nstruct U { f: T }\n" },
  ]);
  assert.deepEqual(outline(result), ["2:1 syntax"]);
});

Deno.test("A mistake in a member hides no mistake in another one", () => {
  const text = "module a\nstruct S {\n  f int\n  g: nit\n}\nenum E { m m }\n";
  assert.deepEqual(outline(checkIdl(text)), [
    "3:5 syntax structs.S.fields.f",
    "4:6 unknown_type structs.S.fields.g.type",
    "6:12 duplicate enums.E.members.m",
  ]);
});

Deno.test("Requiring modules throws the first error as a DefinitionError", () => {
  const result = checkIdl("module a\nenum E {}\nstruct S { f: nit }\n");
  assert.throws(() => requireModules(result), (error) => {
    assert.ok(error instanceof DefinitionError);
    assert.equal(error.code, "definition");
    assert.deepEqual(error.position, {
      file: "a.idl",
      line: 3,
      column: 15,
      path: "structs.S.fields.f.type",
    });
    return true;
  });
  const sound = checkIdl("module a\nenum E {}\n");
  assert.equal(requireModules(sound), sound.modules);
});

Deno.test("Every element of a model has its position beside the model", () => {
  const { modules: [module], positions } = checkIdl(
    "module a\nextern X\nenum E { m }\nstruct S { f: X }\n" +
      "interface I { p: S o(x: E) signal s(y: E) }\n",
  );
  assert.ok(module);
  const [one] = module.interfaces;
  const elements = [
    module,
    module.externs[0],
    module.enums[0],
    module.enums[0]?.members[0],
    module.structs[0]?.fields[0],
    one,
    one?.properties[0],
    one?.operations[0]?.params[0],
    one?.signals[0]?.params[0],
  ];
  assert.deepEqual(
    elements.map((element) => element && positions.get(element)?.path),
    [
      "",
      "externs.X",
      "enums.E",
      "enums.E.members.m",
      "structs.S.fields.f",
      "interfaces.I",
      "interfaces.I.properties.p",
      "interfaces.I.operations.o.params.x",
      "interfaces.I.signals.s.params.y",
    ],
  );
});
