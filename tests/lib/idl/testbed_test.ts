import assert from "node:assert/strict";
import { hasErrors } from "#lib/idl/finding.ts";
import { loadModules } from "#lib/idl/load.ts";
import { allMembers, type Module } from "#lib/idl/model.ts";
import { PRIMITIVE_NAMES } from "#lib/base/primitive_type.ts";
import { parseModules, stringifyModules } from "#lib/idl/definition_json.ts";
import { diskReader, MODULE_NAMES, MODULES, outline, report } from "./files.ts";

type Form = "module.yaml" | "idl";

async function load(name: string, form: Form): Promise<Module> {
  const file = `${MODULES}/${name}.${form}`;
  const result = await loadModules([file], diskReader);
  assert.equal(hasErrors(result.findings), false, report(result).join("\n"));
  const module = result.modules.find((one) => one.name === name);
  assert.ok(module);
  return module;
}

for (const name of MODULE_NAMES) {
  Deno.test(`The test-bed module ${name} resolves to equal models from YAML and from IDL text`, async () => {
    const fromYaml = await load(name, "module.yaml");
    const fromIdl = await load(name, "idl");
    assert.deepEqual(fromIdl, fromYaml);
    assert.deepEqual(JSON.stringify(fromIdl), JSON.stringify(fromYaml));
  });
}

Deno.test("All test-bed modules at once survive the way through JSON text", async () => {
  const files = MODULE_NAMES.map((name) => `${MODULES}/${name}.module.yaml`);
  const { modules } = await loadModules(files, diskReader);
  assert.equal(modules.length, MODULE_NAMES.length);
  assert.deepEqual(JSON.parse(JSON.stringify(modules)), modules);
  const text = stringifyModules(modules);
  assert.deepEqual(parseModules(text, "all.json").modules, modules);
});

Deno.test("The test bed has every primitive type as property, parameter, answer and list", async () => {
  const modules = await Promise.all(
    ["tb.simple", "bike.workshop"].map((name) => load(name, "idl")),
  );
  const interfaces = modules.flatMap((module) => module.interfaces);
  const types = {
    answer: interfaces.flatMap(({ operations }) =>
      operations.flatMap(({ returns }) =>
        returns === null ? [] : [returns.type]
      )
    ),
    property: interfaces.flatMap(({ properties }) =>
      properties.map(({ type }) => type)
    ),
    parameter: interfaces.flatMap(({ operations }) =>
      operations.flatMap(({ params }) => params.map(({ type }) => type))
    ),
    signal: interfaces.flatMap(({ signals }) =>
      signals.flatMap(({ params }) => params.map(({ type }) => type))
    ),
  };
  for (const [place, list] of Object.entries(types)) {
    const names = new Set(list.map(({ name }) => name));
    const missing = PRIMITIVE_NAMES.filter((name) => !names.has(name));
    assert.deepEqual(missing, [], place);
    assert.ok(list.some(({ array }) => array), place);
  }
});

Deno.test("The test bed has interfaces of one kind of member only and of none", async () => {
  const { interfaces } = await load("bike.workshop", "module.yaml");
  const shapes = interfaces.slice(3).map((one) => [
    one.name,
    one.properties.length,
    one.operations.length,
    one.signals.length,
  ]);
  assert.deepEqual(shapes, [
    ["Gauge", 2, 0, 0],
    ["Bell", 0, 1, 0],
    ["Horn", 0, 0, 2],
  ]);
  const empty = (await load("tb.empty", "idl")).interfaces[0];
  assert.ok(empty);
  assert.deepEqual(allMembers(empty), {
    properties: [],
    operations: [],
    signals: [],
  });
});

Deno.test("Members of three generations come in order, those of the root first", async () => {
  const { interfaces } = await load("bike.workshop", "idl");
  const recording = interfaces.find(({ name }) => name === "RecordingStand");
  assert.ok(recording);
  const { properties, operations, signals } = allMembers(recording);
  assert.deepEqual(
    properties.map(({ name }) => name),
    ["height", "loaded", "speed", "mode", "log", "labels", "frames"],
  );
  assert.deepEqual(
    operations.map(({ name }) => name),
    ["release", "moveTo", "export", "note", "frame"],
  );
  assert.deepEqual(
    signals.map(({ name }) => name),
    ["bumped", "stalled", "exported"],
  );
  assert.deepEqual(
    recording.properties.map(({ name }) => name),
    ["log", "labels", "frames"],
  );
  assert.deepEqual(recording.extends, {
    module: "bike.workshop",
    name: "PoweredStand",
  });
});

Deno.test("A base of another module gives its members too", async () => {
  const { interfaces } = await load("tb.ref_ifaces", "module.yaml");
  const extended = interfaces.find(({ name }) => name === "ExtendedEmptyIf");
  assert.deepEqual(extended?.extends, {
    module: "tb.ifaceimport",
    name: "EmptyIf",
  });
});

Deno.test("Imported types point at the module that defines them", async () => {
  const { interfaces } = await load("counter", "idl");
  assert.deepEqual(
    interfaces[0]?.properties.map(({ type }) => type),
    [
      {
        kind: "struct",
        module: "custom_types",
        name: "Vector3D",
        array: false,
      },
      {
        kind: "extern",
        module: "extern_types",
        name: "MyVector3D",
        array: false,
      },
      { kind: "struct", module: "custom_types", name: "Vector3D", array: true },
      {
        kind: "extern",
        module: "extern_types",
        name: "MyVector3D",
        array: true,
      },
    ],
  );
});

Deno.test("An extern knows what stands for it in TypeScript", async () => {
  const { externs } = await load("extern_types", "idl");
  assert.deepEqual(externs[0]?.typescript, {
    import: "./vector.ts",
    name: "Vector",
    default: "new Vector(0, 0, 0)",
  });
});

Deno.test("The same names in two modules stay apart", async () => {
  const files = ["tb.same1.idl", "tb.same2.module.yaml"];
  const result = await loadModules(
    files.map((file) => `${MODULES}/${file}`),
    diskReader,
  );
  assert.deepEqual(report(result), []);
  assert.deepEqual(
    result.modules.map(({ interfaces }) => interfaces[0]?.properties[0]?.type),
    ["tb.same1", "tb.same2"].map((module) => ({
      kind: "struct",
      module,
      name: "Struct1",
      array: false,
    })),
  );
});

Deno.test("Odd casings stay as they are", async () => {
  const [names] = (await load("tb.names", "idl")).interfaces;
  assert.equal(names?.name, "Nam_Es");
  assert.deepEqual(
    names?.properties.map(({ name }) => name),
    ["Switch", "SOME_PROPERTY", "Some_Poperty2", "enum_property"],
  );
});

Deno.test("The only findings of the test bed are warnings that it is meant to give", async () => {
  const files = MODULE_NAMES.map((name) => `${MODULES}/${name}.idl`);
  const result = await loadModules(files, diskReader);
  const rules = result.findings.map(({ rule }) => rule);
  assert.deepEqual([...new Set(rules)].sort(), [
    "empty_enum",
    "interface_type",
    "reserved_word",
  ]);
  const reserved = result.findings.filter(({ rule }) =>
    rule === "reserved_word"
  );
  assert.deepEqual(outline({ findings: reserved }), [
    "37:10 reserved_word interfaces.RecordingStand.operations.export.params.class",
    "37:25 reserved_word interfaces.RecordingStand.operations.export.params.delete",
  ]);
});

Deno.test("The hello-world module resolves without a finding and describes everything", async () => {
  const file = "adapters/io_world/helloworld.module.yaml";
  const result = await loadModules([file], diskReader);
  assert.deepEqual(report(result), []);
  const [module] = result.modules;
  assert.ok(module);
  const described = [
    module,
    ...module.structs.flatMap((one) => [one, ...one.fields]),
    ...module.enums.flatMap((one) => [one, ...one.members]),
    ...module.interfaces.flatMap((one) => [
      one,
      ...one.properties,
      ...one.operations.flatMap((call) => [call, ...call.params]),
      ...one.signals.flatMap((call) => [call, ...call.params]),
    ]),
  ];
  for (const { name, description } of described) {
    assert.notEqual(description, "", name);
  }
  const [say] = module.interfaces[0]?.operations ?? [];
  assert.deepEqual(say?.returns?.type, {
    kind: "primitive",
    name: "int",
    array: false,
  });
  assert.equal(module.version, "1.0.0");
});
