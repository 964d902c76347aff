import assert from "node:assert/strict";
import { describeInterfaces } from "#lib/codegen/descriptor.ts";
import { encodeModule, stringifyModules } from "#lib/idl/definition_json.ts";
import { decodeValue } from "#lib/objectapi/decode_value.ts";
import type { TypeDescriptor } from "#lib/objectapi/mod.ts";
import { encodeDefinitions } from "#lib/objectapi/module_definition.ts";
import { encodeValue } from "#lib/objectapi/encode_value.ts";
import { parseJson, stringifyJson } from "#lib/objectapi/json.ts";
import { defaultValue, equalValues } from "#lib/objectapi/value.ts";
import { isValue } from "#lib/objectapi/value_check.ts";
import { fc } from "../../property.ts";
import { checkIdl } from "../idl/files.ts";
import { GeneratedFolder } from "./generated_folder.ts";
import { loadTestbed } from "./testbed.ts";
import { randomValue, sampleValue } from "./values.ts";

/** Every type that members of the test-bed have. */
async function testbedTypes(): Promise<ReadonlyMap<string, TypeDescriptor>> {
  const types = new Map<string, TypeDescriptor>();
  for (const one of describeInterfaces((await loadTestbed()).modules)) {
    const at = `${one.module}.${one.name}`;
    for (const [name, { type }] of Object.entries(one.properties)) {
      types.set(`${at}.${name}`, type);
    }
    for (const [name, { params, returns }] of Object.entries(one.operations)) {
      for (const param of params) {
        types.set(`${at}.${name}(${param.name})`, param.type);
      }
      if (returns) types.set(`${at}.${name}()`, returns);
    }
  }
  return types;
}

async function importModule(
  folder: GeneratedFolder,
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  return await import(`file://${folder.path}/generated/${path}`);
}

Deno.test("descriptors made without generating equal those of generated code", async () => {
  const loaded = await loadTestbed();
  await using folder = await GeneratedFolder.create();
  await folder.add(loaded);
  for (
    const made of describeInterfaces(loaded.modules, {
      int64: "bigint",
    })
  ) {
    const path = `${made.module.replaceAll(".", "_")}/api.gen.ts`;
    const generated = Object.values(await importModule(folder, path)).find((
      one,
    ) =>
      typeof one === "object" && one !== null && "operations" in one &&
      "name" in one && one.name === made.name
    );
    assert.deepEqual(withoutDefaults(generated), withoutDefaults(made));
  }
});

/** Only generated code can hold the default of an extern; it is null elsewhere. */
function withoutDefaults(
  value: unknown,
  above: readonly unknown[] = [],
): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) return "circle";
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === "default" ? null : withoutDefaults(one, [...above, value]),
    ]),
  );
}

Deno.test("definitions in generated code are those of the modules", async () => {
  const loaded = await loadTestbed();
  await using folder = await GeneratedFolder.create();
  await folder.add(loaded);
  for (const module of loaded.modules) {
    const path = `${module.name.replaceAll(".", "_")}/definition.gen.ts`;
    const [definition] = Object.values(await importModule(folder, path));
    assert.ok(typeof definition === "object" && definition !== null);
    assert.ok("document" in definition);
    assert.deepEqual(definition.document, encodeModule(module));
  }
});

Deno.test("definitions that a service publishes are written as lib/idl writes them", () => {
  const { modules } = checkIdl("module a 1.0 struct S { x: int }");
  const definitions = modules.map((module) => ({
    document: { schema: "", name: "", ...Object(encodeModule(module)) },
  }));
  assert.equal(
    JSON.stringify(encodeDefinitions(definitions)),
    stringifyModules(modules),
  );
});

Deno.test("a struct that holds a list of itself can be described", () => {
  const { modules } = checkIdl(
    "module a 1.0 struct Node { next: Node[] } interface Tree { root: Node }",
  );
  const [tree] = describeInterfaces(modules);
  const type = tree?.properties["root"]?.type;
  assert.ok(type);
  assert.deepEqual(defaultValue(type), { next: [] });
  const value = { next: [{ next: [] }, { next: [{ next: [] }] }] };
  assert.deepEqual(decodeValue(type, encodeValue(type, value)), value);
});

Deno.test("an enum without members is described as an int", () => {
  const { modules } = checkIdl(
    "module a 1.0 enum Empty { } interface I { e: Empty }",
  );
  const [one] = describeInterfaces(modules);
  assert.deepEqual(one?.properties["e"]?.type, { kind: "int" });
});

Deno.test("the default of every type of the test-bed is valid", async () => {
  for (const [name, type] of await testbedTypes()) {
    assert.ok(isValue(type, defaultValue(type)), name);
    assert.ok(isValue(type, sampleValue(type)), name);
  }
});

Deno.test("random values of every type of the test-bed survive the wire", async () => {
  for (const [name, type] of await testbedTypes()) {
    fc.assert(
      fc.property(randomValue(type), (value) => {
        const payload = new TextEncoder().encode(
          stringifyJson(encodeValue(type, value)),
        );
        const decoded = decodeValue(type, parseJson(payload, name));
        assert.ok(equalValues(type, decoded, value), name);
        assert.ok(isValue(type, decoded), name);
      }),
      { numRuns: 20 },
    );
  }
});
