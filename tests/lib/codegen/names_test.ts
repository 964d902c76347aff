import assert from "node:assert/strict";
import { nameMembers, nameParameters } from "#lib/codegen/member_names.ts";
import { memberName, nameModule, typeName } from "#lib/codegen/names.ts";
import { requireModules } from "#lib/idl/check.ts";
import type { Interface, Module } from "#lib/idl/model.ts";
import { checkIdl } from "../idl/files.ts";

function moduleOf(idl: string): Module {
  const [module] = requireModules(checkIdl(`module io.world 1.0 ${idl}`));
  assert.ok(module);
  return module;
}

function interfaceOf(members: string): Interface {
  const [found] = moduleOf(`interface I { ${members} }`).interfaces;
  assert.ok(found);
  return found;
}

/** definition, type, member */
const CASINGS: readonly (readonly [string, string, string])[] = [
  ["Message", "Message", "message"],
  ["message", "Message", "message"],
  ["HTTPServer", "HTTPServer", "httpServer"],
  ["Vector3D", "Vector3D", "vector3D"],
  ["Enum_With_Under_scores", "EnumWithUnderScores", "enumWithUnderScores"],
  ["SOME_POWER", "SomePower", "somePower"],
  ["propBool", "PropBool", "propBool"],
  ["then_", "Then_", "then_"],
];

for (const [name, type, member] of CASINGS) {
  Deno.test(`${name} becomes type ${type} and member ${member}`, () => {
    assert.equal(typeName(name), type);
    assert.equal(memberName(name), member);
  });
}

/** definition, what else the module defines, names of the type */
const TYPES: readonly (readonly [string, string, readonly string[]])[] = [
  ["Message", "", [
    "Message",
    "messageDescriptor",
    "isMessage",
    "defaultMessage",
  ]],
  ["Promise", "", [
    "Promise_",
    "promiseDescriptor",
    "isPromise",
    "defaultPromise",
  ]],
  ["AsyncDisposable", "", [
    "AsyncDisposable_",
    "asyncDisposableDescriptor",
    "isAsyncDisposable",
    "defaultAsyncDisposable",
  ]],
  ["class", "", ["Class", "classDescriptor", "isClass", "defaultClass"]],
  ["Hello", "struct HelloDescriptor { }", [
    "Hello",
    "helloDescriptor",
    "isHello",
    "defaultHello",
  ]],
  ["HelloClientAdapter", "interface Hello { }", [
    "HelloClientAdapter",
    "helloClientAdapterDescriptor",
    "isHelloClientAdapter",
    "defaultHelloClientAdapter",
  ]],
];

for (const [name, others, expected] of TYPES) {
  Deno.test(`struct ${name} beside "${others}" is called ${expected.join(", ")}`, () => {
    const names = nameModule(moduleOf(`struct ${name} { } ${others}`))
      .types.get(name);
    assert.deepEqual(
      [names?.type, names?.descriptor, names?.guard, names?.makeDefault],
      expected,
    );
  });
}

Deno.test("an interface gives its name to what is made of it", () => {
  const names = nameModule(moduleOf("interface Hello { }"));
  assert.equal(names.folder, "io_world");
  assert.equal(names.definition, "ioWorldDefinition");
  assert.deepEqual(names.interfaces.get("Hello"), {
    implementation: "Hello",
    contract: "IHello",
    members: "HelloMembers",
    descriptor: "helloDescriptor",
    clientAdapter: "HelloClientAdapter",
    serviceAdapter: "HelloServiceAdapter",
    variable: "hello",
    file: "hello",
  });
});

Deno.test("names of the definition come before names that are made", () => {
  const names = nameModule(moduleOf(
    "interface Hello { } struct IHello { } enum HelloMembers { a } struct HelloServiceAdapter { }",
  ));
  const hello = names.interfaces.get("Hello");
  assert.equal(names.types.get("IHello")?.type, "IHello");
  assert.equal(hello?.contract, "IHello_");
  assert.equal(hello?.members, "HelloMembers_");
  assert.equal(hello?.serviceAdapter, "HelloServiceAdapter_");
});

/** members in IDL text, their names in code */
const MEMBERS: readonly (readonly [string, readonly string[]])[] = [
  ["last: int", ["getLast", "setLast", "onLastChanged"]],
  ["readonly last: int", ["getLast", "updateLast", "onLastChanged"]],
  ["say()", ["say"]],
  ["signal justSaid()", ["onJustSaid"]],
  ["Switch: bool", ["getSwitch", "setSwitch", "onSwitchChanged"]],
  ["extern_vector: int", [
    "getExternVector",
    "setExternVector",
    "onExternVectorChanged",
  ]],
  ["x: int; signal xChanged()", [
    "getX",
    "setX",
    "onXChanged",
    "onXChanged_",
  ]],
  ["x: int; getX(): int; setX(x: int)", [
    "getX",
    "setX",
    "onXChanged",
    "getX_",
    "setX_",
  ]],
  ["onX(); signal x()", ["onX", "onX_"]],
  ["ready()", ["ready_"]],
  ["close()", ["close_"]],
  ["onReady()", ["onReady_"]],
  ["signal ready()", ["onReady_"]],
  ["ready: int", ["getReady", "setReady", "onReadyChanged"]],
  ["then()", ["then_"]],
  ["constructor()", ["constructor_"]],
  ["delete()", ["delete"]],
];

for (const [members, expected] of MEMBERS) {
  Deno.test(`members "${members}" are called ${expected.join(", ")}`, () => {
    const names = nameMembers([interfaceOf(members)]);
    assert.deepEqual([
      ...[...names.properties.values()].flatMap(({ get, set, changed }) => [
        get,
        set,
        changed,
      ]),
      ...names.operations.values(),
      ...names.signals.values(),
    ], expected);
  });
}

Deno.test("inherited members are called as they are in their base", () => {
  const base = interfaceOf("getX(): int");
  const own = interfaceOf("x: int");
  const names = nameMembers([base, own]);
  assert.equal(names.operations.get("getX"), "getX");
  assert.equal(names.properties.get("x")?.get, "getX_");
});

/** parameters in IDL text, their names in code */
const PARAMETERS: readonly (readonly [string, readonly string[]])[] = [
  ["msg: int, when: int", ["msg", "when"]],
  ["class: int, delete: int, this: int", ["class_", "delete_", "this_"]],
  ["SOME_PARAM: int, Some_Other: int", ["someParam", "someOther"]],
  ["arguments: int, await: int", ["arguments_", "await_"]],
];

for (const [params, expected] of PARAMETERS) {
  Deno.test(`parameters "${params}" are called ${expected.join(", ")}`, () => {
    const [operation] = interfaceOf(`o(${params})`).operations;
    assert.deepEqual(nameParameters(operation?.params ?? []), expected);
  });
}
