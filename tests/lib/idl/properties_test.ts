import assert from "node:assert/strict";
import { type CheckResult, checkSources } from "#lib/idl/check.ts";
import { parseModules, stringifyModules } from "#lib/idl/definition_json.ts";
import { DefinitionError } from "#lib/base/errors.ts";
import { hasErrors } from "#lib/idl/finding.ts";
import { loadModules } from "#lib/idl/load.ts";
import { fc } from "../../property.ts";
import { checkIdl, checkYaml, memoryReader, MODULES, report } from "./files.ts";
import {
  type RandomModule,
  randomModule,
  writeIdl,
  writeYaml,
} from "./random_module.ts";

/** Every finding must be a DefinitionError that points into the text. */
function assertPositioned(result: CheckResult, text: string): void {
  const lines = text.split(/\r\n|\r|\n/);
  for (const finding of result.findings) {
    assert.ok(finding instanceof DefinitionError);
    const { line, column } = finding.position;
    assert.ok(Number.isInteger(line) && Number.isInteger(column));
    assert.ok(line >= 1 && line <= lines.length, finding.message);
    assert.ok(column >= 1, finding.message);
    assert.ok(column <= (lines[line - 1] ?? "").length + 1, finding.message);
    assert.match(finding.message, /^Cannot [^]+ "[^]*": [^]+, expected [^]+$/);
    assert.doesNotMatch(finding.message, /\.$/);
  }
  if (result.modules.length === 0) assert.ok(hasErrors(result.findings));
}

const idlPiece = fc.constantFrom(
  ..."module import extern interface extends readonly signal struct enum".split(
    " ",
  ),
  ..."{ } ( ) [ ] [] : , ; = 1 1.0 -2 0x3 int string void any a.b Name _x"
    .split(
      " ",
    ),
  "\n",
  "// doc\n",
  "@tag\n",
  "@key: value\n",
  "# comment\n",
  "/* block",
  '"text',
  "é",
  "\u{1F6B2}",
);

const KEYS =
  ("schema name version description meta imports externs interfaces " +
    "structs enums properties operations signals params return fields members " +
    "value type import array readonly extends other").split(" ");

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    fc.constantFrom<unknown>("a", "int", "void", "b.c", "", 1, 1.5, true, null),
    fc.string(),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie("tree"), { maxKeys: 6 }),
  ),
}));

Deno.test("No text at all makes the readers throw, and all findings point into it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      assertPositioned(checkIdl(text), text);
      assertPositioned(checkYaml(text), text);
    }),
    { numRuns: 300 },
  );
});

Deno.test("No order of IDL tokens makes the parser throw, and all findings point into it", () => {
  const pieces = fc.array(idlPiece, { maxLength: 60, size: "max" });
  fc.assert(
    fc.property(pieces, fc.boolean(), (list, headed) => {
      const text = (headed ? "module a\n" : "") + list.join(" ");
      assertPositioned(checkIdl(text), text);
    }),
    { numRuns: 500 },
  );
});

Deno.test("No YAML tree makes the reader throw, and all findings point into it", () => {
  fc.assert(
    fc.property(tree, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assertPositioned(checkYaml(text), text);
      assertPositioned(parseModules(text, "x"), text);
    }),
    { numRuns: 500 },
  );
});

const FIXTURES = ["bike.workshop.idl", "bike.workshop.module.yaml"].map(
  (file) => ({ file, text: Deno.readTextFileSync(`${MODULES}/${file}`) }),
);

Deno.test("No change to a sound file makes the readers throw, and all findings point into it", () => {
  const junk = fc.oneof(
    idlPiece,
    fc.constantFrom(
      "- ",
      "  ",
      ": ",
      "*a ",
      "&a ",
      "!t ",
      "? ",
      "|",
      "'",
      "\t",
    ),
  );
  const change = fc.record({
    source: fc.constantFrom(...FIXTURES),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat(30),
    inserted: fc.array(junk, { maxLength: 3 }).map((list) => list.join("")),
  });
  fc.assert(
    fc.property(change, ({ source, at, removed, inserted }) => {
      const start = Math.floor(at * source.text.length);
      const text = source.text.slice(0, start) + inserted +
        source.text.slice(start + removed);
      assertPositioned(checkSources([{ file: source.file, text }]), text);
    }),
    { numRuns: 400 },
  );
});

Deno.test("Random modules resolve to equal models from both forms and from JSON text", () => {
  fc.assert(
    fc.property(randomModule, (module) => {
      const fromYaml = checkYaml(writeYaml(module));
      const fromIdl = checkIdl(writeIdl(module));
      for (const result of [fromYaml, fromIdl]) {
        assert.equal(hasErrors(result.findings), false, report(result).join());
      }
      assert.deepEqual(fromIdl.modules, fromYaml.modules);
      const again = parseModules(stringifyModules(fromIdl.modules), "x");
      assert.deepEqual(again.modules, fromIdl.modules);
    }),
    { numRuns: 150 },
  );
});

interface Breakage {
  readonly rule: string;
  readonly path: string;
  readonly apply: (module: RandomModule) => RandomModule;
}

/** Adds one thing that is wrong to the struct of a random module. */
function field(name: string, type: string): Breakage["apply"] {
  return (module) => ({
    ...module,
    structs: module.structs.map((struct) => ({
      ...struct,
      fields: [...struct.fields, { name, type }],
    })),
  });
}

function property(name: string): Breakage["apply"] {
  return (module) => ({
    ...module,
    interfaces: module.interfaces.map((one) => ({
      ...one,
      properties: [...one.properties, { name, type: "int" }],
    })),
  });
}

function base(name: string): Breakage["apply"] {
  return (module) => ({
    ...module,
    interfaces: module.interfaces.map((one) => ({ ...one, extends: { name } })),
  });
}

const BREAKAGES: readonly Breakage[] = [
  {
    rule: "unknown_type",
    path: "structs.Struct.fields.zz.type",
    apply: field("zz", "Nowhere"),
  },
  {
    rule: "type_use",
    path: "structs.Struct.fields.zz.type",
    apply: field("zz", "void"),
  },
  {
    rule: "missing_import",
    path: "structs.Struct.fields.zz.type",
    apply: field("zz", "no.where.Type"),
  },
  {
    rule: "struct_cycle",
    path: "structs.Struct.fields.zz",
    apply: field("zz", "Struct"),
  },
  {
    rule: "name",
    path: "structs.Struct.fields._zz",
    apply: field("_zz", "int"),
  },
  {
    rule: "duplicate",
    path: "interfaces.Derived.properties.zz",
    apply: property("zz"),
  },
  {
    rule: "extends_cycle",
    path: "interfaces.Base.extends.name",
    apply: base("Base"),
  },
  {
    rule: "unknown_type",
    path: "interfaces.Derived.extends.name",
    apply: base("Nowhere"),
  },
  {
    rule: "type_use",
    path: "interfaces.Derived.extends.name",
    apply: base("Struct"),
  },
  {
    rule: "duplicate",
    path: "structs.Enum",
    apply: (module) => ({
      ...module,
      structs: [...module.structs, { name: "Enum", fields: [] }],
    }),
  },
  {
    rule: "case_clash",
    path: "structs.ENUM",
    apply: (module) => ({
      ...module,
      structs: [...module.structs, { name: "ENUM", fields: [] }],
    }),
  },
  {
    rule: "enum_value",
    path: "enums.Twice.members.b",
    apply: (module) => ({
      ...module,
      enums: [...module.enums, {
        name: "Twice",
        members: [{ name: "a", value: 4 }, { name: "b", value: 4 }],
      }],
    }),
  },
];

Deno.test("Whatever is broken in a random module is found in both forms, at its path", () => {
  const breakage = fc.constantFrom(...BREAKAGES);
  fc.assert(
    fc.property(randomModule, breakage, (module, { rule, path, apply }) => {
      const broken = apply(module);
      const texts = [writeYaml(broken), writeIdl(broken)];
      const results = [checkYaml, checkIdl].map((check, index) =>
        check(texts[index] ?? "")
      );
      for (const [index, result] of results.entries()) {
        assertPositioned(result, texts[index] ?? "");
        assert.deepEqual(result.modules, []);
        const found = result.findings.some((finding) =>
          finding.rule === rule &&
          finding.position.path.replace(/\.value$/, "") === path
        );
        assert.ok(found, report(result).join("\n"));
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("No files make the loader reject", async () => {
  const name = fc.constantFrom(
    "a.idl",
    "b.module.yaml",
    "c.solution.yaml",
    "d.json",
    "x/e.idl",
    "x",
    "rules.yaml",
    "",
  );
  const files = fc.dictionary(
    name,
    fc.oneof(
      fc.array(idlPiece).map((list) => list.join(" ")),
      tree.map((value) => JSON.stringify(value)),
      fc.constantFrom("module a\nimport b", "name: b\nimports: [{ name: a }]"),
    ),
  );
  await fc.assert(
    fc.asyncProperty(files, fc.array(name), async (texts, given) => {
      const result = await loadModules(given, memoryReader(texts));
      for (const finding of result.findings) {
        assert.ok(finding instanceof DefinitionError);
        assert.ok(finding.position.line >= 1);
      }
    }),
    { numRuns: 200 },
  );
});
