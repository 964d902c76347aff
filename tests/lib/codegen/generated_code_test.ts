import assert from "node:assert/strict";
import { generateFiles, generateLoaded } from "#lib/codegen/generate.ts";
import { DEFAULT_RUNTIME, MARKER } from "#lib/codegen/source_file.ts";
import { checkSources, requireModules } from "#lib/idl/check.ts";
import { loadModules } from "#lib/idl/load.ts";
import { fc } from "../../property.ts";
import { checkIdl, diskReader } from "../idl/files.ts";
import { randomModule, writeYaml } from "../idl/random_module.ts";
import { GeneratedFolder, RUNTIME } from "./generated_folder.ts";
import { HOSTILE_IDL } from "./hostile_module.ts";
import { loadTestbed } from "./testbed.ts";
import { LONG_IDL, WIDTH_IDL } from "./width_module.ts";

/** How many random modules are generated. */
const RANDOM_MODULES = 12;

const FORMAT_IGNORED = "// deno-fmt-ignore-file";

Deno.test("generated code pleases Deno's own tools", async (t) => {
  await using folder = await GeneratedFolder.create();
  await folder.add(await loadTestbed(), "testbed");
  await folder.add(checkIdl(HOSTILE_IDL), "hostile");
  await folder.add(checkIdl(LONG_IDL), "long");
  await folder.add(checkIdl(HOSTILE_IDL), "package", DEFAULT_RUNTIME);
  for (const [index, module] of randomModules().entries()) {
    const text = writeYaml(module);
    const checked = checkSources([{ file: "random.module.yaml", text }]);
    requireModules(checked);
    await folder.add(checked, `random${index}`);
  }
  await t.step("it type-checks under the strict options", async () => {
    assert.equal(await folder.complaints("check", "--no-lock"), "");
  });
  await folder.add(checkIdl(WIDTH_IDL), "width");
  await t.step("it is formatted", async () => {
    assert.equal(await folder.complaints("fmt", "--check"), "");
  });
  await t.step("it is lint-clean", async () => {
    assert.equal(await folder.complaints("lint"), "");
  });
});

function randomModules() {
  return fc.sample(randomModule, { numRuns: RANDOM_MODULES, seed: 20_240_229 });
}

Deno.test("code with names of any usual length is formatted without exception", () => {
  for (const { path, text } of generateFiles(checkIdl(WIDTH_IDL).modules)) {
    assert.ok(!text.includes(FORMAT_IGNORED), path);
  }
});

Deno.test("code with names that fill lines is left alone by the formatter", () => {
  const files = generateFiles(checkIdl(LONG_IDL).modules);
  assert.ok(files.some(({ text }) => text.includes(FORMAT_IGNORED)));
});

Deno.test("equal modules give equal text", async () => {
  const [first, second] = await Promise.all([loadTestbed(), loadTestbed()]);
  assert.deepEqual(generateLoaded(first), generateLoaded(second));
});

Deno.test("YAML and IDL text give the same code but for the name of the input", () => {
  const texts = {
    yaml: `{ "name": "a", "interfaces": [{ "name": "B" }] }`,
    idl: "module a 1.0 interface B { }",
  };
  const [yaml, idl] = Object.entries(texts).map(([form, text]) => {
    const files = generateLoaded(checkSources([{ file: `in.${form}`, text }]));
    return files.map((one) => one.text.replace(`in.${form}`, ""));
  });
  assert.deepEqual(yaml, idl);
});

Deno.test("generated files say so in their first line, starters do not", async () => {
  for (const { kind, path, text } of generateLoaded(await loadTestbed())) {
    const isMarked = text.startsWith(`${MARKER} `);
    assert.equal(isMarked, kind === "generated", path);
    assert.equal(path.endsWith(".gen.ts"), kind === "generated", path);
    if (isMarked) {
      assert.match(text, /^.* from \S+\.module\.yaml; DO NOT EDIT\.\n/);
    }
  }
});

Deno.test("the runtime is imported from wherever the option says", () => {
  const { modules } = checkIdl("module a 1.0 interface B { c: int }");
  const runtimes = ["@smartbike/smartbike", "jsr:@smartbike/smartbike@1"];
  for (const runtime of runtimes) {
    const files = generateFiles(modules, { runtime });
    const api = files.find(({ path }) => path === "a/api.gen.ts");
    assert.ok(api?.text.includes(`} from "${runtime}";`));
  }
  assert.deepEqual(
    generateFiles(modules),
    generateFiles(modules, { runtime: "@smartbike/smartbike" }),
  );
});

Deno.test("descriptions and units of the definition become doc comments", async () => {
  const files = generateLoaded(await loadTestbed());
  const api = files.find(({ path }) => path === "bike_workshop/api.gen.ts");
  assert.ok(
    api?.text.includes(
      `  /**
   * How high the bicycle hangs, in metres.
   *
   * (unit: m, digits: 2)
   */
  getHeight(): number;
`,
    ),
  );
});

Deno.test("the project's own adapters are what the generator makes of their definition", async () => {
  const loaded = await loadModules(
    [
      "adapters/io_world/helloworld.module.yaml",
      "adapters/smartbike/smartbike.module.yaml",
    ],
    diskReader,
  );
  for (const file of generateLoaded(loaded, { runtime: RUNTIME })) {
    if (file.kind === "starter") continue;
    const text = await Deno.readTextFile(`adapters/${file.path}`);
    assert.equal(text, file.text, file.path);
  }
});
