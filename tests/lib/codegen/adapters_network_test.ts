import assert from "node:assert/strict";
import { describeInterfaces } from "#lib/codegen/descriptor.ts";
import { type MemberNames, nameMembers } from "#lib/codegen/member_names.ts";
import { type InterfaceNames, nameModule } from "#lib/codegen/names.ts";
import type { Interface, Members, Module } from "#lib/idl/model.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import {
  Client,
  type InterfaceDescriptor,
  Service,
  type TypeDescriptor,
} from "#lib/objectapi/mod.ts";
import { defaultValue, equalValues } from "#lib/objectapi/value.ts";
import { type BrokerKind, BROKERS } from "../../support/brokers.ts";
import { testWith } from "../../support/requires.ts";
import { GeneratedFolder } from "./generated_folder.ts";
import { loadTestbed } from "./testbed.ts";
import { sampleValue } from "./values.ts";

/** A local object of generated code, its adapter and what a client sees of it. */
interface Objects {
  readonly local: object;
  readonly served: object;
  readonly remote: object;
}

for (const kind of BROKERS) {
  testWith(
    kind.requires,
    `generated adapters and starters of the test-bed work over ${kind.name}`,
    (t) => runAdapters(kind, t),
  );
}

async function runAdapters(kind: BrokerKind, t: Deno.TestContext) {
  const loaded = await loadTestbed();
  const descriptors = describeInterfaces(loaded.modules, {
    int64: "bigint",
  });
  await using folder = await GeneratedFolder.create();
  await folder.add(loaded);
  await using broker = await kind.start();
  await using service = new Service("adapters-service");
  await using client = new Client("adapters-client");
  const tries: (() => Promise<unknown>)[] = [];
  for (const module of loaded.modules) {
    const { folder: name, interfaces } = nameModule(module);
    const path = `file://${folder.path}/generated/${name}/mod.gen.ts`;
    const code: Readonly<Record<string, unknown>> = await import(path);
    for (const one of module.interfaces) {
      const descriptor = descriptors.find((made) =>
        made.module === module.name && made.name === one.name
      );
      const names = interfaces.get(one.name);
      assert.ok(names && descriptor);
      const objects = makeObjects(code, names, service, client);
      const members = nameMembers(lineOf(one, loaded.modules));
      tries.push(() =>
        t.step(`${module.name}.${one.name}`, async () => {
          await Reflect.get(objects.served, "ready");
          await Reflect.get(objects.remote, "ready");
          await tryProperties(descriptor, members, objects);
          await tryOperations(descriptor, members, objects);
          await trySignals(descriptor, members, objects);
        })
      );
    }
  }
  await service.connect(broker.url);
  await client.connect(broker.url);
  for (const run of tries) await run();
  assert.deepEqual([service.counts, client.counts], [{}, {}]);
}

function lineOf(
  one: Interface,
  modules: readonly Module[],
): readonly Members[] {
  const base = one.extends;
  const found = modules.find(({ name }) => name === base?.module)
    ?.interfaces.find(({ name }) => name === base?.name);
  return found ? [...lineOf(found, modules), one] : [one];
}

function makeObjects(
  code: Readonly<Record<string, unknown>>,
  names: InterfaceNames,
  service: Service,
  client: Client,
): Objects {
  const local = construct(code[names.implementation], []);
  return {
    local,
    served: construct(code[names.serviceAdapter], [local, service]),
    remote: construct(code[names.clientAdapter], [client]),
  };
}

function construct(constructor: unknown, args: readonly unknown[]): object {
  assert.ok(typeof constructor === "function");
  return Reflect.construct(constructor, args);
}

function call(object: object, name = "", ...args: readonly unknown[]): unknown {
  const method = Reflect.get(object, name);
  assert.ok(typeof method === "function", name);
  return Reflect.apply(method, object, args);
}

async function nextOf(
  object: object,
  name = "",
): Promise<readonly unknown[]> {
  const args = await call(Reflect.get(object, name), "next");
  assert.ok(Array.isArray(args), name);
  return args;
}

function assertSame(
  type: TypeDescriptor,
  a: unknown,
  b: unknown,
  name: string,
) {
  const isExternDefault = type.kind === "extern" && a !== b;
  assert.ok(isExternDefault || equalValues(type, a, b), name);
}

async function tryProperties(
  { properties }: InterfaceDescriptor,
  members: MemberNames,
  { local, remote }: Objects,
) {
  for (const [name, { type, readonly }] of Object.entries(properties)) {
    const names = members.properties.get(name);
    const value = sampleValue(type);
    if (equalValues(type, value, defaultValue(type))) continue;
    const changed = nextOf(remote, names?.changed);
    if (readonly) call(local, names?.set, value);
    else await call(remote, names?.set, value);
    assertSame(type, (await changed)[0], value, name);
    assertSame(type, call(remote, names?.get), value, name);
    assertSame(type, call(local, names?.get), value, name);
  }
}

async function tryOperations(
  { operations }: InterfaceDescriptor,
  members: MemberNames,
  { remote }: Objects,
) {
  for (const [name, { params, returns }] of Object.entries(operations)) {
    const args = params.map(({ type }) => sampleValue(type));
    const result = await call(remote, members.operations.get(name), ...args);
    if (returns === undefined) assert.equal(result, undefined);
    else if (!name.startsWith("increment")) {
      assertSame(returns, result, defaultValue(returns), name);
    }
  }
}

async function trySignals(
  { signals }: InterfaceDescriptor,
  members: MemberNames,
  { local, remote }: Objects,
) {
  for (const [name, { params }] of Object.entries(signals)) {
    const event = members.signals.get(name) ?? "";
    const args = params.map(({ type }) => sampleValue(type));
    const received = nextOf(remote, event);
    const hook = Reflect.get(local, event);
    assert.ok(hook instanceof EventHook);
    hook.fire(...args);
    for (const [index, got] of (await received).entries()) {
      const type = params[index]?.type ?? { kind: "any" };
      assertSame(type, got, args[index], name);
    }
  }
}
