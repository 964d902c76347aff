import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { DRIVERS } from "#drivers/all.ts";
import { configSchema } from "#lib/config/json_schema.ts";
import { mistakesOf } from "./sources.ts";

const schema = configSchema(DRIVERS);
const validate = new Ajv2020({ strict: true, allowUnionTypes: true })
  .compile(schema);

/** Data that both the schema and the reader accept. */
const GOOD: readonly unknown[] = [
  {},
  { bike: null, devices: null },
  { bike: { id: "000007", name: "b", holdMs: 1 } },
  { bike: { id: 7 }, broker: { address: "h:1", protocol: 5, qos: 2 } },
  { broker: { address: "mqtts://h", tls: { ca: "x", insecure: true } } },
  { broker: { username: "u", passwordEnv: "SECRET" } },
  { embeddedBroker: { listen: "127.0.0.1:1883" } },
  { embeddedBroker: { listen: 1883 } },
  { limits: { inclinePercent: { min: -10, max: 19 } } },
  { failSafe: { values: { fanPercent: 0 } } },
  { staleAfterMs: { simulation: 5 }, pace: { fan: { minIntervalMs: 0 } } },
  { devices: [{ driver: "fan" }, { driver: "fan", id: "b", options: null }] },
  { devices: [{ driver: "trainer", options: { priority: 5, adapter: "x" } }] },
];

/** Data that neither accepts. */
const BAD: readonly unknown[] = [
  [],
  "text",
  { bik: {} },
  { bike: 5 },
  { bike: { id: "a b" } },
  { bike: { id: true } },
  { bike: { name: " " } },
  { bike: { holdMs: 0 } },
  { broker: { password: "x" } },
  { broker: { qos: 3 } },
  { broker: { qos: "1" } },
  { broker: { qos: 1.5 } },
  { broker: { protocol: "6" } },
  { broker: { username: "u", passwordEnv: "not a name" } },
  { broker: { tls: { insecure: "yes" } } },
  { embeddedBroker: { listen: "a b" } },
  { limits: { inclinePercent: { min: -11 } } },
  { limits: { speed: {} } },
  { devices: {} },
  { devices: [{}] },
  { devices: [{ driver: "fann" }] },
  { devices: [{ driver: "fan", id: "a/b" }] },
  { devices: [{ driver: "fan", option: {} }] },
  { devices: [{ driver: "fan", options: { adress: "x" } }] },
  { devices: [{ driver: "fan", options: { priority: 1000 } }] },
  { log: { level: "loud" } },
];

for (const data of GOOD) {
  Deno.test(`${JSON.stringify(data)} is accepted by the schema and the reader`, () => {
    assert.deepEqual(mistakesOf({ text: JSON.stringify(data) }), []);
    assert.ok(validate(data), JSON.stringify(validate.errors));
  });
}

for (const data of BAD) {
  Deno.test(`${JSON.stringify(data)} is refused by the schema and the reader`, () => {
    assert.notDeepEqual(mistakesOf({ text: JSON.stringify(data) }), []);
    assert.equal(validate(data), false);
  });
}

Deno.test("whatever the reader accepts, the schema accepts", () => {
  const value = fc.oneof(
    fc.constantFrom("x", "auto", "127.0.0.1:1", "", null, true, "debug"),
    fc.integer({ min: -20, max: 3000 }),
    fc.double({ min: -50, max: 50, noNaN: true }),
  );
  const members = Object.entries(properties(schema));
  const groups = members.map(([name, member]) =>
    [name, Object.keys(properties(member))] as const
  ).filter(([, keys]) => keys.length > 0);
  const data = fc.constantFrom(...groups).chain(([name, keys]) =>
    fc.dictionary(fc.constantFrom(...keys), value)
      .map((group) => ({ [name]: group }))
  );
  fc.assert(
    fc.property(data, (data) => {
      const text = JSON.stringify(data);
      if (mistakesOf({ text }).length > 0) return;
      assert.ok(validate(JSON.parse(text)), text);
    }),
    { numRuns: 500 },
  );
});

Deno.test("the schema describes every setting, and has no place for secrets", () => {
  const text = JSON.stringify(schema);
  assert.doesNotMatch(text, /"password":/);
  for (const { name } of DRIVERS) assert.ok(text.includes(`"const":"${name}"`));
});

function properties(
  schema: unknown,
): Readonly<Record<string, unknown>> {
  if (typeof schema !== "object" || schema === null) return {};
  if (!("properties" in schema)) return {};
  const { properties } = schema;
  return typeof properties === "object" && properties !== null
    ? Object.fromEntries(Object.entries(properties))
    : {};
}
