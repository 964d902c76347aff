import assert from "node:assert/strict";
import { describeInterfaces } from "#lib/codegen/descriptor.ts";
import {
  Client,
  type InterfaceDescriptor,
  RemoteObject,
  Service,
  SimulatedObject,
} from "#lib/objectapi/mod.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import { defaultValue, equalValues } from "#lib/objectapi/value.ts";
import { type BrokerKind, BROKERS } from "../../support/brokers.ts";
import { testWith } from "../../support/requires.ts";
import { loadTestbed } from "./testbed.ts";
import { sampleValue } from "./values.ts";

for (const kind of BROKERS) {
  testWith(
    kind.requires,
    `every member of every interface of the test-bed works over ${kind.name} without generating`,
    (t) => runTestbed(kind, t),
  );
}

async function runTestbed(kind: BrokerKind, t: Deno.TestContext) {
  const descriptors = describeInterfaces((await loadTestbed()).modules);
  await using broker = await kind.start();
  await using service = new Service("testbed-service");
  await using client = new Client("testbed-client");
  const pairs = descriptors.map((descriptor) => {
    const local = new SimulatedObject(descriptor, { echo: true });
    const served = local.serve(service);
    return { local, served, remote: new RemoteObject(client, descriptor) };
  });
  await service.connect(broker.url);
  await client.connect(broker.url);
  await Promise.all(
    pairs.flatMap(({ served, remote }) => [served.ready, remote.ready]),
  );
  for (const { local, remote } of pairs) {
    await t.step(qualifiedName(local.descriptor), async () => {
      await tryProperties(local, remote);
      await tryOperations(local, remote);
      await trySignals(local, remote);
    });
  }
  assert.deepEqual([service.counts, client.counts], [{}, {}]);
}

async function tryProperties(local: SimulatedObject, remote: RemoteObject) {
  for (const [name, property] of Object.entries(local.descriptor.properties)) {
    const { type, readonly } = property;
    const value = sampleValue(type);
    if (equalValues(type, value, defaultValue(type))) continue;
    const changed = remote.onPropertyChanged(name).next();
    if (readonly) local.set(name, value);
    else await remote.set(name, value);
    const [received] = await changed;
    assert.ok(equalValues(type, received, value), name);
    assert.ok(equalValues(type, local.get(name), value), name);
  }
}

async function tryOperations(local: SimulatedObject, remote: RemoteObject) {
  for (const [name, { params, returns }] of operationsOf(local.descriptor)) {
    const args = params.map(({ type }) => sampleValue(type));
    const expected = returns ? sampleValue(returns) : undefined;
    const echoed = await remote.call(name, args);
    if (returns && params[0]?.type.kind === returns.kind) {
      assert.ok(equalValues(returns, echoed, args[0]), name);
    }
    const { promise: called, resolve } = Promise.withResolvers<
      readonly unknown[]
    >();
    local.implement(name, (...got) => {
      resolve(got);
      return expected;
    });
    const result = await remote.call(name, args);
    for (const [index, got] of (await called).entries()) {
      const type = params[index]?.type ?? { kind: "any" };
      assert.ok(equalValues(type, got, args[index]), name);
    }
    assert.ok(returns ? equalValues(returns, result, expected) : true, name);
  }
}

function operationsOf({ operations }: InterfaceDescriptor) {
  return Object.entries(operations);
}

async function trySignals(local: SimulatedObject, remote: RemoteObject) {
  for (const [name, { params }] of Object.entries(local.descriptor.signals)) {
    const args = params.map(({ type }) => sampleValue(type));
    const received = remote.signal(name).next();
    local.emit(name, ...args);
    for (const [index, got] of (await received).entries()) {
      const type = params[index]?.type ?? { kind: "any" };
      assert.ok(equalValues(type, got, args[index]), name);
    }
  }
}
