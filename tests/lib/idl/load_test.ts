import assert from "node:assert/strict";
import { loadModules, type LoadResult } from "#lib/idl/load.ts";
import { diskReader, memoryReader, MODULES, outline, report } from "./files.ts";

function names(result: LoadResult): string[] {
  return result.modules.map(({ name }) => name);
}

Deno.test("Imports are found beside the file that needs them, in any form", async () => {
  const result = await loadModules(
    ["x/a.idl"],
    memoryReader({
      "x/a.idl": "module a\nimport b\n",
      "x/some.module.yaml": "name: b\nimports: [{ name: c }]\n",
      "x/other.module.json": '{ "name": "c" }',
      "x/broken.module.yaml": "name: [",
      "x/unrelated.idl": "module unrelated\nstruct S { f: nit }\n",
    }),
  );
  assert.deepEqual(report(result), []);
  assert.deepEqual(names(result), ["a", "b", "c"]);
  assert.deepEqual(result.requested, ["a"]);
});

Deno.test("Of two neighbours that define a module the one in the importer's form is taken", async () => {
  const reader = memoryReader({
    "a.module.yaml": "name: a\nimports: [{ name: b }]\n",
    "b.idl": "module b\nstruct Idl {}\n",
    "b.module.yaml": "name: b\nstructs: [{ name: Yaml }]\n",
  });
  const { modules } = await loadModules(["a.module.yaml"], reader);
  assert.deepEqual(modules[1]?.structs.map(({ name }) => name), ["Yaml"]);
});

Deno.test("A given file goes before a neighbour", async () => {
  const reader = memoryReader({
    "a.idl": "module a\nimport b\n",
    "b.idl": "module b\nstruct Beside {}\n",
    "y/b.yaml": "name: b\nstructs: [{ name: Given }]\n",
  });
  const { modules } = await loadModules(["a.idl", "y/b.yaml"], reader);
  assert.deepEqual(modules[1]?.structs.map(({ name }) => name), ["Given"]);
});

Deno.test("Findings of an imported neighbour are reported with its file", async () => {
  const reader = memoryReader({
    "a.idl": "module a\nimport b\n",
    "b.idl": "module b\nstruct S { f: nit; g int }\n",
  });
  const result = await loadModules(["a.idl"], reader);
  assert.deepEqual(
    result.findings.map(({ position }) => position.file),
    ["b.idl", "b.idl"],
  );
  assert.deepEqual(names(result), []);
});

Deno.test("Without a way to list directories imports come from the given files", async () => {
  const { readFile } = memoryReader({
    "a.idl": "module a\nimport b\n",
    "b.idl": "module b\n",
  });
  const alone = await loadModules(["a.idl"], { readFile });
  assert.deepEqual(outline(alone), ["2:8 missing_import imports.b"]);
  const both = await loadModules(["a.idl", "b.idl"], { readFile });
  assert.deepEqual(report(both), []);
});

Deno.test("A file that is given twice counts once", async () => {
  const reader = memoryReader({ "a.idl": "module a\n" });
  const result = await loadModules(["a.idl", "./a.idl"], reader);
  assert.deepEqual(report(result), []);
  assert.deepEqual(names(result), ["a"]);
});

Deno.test("All definitions of a directory are loaded, and nothing else in it", async () => {
  const reader = memoryReader({
    "x/a.idl": "module a\n",
    "x/b.module.yml": "name: b\n",
    "x/package.json": "[]",
    "x/README.md": "",
  });
  assert.deepEqual(names(await loadModules(["x"], reader)), ["a", "b"]);
});

Deno.test("What cannot be read is a finding at its file", async () => {
  const reader = memoryReader({ "b.rules.yaml": "", "notes.txt": "" });
  const files = ["a.idl", "b.rules.yaml", "rules.yaml", "gone"];
  assert.deepEqual(report(await loadModules(files, reader)), [
    'a.idl:1:1: error: Cannot read "a.idl": no such file, expected a file ' +
    "that can be read (file_unreadable)",
    'b.rules.yaml:1:1: error: Cannot read "b.rules.yaml": its name does not ' +
    "say that it defines a module, expected a name like io.module.yaml, " +
    "io.module.json, io.idl or io.solution.yaml (file_kind)",
    'rules.yaml:1:1: error: Cannot read "rules.yaml": its name does not say ' +
    "that it defines a module, expected a name like io.module.yaml, " +
    "io.module.json, io.idl or io.solution.yaml (file_kind)",
    'gone:1:1: error: Cannot read "gone": no such directory, expected a file ' +
    "that can be read (file_unreadable)",
  ]);
});

Deno.test("A cancelled read is not wrapped", async () => {
  const cancelled = new DOMException("stop", "AbortError");
  await assert.rejects(
    loadModules(["a.idl"], { readFile: () => Promise.reject(cancelled) }),
    (error) => error === cancelled,
  );
});

Deno.test("A solution loads the modules of all its targets", async () => {
  const file = `${MODULES}/testbed.solution.yaml`;
  const result = await loadModules([file], diskReader);
  assert.deepEqual(
    result.findings.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.deepEqual(names(result), [
    "tb.simple",
    "counter",
    "custom_types",
    "extern_types",
    "bike.workshop",
  ]);
  const [solution] = result.solutions;
  assert.deepEqual(
    solution?.targets.map(({ inputs, ...target }) => ({
      ...target,
      inputs: inputs.map(({ value }) => value),
    })),
    [
      {
        name: "typescript",
        description: "Everything that goes over the wire.",
        meta: {},
        inputs: [
          `${MODULES}/tb.simple.module.yaml`,
          `${MODULES}/counter.module.yaml`,
          `${MODULES}/custom_types.module.yaml`,
          `${MODULES}/extern_types.module.yaml`,
        ],
        output: `${MODULES}/out/typescript`,
        template: "typescript",
        imports: [],
        features: ["api", "mqtt"],
        force: true,
        dryRun: false,
      },
      {
        name: "documentation",
        description: "",
        meta: {},
        inputs: [
          `${MODULES}/tb.simple.module.yaml`,
          `${MODULES}/bike.workshop.idl`,
        ],
        output: "tests/fixtures/out/pages",
        template: "pages",
        imports: [],
        features: ["all"],
        force: false,
        dryRun: true,
      },
    ],
  );
});

Deno.test("A target with a template for another language is a warning, and its modules are read", async () => {
  const target = (template: string) =>
    `schema: apigear.solution/1.0
targets:
  - { name: one, inputs: [a.idl], output: out, template: ${template} }
`;
  const load = (template: string) =>
    loadModules(
      ["s.solution.yaml"],
      memoryReader({
        "s.solution.yaml": target(template),
        "a.idl": "module a 1.0",
      }),
    );
  const { findings, modules } = await load("apigear-io/template-cpp14");
  assert.deepEqual(
    findings.map(({ message, severity }) => [severity, message]),
    [
      [
        "warning",
        'Cannot use template "apigear-io/template-cpp14": smartbike runs no templates, it writes TypeScript alone, expected "typescript", or ApiGear\'s own generator for this target',
      ],
    ],
  );
  assert.deepEqual(modules.map(({ name }) => name), ["a"]);
  assert.deepEqual((await load("typescript")).findings, []);
});

Deno.test("Mistakes in a solution are found with their place", async () => {
  const text = `name: s
version: 1
layers:
  - inputs: [gone.idl, 3]
    outptu: x
  - template: t
    features: all
    force: maybe
`;
  const result = await loadModules(
    ["a/b.solution.yaml"],
    memoryReader({ "a/b.solution.yaml": text }),
  );
  assert.deepEqual(outline(result), [
    "1:1 missing_key",
    "2:10 wrong_value version",
    "3:1 deprecated_key layers",
    "4:5 missing_key layers.0",
    "4:14 file_unreadable layers.0.inputs.0",
    "4:24 wrong_value layers.0.inputs.1",
    "5:5 unknown_key layers.0.outptu",
    "6:15 ignored_template layers.1.template",
    "7:15 wrong_value layers.1.features",
    "8:12 wrong_value layers.1.force",
  ]);
});

for (
  const [says, text] of [
    ["is empty", ""],
    ["is a list", "- a"],
    ["is broken", "a: ["],
    ["has another schema", "schema: apigear.module/1.0"],
  ] as const
) {
  Deno.test(`A solution that ${says} is one finding`, async () => {
    const result = await loadModules(
      ["b.solution.yaml"],
      memoryReader({ "b.solution.yaml": text }),
    );
    assert.equal(result.findings.length, 1);
    assert.equal(result.findings[0]?.severity, "error");
  });
}
