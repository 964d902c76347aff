import assert from "node:assert/strict";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { decodeArguments, decodeValue } from "#lib/objectapi/decode_value.ts";
import {
  findTooWide,
  hasTooManyNames,
} from "#lib/objectapi/definition_budget.ts";
import type { TypeDescriptor } from "#lib/objectapi/mod.ts";
import { discover, SimulatedObject } from "#lib/objectapi/mod.ts";
import { payloadLimit } from "#lib/objectapi/payload_limit.ts";
import { Inbox } from "../../support/inbox.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";
import { LAMP, LampBench } from "./lamp.ts";

const requires = { programs: ["mosquitto"] };
const INHERITED = Object.getOwnPropertyNames(Object.prototype);

testWith(
  requires,
  "a request of 16 MB is refused unread, and its caller learns so",
  async () => {
    await using broker = await Mosquitto.start();
    await using bench = new LampBench(broker.url);
    const service = await bench.serve();
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url);
    const inbox = new Inbox();
    const responseTopic = "demo/Lamp/rpc/dim/large/result";
    await endpoint.subscribe(responseTopic, inbox.handler).ready;
    const payload = `[${"1,".repeat(8_000_000)}1234567890123456]`;
    await endpoint.publish("demo/Lamp/rpc/dim", payload, {
      properties: {
        responseTopic,
        correlationData: new TextEncoder().encode("0123456789abcdef"),
      },
    });
    const [reply] = await within("the reply", inbox.received(1));
    const { userProperties } = reply?.properties ?? {};
    assert.equal(userProperties?.["apigear-error-code"], "payload");
    assert.match(
      String(userProperties?.["apigear-error-message"]),
      /16000018 bytes, expected at most 65536/,
    );
    assert.deepEqual(bench.dimmed, []);
    assert.equal(service.counts["payload"], 1);
  },
);

Deno.test("payloadLimit is 64 KiB unless a type holds texts, arrays or any JSON", () => {
  const struct = (field: TypeDescriptor): TypeDescriptor => ({
    kind: "struct",
    name: "S",
    fields: { inner: { kind: "struct", name: "T", fields: { field } } },
  });
  for (const kind of ["int", "int64", "float64", "bool"] as const) {
    assert.equal(payloadLimit([{ kind }, struct({ kind })], 1e6), 65_536);
  }
  for (const kind of ["string", "bytes", "any"] as const) {
    assert.equal(payloadLimit([struct({ kind })], 1e6), 1e6);
  }
  const list = { kind: "array", element: { kind: "int" } } as const;
  assert.equal(payloadLimit([undefined, struct(list)], 1e6), 1e6);
  assert.equal(payloadLimit([{ kind: "int" }], 100), 100);
});

for (const name of INHERITED) {
  Deno.test(`a field, a property and an operation may be named ${name}`, async () => {
    const type: TypeDescriptor = {
      kind: "struct",
      name: "S",
      fields: Object.fromEntries([[name, { kind: "int" }]]),
    };
    const value = decodeValue(type, JSON.parse(`{"${name}":7}`));
    assert.deepEqual(Object.entries(Object(value)), [[name, 7]]);
    assert.deepEqual(Object.entries(Object(decodeValue(type, {}))), [[
      name,
      0,
    ]]);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.deepEqual(decodeArguments([{ name, type }], [value]), [value]);
    const int = { kind: "int" } as const;
    const object = new SimulatedObject({
      module: "demo",
      name: "Odd",
      properties: Object.fromEntries([[name, { type: int }]]),
      operations: Object.fromEntries([[name, { params: [], returns: int }]]),
      signals: {},
    });
    object.set(name, 5);
    assert.equal(object.get(name), 5);
    await using bench = new LampBench("mqtt://127.0.0.1:1");
    assert.throws(() => bench.lamp.get(name), RangeError);
  });
}

testWith(
  requires,
  "a client refuses to call what every object inherits",
  async () => {
    await using broker = await Mosquitto.start();
    await using bench = new LampBench(broker.url);
    const remote = await bench.use();
    for (const name of INHERITED) {
      await assert.rejects(remote.call(name, []), TypeError);
      assert.throws(() => remote.get(name), TypeError);
    }
  },
);

Deno.test("a struct without fields is also null, wherever it stands", () => {
  const empty: TypeDescriptor = { kind: "struct", name: "Empty", fields: {} };
  assert.deepEqual(decodeValue(empty, null), {});
  assert.deepEqual(decodeValue({ kind: "array", element: empty }, [null]), [
    {},
  ]);
  const outer: TypeDescriptor = {
    kind: "struct",
    name: "Outer",
    fields: { empty },
  };
  assert.deepEqual(decodeValue(outer, { empty: null }), { empty: {} });
  assert.deepEqual(decodeArguments([{ name: "a", type: empty }], [null]), [{}]);
  assert.throws(() => decodeValue(outer, null));
});

/** A struct of two structs of two structs and so on. */
function doubling(depth: number): TypeDescriptor {
  let type: TypeDescriptor = { kind: "int" };
  for (let level = 0; level < depth; level++) {
    type = { kind: "struct", name: `S${level}`, fields: { a: type, b: type } };
  }
  return type;
}

Deno.test("a type that is too wide is found at once, however wide it is", () => {
  const type = doubling(200);
  const interfaceOf = (members: object) => ({
    ...LAMP,
    properties: {},
    operations: {},
    signals: {},
    ...members,
  });
  const params = [{ name: "a", type }];
  for (
    const members of [
      { properties: { wide: { type } } },
      { operations: { wide: { params } } },
      { operations: { wide: { params: [], returns: type } } },
      { signals: { wide: { params } } },
    ]
  ) assert.equal(findTooWide(interfaceOf(members)), "wide");
  assert.equal(findTooWide(LAMP), undefined);
});

Deno.test("hasTooManyNames counts names at any depth", () => {
  const fields = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ name: `f${at}` }));
  assert.equal(hasTooManyNames({ structs: [{ fields: fields(4000) }] }), false);
  assert.equal(hasTooManyNames({ structs: [{ fields: fields(6000) }] }), true);
  assert.equal(hasTooManyNames(null), false);
});

testWith(
  requires,
  "discover lists a service whose definition is too large, without the definition",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url);
    const modules = [{ name: "demo", description: "x".repeat(300_000) }];
    const payload = JSON.stringify({
      interfaces: ["demo.Lamp"],
      definition: { modules },
    });
    await endpoint.publish("apigear/services/big/definition", payload, {
      retain: true,
    });
    const found = await discover(endpoint);
    assert.deepEqual(found, [
      { id: "big", alive: false, interfaces: [], definition: "{}" },
    ]);
  },
);
