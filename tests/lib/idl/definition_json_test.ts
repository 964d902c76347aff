import assert from "node:assert/strict";
import {
  encodeModule,
  parseModules,
  stringifyModules,
} from "#lib/idl/definition_json.ts";
import { checkSources } from "#lib/idl/check.ts";
import { findDefinition } from "#lib/idl/model.ts";
import { checkIdl, outline, report } from "./files.ts";

Deno.test("A resolved module is written as a module definition with all its numbers", () => {
  const { modules: [module] } = checkIdl(
    "// Lamps\nmodule a 1.2\nenum E { off, on }\n" +
      "interface I { readonly e: E[] o(x: int): E signal s() }\n",
  );
  assert.ok(module);
  assert.deepEqual(encodeModule(module), {
    schema: "apigear.module/1.0",
    name: "a",
    version: "1.2",
    description: "Lamps",
    interfaces: [{
      name: "I",
      properties: [{ name: "e", type: "E", array: true, readonly: true }],
      operations: [{
        name: "o",
        params: [{ name: "x", type: "int" }],
        return: { type: "E" },
      }],
      signals: [{ name: "s" }],
    }],
    enums: [{
      name: "E",
      members: [{ name: "off", value: 0 }, { name: "on", value: 1 }],
    }],
  });
});

Deno.test("Bases, imports and notes survive the way through JSON text", () => {
  const { modules } = checkSources([
    {
      file: "a.idl",
      text: "module a\nimport b\ninterface I extends b.J { p: b.T[] }\n" +
        "// what\n@why: { deep: [1] }\nenum E { m = -3, n = 4 }\n",
    },
    {
      file: "b.idl",
      text: "module b\n@ts.name: X\nextern T\ninterface J { q: any }\n",
    },
  ]);
  const again = parseModules(stringifyModules(modules), "wire.json");
  assert.deepEqual(again.modules, modules);
  assert.equal(stringifyModules(again.modules), stringifyModules(modules));
});

Deno.test("A single module definition is read as well", () => {
  const { modules, findings } = parseModules('{ "name": "a" }', "a.json");
  assert.deepEqual(findings, []);
  assert.equal(modules[0]?.name, "a");
});

Deno.test("Foreign JSON text is answered with findings", () => {
  assert.deepEqual(outline(parseModules("", "x")), ["1:1 wrong_value"]);
  assert.deepEqual(outline(parseModules("3", "x")), ["1:1 wrong_value"]);
  assert.deepEqual(
    outline(parseModules(
      '{ "schema": "smartbike.modules/1.0", "modules": {}, "x": 1 }',
      "x",
    )),
    ["1:49 wrong_value modules", "1:53 unknown_key x"],
  );
  const text = stringifyModules(checkIdl("module a\nstruct S {}\n").modules);
  assert.deepEqual(
    report(parseModules(text.replace('"S"', '"1S"'), "x")).length,
    1,
  );
});

Deno.test("A definition is found by the use of its type", () => {
  const { modules } = checkIdl(
    "module a\nstruct S { f: E g: int }\nenum E { m }\n",
  );
  const [struct] = modules[0]?.structs ?? [];
  const [f, g] = struct?.fields ?? [];
  assert.ok(f && g);
  assert.equal(findDefinition(f.type, modules), modules[0]?.enums[0]);
  assert.equal(findDefinition(g.type, modules), undefined);
  assert.equal(findDefinition(f.type, []), undefined);
});
